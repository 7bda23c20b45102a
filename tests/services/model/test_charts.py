import pytest

from services.model.charts import Key, MatchedBy


@pytest.mark.parametrize(
    ("key", "term"),
    [
        (Key(MatchedBy.ARTIST_ID, "61"), "artist_id:61"),
        (Key(MatchedBy.NAME, "노바"), "name:노바"),
        (Key(MatchedBy.NAME, ":"), "name::"),
    ],
)
def test_a_key_is_stored_as_one_text(key: Key, term: str) -> None:
    assert key.term == term
    assert Key.of(term) == key
