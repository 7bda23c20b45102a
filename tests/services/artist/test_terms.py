import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.artist.terms import LONGEST_KEY, LONGEST_PREFIX, MOST_WORDS, name_terms, query_terms
from services.names import normalized

NAMES = st.text(alphabet=st.characters(categories=["L", "N"]) | st.sampled_from(" -'!$&,"), max_size=30)
LONG = "a" * 20 + " " + "b" * 20


def prefixes(kind: str, word: str) -> set[str]:
    return {f"{kind}{word[:length]}" for length in range(1, len(word) + 1)}


def test_a_name_is_found_whole_by_how_it_begins_and_by_its_further_words() -> None:
    found = name_terms("Nova Ruiz", None)

    assert found.keys == ("novaruiz",)
    assert set(found.terms) == {"=novaruiz"} | prefixes("^", "novaruiz") | prefixes("~", "ruiz")
    assert len(set(found.terms)) == len(found.terms)


def test_a_sort_name_of_the_same_words_adds_its_whole_alone() -> None:
    assert set(name_terms("Nova Ruiz", "Ruiz, Nova").terms) - set(name_terms("Nova Ruiz", None).terms) == {"=ruiznova"}


def test_a_sort_name_of_other_words_is_another_name() -> None:
    found = name_terms("宇多田ヒカル", "Utada, Hikaru")

    assert found.keys == ("宇多田ヒカル", "utadahikaru")
    assert prefixes("^", "utadahikaru") | prefixes("~", "hikaru") <= set(found.terms)


def test_a_name_with_an_article_is_found_without_it_too() -> None:
    found = name_terms("The Weeknd", "Weeknd, The")

    assert found.keys == ("theweeknd", "weeknd")
    assert set(found.terms) == {"=theweeknd", "=weeknd"} | prefixes("^", "theweeknd") | prefixes("^", "weeknd")


def test_words_that_no_space_separates_are_found_as_one_too() -> None:
    assert prefixes("~", "jayz") | prefixes("~", "z") <= set(name_terms("Kanye & Jay-Z", None).terms)


def test_a_symbol_is_found_as_its_letter_and_as_nothing() -> None:
    assert name_terms("P!nk", None).keys == ("pink", "pnk")


@pytest.mark.parametrize(("name", "sort_name"), [(None, None), ("", " ")])
def test_an_artist_without_a_name_has_no_terms(name: str | None, sort_name: str | None) -> None:
    found = name_terms(name, sort_name)

    assert (found.terms, found.keys) == ((), ())


def test_terms_are_bounded_whatever_the_name() -> None:
    found = name_terms(f"{'x' * 5000} " + " ".join(f"word{number}" for number in range(5000)), None)

    assert max(map(len, found.keys)) == LONGEST_KEY
    assert max(len(term) for term in found.terms if term[0] != "=") == 1 + LONGEST_PREFIX
    assert len(found.terms) < 1 + LONGEST_PREFIX * (1 + MOST_WORDS)


def test_what_is_typed_is_looked_up_whole_by_its_beginning_and_by_its_words_the_longest_first() -> None:
    query = query_terms("Nova ru")

    assert (query.key, query.whole, query.start) == ("novaru", "=novaru", "^novaru")
    assert query.words == (("^nova", "~nova"), ("^ru", "~ru"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("the weeknd", (("^weeknd", "~weeknd"),)),
        ("the", (("^the", "~the"),)),
        ("the the", (("^the", "~the"),)),
        ("dc dc", (("^dc", "~dc"),)),
        ("", ()),
    ],
)
def test_an_article_before_other_words_and_a_repetition_are_no_words_to_look_up(
    typed: str, words: tuple[tuple[str, str], ...]
) -> None:
    assert query_terms(typed).words == words


def test_nothing_visible_is_an_empty_query() -> None:
    assert query_terms("\N{ZERO WIDTH SPACE} ").key == ""


def test_what_is_longer_than_a_term_is_compared_with_the_whole_names() -> None:
    query = query_terms(LONG)

    assert query.start == f"^{'a' * 20}{'b' * 4}"
    assert query.is_start([f"{'a' * 20}{'b' * 20}c"])
    assert not query.is_start([f"{'a' * 20}{'b' * 19}c"])


def test_a_word_longer_than_a_term_is_compared_with_the_whole_names() -> None:
    query = query_terms(f"x {'b' * 30}")

    assert query.words[0] == (f"^{'b' * LONGEST_PREFIX}", f"~{'b' * LONGEST_PREFIX}")
    assert query.has_long_words([f"x{'b' * 31}"])
    assert not query.has_long_words([f"x{'b' * 29}"])


@pytest.mark.parametrize("typed", ["^no", "~ru", "=novaruiz", "nov.*", "$where", "{}", "no%"])
def test_signs_that_are_typed_are_no_terms_of_ours_and_no_patterns(typed: str) -> None:
    query = query_terms(typed)

    assert query.whole == f"={normalized(typed)}"
    assert query.start == f"^{normalized(typed)}"


@given(NAMES)
def test_a_name_is_found_by_itself_and_by_each_of_its_beginnings(name: str) -> None:
    terms = set(name_terms(name, None).terms)
    key = normalized(name)

    assert not key or query_terms(name).whole in terms
    assert prefixes("^", key[:LONGEST_PREFIX]) <= terms


@given(NAMES)
def test_every_word_of_a_name_finds_it(name: str) -> None:
    terms = set(name_terms(name, None).terms)

    assert all(terms & set(choice) for choice in query_terms(name).words)
