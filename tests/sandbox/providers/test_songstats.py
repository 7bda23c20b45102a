import pytest

from sandbox.artists import Artist
from sandbox.providers.songstats import SOURCES
from sandbox.world import World
from tests.sandbox.conftest import AskProvider

KEY = {"apikey": "sandbox"}


@pytest.mark.parametrize(
    ("parameter", "place"), [("songstats_artist_id", "songstats"), ("spotify_artist_id", "spotify")]
)
def test_an_artist_is_answered_with_the_numbers_of_each_source(
    ask: AskProvider, world: World, nova: Artist, parameter: str, place: str
) -> None:
    body = ask("songstats", "/artists/stats", params={parameter: nova.ids[place]}, headers=KEY).json()

    sources = {row["source"]: row["data"] for row in body.pop("stats")}
    sources["youtube"].pop("video_views_total")
    assert body == {
        "result": "success",
        "message": "Data Retrieved.",
        "artist_info": {"songstats_artist_id": nova.ids["songstats"], "name": "Nova Ruiz"},
    }
    assert sources == {
        source: {key: world.seen("songstats", nova, metric) for key, metric in keys.items()}
        for source, keys in SOURCES.items()
    }


def test_one_source_is_answered_alone(ask: AskProvider, nova: Artist) -> None:
    params = {"songstats_artist_id": nova.ids["songstats"], "source": "deezer,tiktok"}

    body = ask("songstats", "/artists/stats", params=params, headers=KEY).json()

    assert {row["source"] for row in body["stats"]} == {"deezer", "tiktok"}


def test_the_order_of_the_sources_differs_between_artists(ask: AskProvider, world: World) -> None:
    known = [artist for artist in world.directory.artists if world.knows("songstats", artist)][:5]

    firsts = {
        ask("songstats", "/artists/stats", params={"songstats_artist_id": artist.ids["songstats"]}, headers=KEY).json()[
            "stats"
        ][0]["source"]
        for artist in known
    }

    assert len(firsts) > 1


@pytest.mark.parametrize("headers", [{}, {"apikey": "another"}], ids=["missing", "wrong"])
def test_a_key_that_is_none_is_answered_401(ask: AskProvider, nova: Artist, headers: dict[str, str]) -> None:
    params = {"songstats_artist_id": nova.ids["songstats"]}

    answer = ask("songstats", "/artists/stats", params=params, headers=headers)

    assert (answer.status_code, answer.json()) == (401, {"result": "error", "message": "Invalid Api Key"})


def test_an_unknown_artist_is_answered_404(ask: AskProvider) -> None:
    answer = ask("songstats", "/artists/stats", params={"songstats_artist_id": "00000000"}, headers=KEY)

    assert (answer.status_code, answer.json()["result"]) == (404, "error")


def test_a_request_for_nobody_is_answered_400(ask: AskProvider) -> None:
    assert ask("songstats", "/artists/stats", headers=KEY).status_code == 400
