import httpx

from services.metrics import METRICS
from tests.builders import artist_document, day_document, stats_document
from tests.conftest import Commands, Database


async def test_stats_have_every_key_of_the_contract(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())

    answer = await client.get("/analyst/artists/61/stats")

    assert answer.json() == {
        "data": {
            "artist_id": 61,
            **dict.fromkeys([row.rest_key for row in METRICS]),
            "spotify": 1_204_331,
            "spotify_listeners": 5_102_233,
            "youtube_views": 3_900_221_100,
            "updatedAt": "2026-11-19T08:00:00.000Z",
            "fresh": True,
            "last_refresh_source": "viberate+native(genius,lastfm)",
        }
    }


async def test_health_has_every_key_of_the_contract(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document(last_refresh_error="Viberate: 500."))

    answer = await client.get("/analyst/artists/61/stats/health")

    assert answer.json() == {
        "exists": True,
        "fresh": True,
        "updatedAt": "2026-11-19T08:00:00.000Z",
        "last_refresh_source": "viberate+native(genius,lastfm)",
        "last_refresh_error": "Viberate: 500.",
    }


async def test_health_of_an_artist_without_stats_says_why(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document())

    answer = await client.get("/analyst/artists/61/stats/health")

    assert answer.json() == {
        "exists": False,
        "fresh": False,
        "updatedAt": None,
        "last_refresh_source": None,
        "last_refresh_error": "No provider is configured.",
    }


async def test_stats_of_an_artist_without_any_are_a_failure_upstream(
    client: httpx.AsyncClient, database: Database
) -> None:
    await database.artists(artist_document())

    answer = await client.get("/analyst/artists/61/stats")

    assert (answer.status_code, answer.json()["code"]) == (502, "UPSTREAM_FAILED")


async def test_stored_only_stats_of_an_artist_without_any_are_null(
    client: httpx.AsyncClient, database: Database
) -> None:
    await database.artists(artist_document())

    answer = await client.get("/analyst/artists/61/stats?storedOnly=true")

    data = answer.json()["data"]
    assert (data.pop("artist_id"), data.pop("fresh")) == (61, False)
    assert set(data.values()) == {None}


async def test_an_unknown_artist_is_not_found(client: httpx.AsyncClient) -> None:
    stats, health = [await client.get(f"/analyst/artists/7/{path}") for path in ("stats", "stats/health")]

    assert (stats.status_code, health.status_code) == (404, 404)
    assert stats.json()["detail"] == "No artist 7."


async def test_growth_comes_only_where_it_is_asked_for(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())
    await database.days(
        day_document("2026-10-23", spotify_followers=1_000, deezer_fans=10, source="viberate"),
        day_document("2026-11-20", spotify_followers=1_100, youtube_views=7, source="songstats"),
    )

    asked = (await client.get("/analyst/artists/61/stats?growth=28")).json()["data"]
    plain = (await client.get("/analyst/artists/61/stats")).json()["data"]

    assert asked.pop("growth") == {
        "spotify": {
            "change": 100,
            "percent": 10.0,
            "since": "2026-10-23",
            "until": "2026-11-20",
            "sameSource": False,
        }
    }
    assert asked == plain


async def test_growth_without_days_to_compare_is_empty(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())

    answer = await client.get("/analyst/artists/61/stats?growth=28")

    assert answer.json()["data"]["growth"] == {}


async def test_growth_over_days_that_are_none_is_refused_before_anything_is_read(
    client: httpx.AsyncClient, commands: Commands
) -> None:
    answer = await client.get("/analyst/artists/61/stats?growth=month")

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_USER_INPUT")
    assert commands.sent == []
