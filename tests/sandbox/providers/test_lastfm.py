import pytest

from sandbox.artists import Artist
from sandbox.world import World
from tests.sandbox.conftest import UNKNOWN_UUID, AskProvider


def query(**changes: str) -> dict[str, str]:
    return {"method": "artist.getInfo", "api_key": "sandbox", "format": "json"} | changes


@pytest.mark.parametrize(
    "asked", [{"mbid": "000f4241-5a0d-4b0c-8000-0000000f4241"}, {"artist": "nova  RUIZ"}], ids=["by MBID", "by name"]
)
def test_an_artist_has_listeners_and_plays_as_texts(
    ask: AskProvider, world: World, nova: Artist, asked: dict[str, str]
) -> None:
    artist = ask("lastfm", "/", params=query(**asked)).json()["artist"]

    assert (artist["name"], artist["mbid"]) == ("Nova Ruiz", nova.ids["musicbrainz"])
    assert artist["stats"] == {
        "listeners": str(world.seen("lastfm", nova, "lastfm_listeners")),
        "playcount": str(world.seen("lastfm", nova, "lastfm_plays")),
    }


def test_an_artist_of_the_demo_is_found_by_name_alone(ask: AskProvider, world: World) -> None:
    artist = next(artist for artist in world.directory.artists if world.knows("lastfm", artist))

    answer = ask("lastfm", "/", params=query(artist=artist.name))

    assert answer.json()["artist"]["name"] == artist.name


@pytest.mark.parametrize(
    ("asked", "status"), [({"mbid": UNKNOWN_UUID}, 200), ({"artist": "Nobody"}, 404)], ids=["by MBID", "by name"]
)
def test_an_unknown_artist_is_answered_with_error_6(ask: AskProvider, asked: dict[str, str], status: int) -> None:
    answer = ask("lastfm", "/", params=query(**asked))

    assert (answer.status_code, answer.json()["error"]) == (status, 6)


def test_a_wrong_key_is_answered_with_error_10(ask: AskProvider) -> None:
    answer = ask("lastfm", "/", params=query(artist="Nova Ruiz", api_key="another"))

    assert (answer.status_code, answer.json()["error"]) == (403, 10)


def test_another_method_is_answered_with_error_3(ask: AskProvider) -> None:
    answer = ask("lastfm", "/", params=query(method="artist.fly", artist="Nova Ruiz"))

    assert (answer.status_code, answer.json()["error"]) == (400, 3)


def test_without_a_format_the_answer_is_xml(ask: AskProvider) -> None:
    answer = ask("lastfm", "/", params=query(artist="Nova Ruiz", format=""))

    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.startswith("<?xml")
