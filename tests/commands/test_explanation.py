from datetime import timedelta

import pytest

from commands.explanation import EXTERNAL_IDS, Explanation, explained
from services import Services
from services.errors import NotFound
from services.freshness import POPULARITY, STATS
from services.metrics import METRICS
from tests.builders import NOW, SOUNDCHARTS_UUID, artist_document, point_document, stats_document
from tests.conftest import Clock, Commands, Database

DAY_S = 86_400
READS = {"find", "aggregate"}


async def explanation(services: Services, artist_id: int = 61) -> Explanation:
    return await explained(services, artist_id, now=NOW)


async def test_an_artist_is_explained_whole(services: Services, database: Database) -> None:
    await database.artists(artist_document(streamingPlatforms={"deezer": {"id": 4050205}}))
    await database.stats(stats_document())
    await database.points(point_document("2020-01-01", 40), point_document("2026-11-18", 71))

    found = await explanation(services)

    missing, refresh = found.pop("missing"), found.pop("refresh")  # type: ignore[misc]
    assert found == {
        "now": "2026-11-20T08:00:00.000Z",
        "artist": {
            "id": 61,
            "name": "Nova Ruiz",
            "sortName": "Ruiz, Nova",
            "country": "ES",
            "genres": ["pop", "flamenco"],
        },
        "stats": {
            "decision": "fresh",
            "policy": {"subject": "stats", "maxAge": 7 * DAY_S, "onRead": STATS.on_read},
            "updatedAt": "2026-11-19T08:00:00.000Z",
            "age": DAY_S,
            "lastRefreshSource": "viberate+native(genius,lastfm)",
            "lastRefreshError": None,
            "refreshing": False,
            "retryAt": None,
            "metrics": [
                {
                    "metric": "spotify_followers",
                    "value": 1_204_331,
                    "source": "viberate",
                    "at": "2026-11-19T08:00:00.000Z",
                    "age": DAY_S,
                    "fresh": True,
                },
                {
                    "metric": "spotify_monthly_listeners",
                    "value": 5_102_233,
                    "source": "native(spotify_listeners)",
                    "at": "2026-11-19T08:00:00.000Z",
                    "age": DAY_S,
                    "fresh": True,
                },
                {
                    "metric": "youtube_views",
                    "value": 3_900_221_100,
                    "source": "unknown",
                    "at": None,
                    "age": None,
                    "fresh": False,
                },
            ],
        },
        "ids": [
            {"name": "spotify", "id": "4q3ewBCX7sLwd24euuV69X", "place": "platforms"},
            {"name": "youtube", "id": "UCmBA_wu8xGg1OfOkfW13Q0Q", "place": "platforms"},
            {"name": "deezer", "id": "4050205", "place": "streamingPlatforms"},
            {"name": "viberate_uuid", "id": "fb092561-f572-49ed-b75e-b4853f65aa09", "place": "external_data"},
            {"name": "songstats_id", "id": "z0xl1iq2", "place": "external_data"},
            {"name": "soundcharts_uuid", "id": SOUNDCHARTS_UUID, "place": "external_data"},
        ],
        "popularity": {
            "policy": {"subject": "popularity", "maxAge": 60 * DAY_S, "onRead": POPULARITY.on_read},
            "series": [
                {
                    "platform": "spotify",
                    "decision": "fresh",
                    "points": 2,
                    "firstDate": "2020-01-01",
                    "lastDate": "2026-11-18",
                    "lastValue": 71,
                    "age": DAY_S + 8 * 3600,
                    "fetch": {"unfinished": None, "retryAt": None, "lastError": None},
                },
                *(
                    {
                        "platform": platform,
                        "decision": "missing",
                        "points": 0,
                        "firstDate": None,
                        "lastDate": None,
                        "lastValue": None,
                        "age": None,
                        "fetch": {"unfinished": None, "retryAt": None, "lastError": None},
                    }
                    for platform in ("tidal", "deezer")
                ),
            ],
        },
    }
    assert refresh["atRead"] == "asks nobody: what is stored is fresh"
    assert "youtube_subscribers" in missing["metrics"]
    assert len(missing["metrics"]) == len(METRICS) - 3
    assert "tiktok" in missing["ids"]
    assert not {"deezer", "soundcharts_uuid", "beatport"} & set(missing["ids"])


async def test_an_artist_with_nothing_is_missing_everything(services: Services, database: Database) -> None:
    await database.artists({"id": 61})

    found = await explanation(services)

    assert found["stats"]["decision"] == "missing"
    assert (found["stats"]["metrics"], found["ids"], found["popularity"]["series"]) == ([], [], [])
    assert found["missing"]["metrics"] == [row.name for row in METRICS]
    assert found["missing"]["ids"][-3:] == list(EXTERNAL_IDS)


@pytest.mark.parametrize(
    ("age", "decision"), [(timedelta(days=7) - timedelta(seconds=1), "fresh"), (timedelta(days=7), "stale")], ids=str
)
async def test_the_policys_age_decides(services: Services, database: Database, age: timedelta, decision: str) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document(updatedAt=NOW - age))

    assert (await explanation(services))["stats"]["decision"] == decision


async def test_a_document_without_a_time_is_not_answered(services: Services, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document(updatedAt=None, last_refresh_error="viberate: throttled"))

    stats = (await explanation(services))["stats"]

    assert (stats["decision"], stats["metrics"]) == ("missing", [])
    assert stats["lastRefreshError"] == "viberate: throttled"


async def test_a_day_that_is_not_over_has_no_age_yet(services: Services, database: Database) -> None:
    await database.artists(artist_document())
    await database.points(point_document("2026-11-20", 71))

    assert (await explanation(services))["popularity"]["series"][0]["age"] == 0


async def test_an_unknown_artist_is_not_found(services: Services) -> None:
    with pytest.raises(NotFound, match="No artist 7"):
        await explanation(services, 7)


async def test_nothing_is_written_and_no_refresh_begun(
    services: Services, database: Database, clock: Clock, commands: Commands
) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())
    clock.advance(timedelta(days=30))

    found = await explained(services, 61, now=clock())

    assert (found["stats"]["decision"], found["stats"]["refreshing"]) == ("stale", False)
    assert set(commands.names) == READS


async def test_a_fetch_of_popularity_that_broke_off_is_told(services: Services, database: Database) -> None:
    await database.artists(artist_document())
    await database.insert(
        "data_analyst.refresh_state",
        {
            "_id": "popularity:61:deezer",
            "backfill": {"start": "2020-01-01", "end": "2026-11-20", "offset": 300, "span": None},
            "retryAt": NOW + timedelta(minutes=15),
            "error": "soundcharts: took longer than 8 s",
        },
    )

    series = (await explanation(services))["popularity"]["series"]

    assert {found["platform"]: found["fetch"] for found in series}["deezer"] == {
        "unfinished": "2020-01-01 to 2026-11-20 after 300 points",
        "retryAt": "2026-11-20T08:15:00.000Z",
        "lastError": "soundcharts: took longer than 8 s",
    }
