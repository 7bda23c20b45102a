from typing import Any

import pytest

from services import Services
from services.metrics import METRICS
from tests.builders import artist_document, point_document, stats_document
from tests.conftest import Commands, Database
from tests.indexing import index_artists
from tests.schema.conftest import Ask

ROSTER = """
query Roster($ids: [Int!]!) {
  artists(ids: $ids) {
    id name genres platforms { platform id }
    stats { spotifyFollowers youtubeViews updatedAt fresh provenance { metric source at fresh } }
    stored: stats(storedOnly: true) { lastRefreshSource }
    statsHealth { exists fresh lastRefreshError }
    popularity { items { date value } meta { fresh lastDate error } summary { current { value } } sparkline(points: 4) }
  }
}
"""


async def test_the_metric_table_is_answered_in_its_order(ask: Ask) -> None:
    answer = await ask("{ metrics { metric field restKey label platform description } }")

    assert answer["data"]["metrics"][0] == {
        "metric": "SPOTIFY_FOLLOWERS",
        "field": "spotifyFollowers",
        "restKey": "spotify",
        "label": "Spotify followers",
        "platform": "SPOTIFY",
        "description": "Users who follow the artist on Spotify.",
    }
    assert [row["metric"] for row in answer["data"]["metrics"]] == [row.name.upper() for row in METRICS]


async def test_artists_are_answered_in_the_order_asked(ask: Ask, database: Database) -> None:
    await database.artists(artist_document(61), artist_document(7, name="Abel"), artist_document(8, name="Bea"))

    answer = await ask("{ artists(ids: [8, 404, 61, 7, 8, -1]) { id name } }")

    assert answer == {
        "data": {
            "artists": [
                {"id": 8, "name": "Bea"},
                None,
                {"id": 61, "name": "Nova Ruiz"},
                {"id": 7, "name": "Abel"},
                {"id": 8, "name": "Bea"},
                None,
            ]
        }
    }


async def test_no_artists_are_asked_for_without_a_command(ask: Ask, commands: Commands) -> None:
    assert await ask("{ artists(ids: []) { id name } }") == {"data": {"artists": []}}
    assert commands.names == []


@pytest.mark.parametrize("number", [1, 50, 500])
async def test_a_roster_is_a_fixed_number_of_commands(
    ask: Ask, database: Database, commands: Commands, number: int
) -> None:
    ids = list(range(1, number + 1))
    await database.artists(*(artist_document(artist_id) for artist_id in ids))
    await database.stats(*(stats_document(artist_id) for artist_id in ids))
    await database.points(*(point_document("2026-11-18", 71, artist_id=artist_id) for artist_id in ids))

    answer = await ask(ROSTER, ids=ids)

    assert "errors" not in answer
    assert [row["popularity"]["sparkline"] for row in answer["data"]["artists"]] == [[None, None, None, 71]] * number
    assert sorted(commands.names) == ["aggregate", "aggregate", "find", "find", "find"]


async def test_an_artist_who_is_asked_for_twice_is_read_once(ask: Ask, database: Database, commands: Commands) -> None:
    await database.artists(artist_document(61))

    answer = await ask("{ a: artist(id: 61) { name stats { fresh } } b: artist(id: 61) { country stats { fresh } } }")

    assert answer == {"data": {"a": {"name": "Nova Ruiz", "stats": None}, "b": {"country": "ES", "stats": None}}}
    assert commands.names == ["find", "find"]


def projection(commands: Commands, collection: str) -> set[str]:
    """The fields that the one find of a collection asked for."""
    (asked,) = [command["projection"] for command in commands.sent if command.get("find") == collection]
    return {name for name, wanted in asked.items() if wanted}


@pytest.mark.parametrize(
    ("selection", "of_artists", "of_stats"),
    [
        ("id", {"id"}, None),
        ("name country", {"id", "name", "country"}, None),
        ("stats { fresh }", {"id"}, {"artist_id", "updatedAt"}),
        ("stats { spotifyFollowers }", {"id"}, {"artist_id", "updatedAt", "spotify_followers"}),
        ("statsHealth { lastRefreshError }", {"id"}, {"artist_id", "updatedAt", "last_refresh_error"}),
        (
            "stats { deezerFans } statsHealth { lastRefreshSource }",
            {"id"},
            {"artist_id", "updatedAt", "deezer_fans", "last_refresh_source"},
        ),
        (
            "a: stats { deezerFans } b: stats(maxWaitMs: 5) { weiboFollowers }",
            {"id"},
            {"artist_id", "updatedAt", "deezer_fans", "weibo_followers"},
        ),
    ],
    ids=["id alone", "two fields", "age", "a metric", "health", "stats and health together", "two stats"],
)
async def test_no_more_is_read_than_is_asked_for(
    ask: Ask, database: Database, commands: Commands, selection: str, of_artists: set[str], of_stats: Any
) -> None:
    await database.artists(artist_document())

    await ask(f"{{ artist(id: 61) {{ {selection} }} }}")

    assert projection(commands, "artists_v2") == of_artists
    if of_stats:
        assert projection(commands, "artist_data") == of_stats
    assert len(commands.sent) == (2 if of_stats else 1)


async def test_artists_are_found_ranked_and_known_by_their_ids(
    ask: Ask, services: Services, database: Database
) -> None:
    await database.artists(artist_document(61), artist_document(7, name="Abel", sortName=None, platforms={}))
    await database.stats(stats_document(61))
    await index_artists(services.store)

    answer = await ask(
        """{
          searchArtists(text: "ruiz") { name stats { fresh } }
          topArtists(metric: YOUTUBE_VIEWS) { id }
          artistByPlatform(platform: YOUTUBE, id: "UCmBA_wu8xGg1OfOkfW13Q0Q") { id }
          nobody: searchArtists(text: "zzz") { id }
        }"""
    )

    assert answer == {
        "data": {
            "searchArtists": [{"name": "Nova Ruiz", "stats": {"fresh": True}}],
            "topArtists": [{"id": 61}],
            "artistByPlatform": {"id": 61},
            "nobody": [],
        }
    }
