import pytest

from sandbox.artists import Artist, Directory
from sandbox.protocol import Ask, in_path, in_query, is_key, nobody, recorded

NOVA = Artist(1, "Nova Ruiz", {"deezer": "7"})
DIRECTORY = Directory([NOVA])


@pytest.mark.parametrize(
    ("key", "fits"), [("sandbox", True), ("sandbox-extended", True), ("", False), (None, False), ("a-sandbox", False)]
)
def test_a_key_is_what_begins_with_sandbox(key: str | None, fits: bool) -> None:
    assert is_key(key) is fits


@pytest.mark.parametrize(
    ("header", "token"), [("Bearer sandbox", "sandbox"), ("bearer sandbox", "sandbox"), ("Basic sandbox", ""), ("", "")]
)
def test_a_bearer_token_is_read_from_its_header(header: str, token: str) -> None:
    assert Ask("/", headers={"authorization": header}).bearer == token


def test_who_is_meant_stands_in_the_path_or_in_the_query() -> None:
    ask = Ask("/", path={"id": "7"}, query={"artist": "8"})

    assert in_path("deezer", "id")(ask, DIRECTORY) == {"7": NOVA}
    assert in_query("deezer", "artist")(ask, DIRECTORY) == {"8": None}
    assert in_query("deezer", "absent")(ask, DIRECTORY) == {"": None}
    assert nobody(ask, DIRECTORY) == {}


def test_the_one_artist_that_is_meant_is_the_first() -> None:
    assert Ask("/", meant={"7": NOVA}).artist is NOVA
    assert Ask("/").artist is None


def test_a_recorded_body_is_read() -> None:
    assert recorded("lastfm/unknown")["error"] == 6
