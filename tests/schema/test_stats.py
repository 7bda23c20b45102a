from datetime import timedelta
from typing import Any

import pytest
import strawberry
from graphql import GraphQLObjectType

from services.metrics import METRICS
from tests.builders import NOW, artist_document, stats_document
from tests.conftest import Clock, Database
from tests.schema.conftest import Ask

BESIDE_THE_METRICS = ["updatedAt", "fresh", "lastRefreshSource", "provenance", "growth"]


def stats_type(schema: strawberry.Schema) -> GraphQLObjectType:
    found = schema._schema.type_map["ArtistStats"]
    assert isinstance(found, GraphQLObjectType)
    return found


def test_every_metric_of_the_table_is_a_field_in_its_order(schema: strawberry.Schema) -> None:
    expected = ["id", *(row.field for row in METRICS), *BESIDE_THE_METRICS]

    assert list(stats_type(schema).fields) == expected


@pytest.mark.parametrize("row", METRICS, ids=lambda row: row.name)
def test_a_metric_is_a_long_that_may_be_null_and_tells_what_is_counted(schema: strawberry.Schema, row: Any) -> None:
    found = stats_type(schema).fields[row.field]

    assert (str(found.type), found.description) == ("Long", f"{row.description} Null where unknown.")


async def test_every_metric_is_answered_from_its_stored_field(ask: Ask, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document(**{row.name: 2**40 + place for place, row in enumerate(METRICS)}))

    answer = await ask(f"{{ artist(id: 61) {{ stats {{ {' '.join(row.field for row in METRICS)} }} }} }}")

    assert answer["data"]["artist"]["stats"] == {row.field: 2**40 + place for place, row in enumerate(METRICS)}


WHOLE = [
    "id",
    "spotifyFollowers",
    "youtubeViews",
    "weiboFollowers",
    "updatedAt",
    "fresh",
    "lastRefreshSource",
    "provenance { metric source at fresh }",
]


async def test_stats_are_answered_whole(ask: Ask, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())

    answer = await ask(f"{{ artist(id: 61) {{ stats {{ {' '.join(WHOLE)} }} }} }}")

    assert answer == {
        "data": {
            "artist": {
                "stats": {
                    "id": 61,
                    "spotifyFollowers": 1_204_331,
                    "youtubeViews": 3_900_221_100,
                    "weiboFollowers": None,
                    "updatedAt": "2026-11-19T08:00:00.000Z",
                    "fresh": True,
                    "lastRefreshSource": "viberate+native(genius,lastfm)",
                    "provenance": [
                        {
                            "metric": "SPOTIFY_FOLLOWERS",
                            "source": "viberate",
                            "at": "2026-11-19T08:00:00.000Z",
                            "fresh": True,
                        },
                        {
                            "metric": "SPOTIFY_MONTHLY_LISTENERS",
                            "source": "native(spotify_listeners)",
                            "at": "2026-11-19T08:00:00.000Z",
                            "fresh": True,
                        },
                        {"metric": "YOUTUBE_VIEWS", "source": "unknown", "at": None, "fresh": False},
                    ],
                }
            }
        }
    }


async def test_each_field_alone_is_answered_as_among_all(ask: Ask, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())
    together = await ask(f"{{ artist(id: 61) {{ stats {{ {' '.join(WHOLE)} }} }} }}")

    alone = [await ask(f"{{ artist(id: 61) {{ stats {{ {field} }} }} }}") for field in WHOLE]

    merged = {name: value for answer in alone for name, value in answer["data"]["artist"]["stats"].items()}
    assert merged == together["data"]["artist"]["stats"]


@pytest.mark.parametrize(
    ("argument", "metrics"),
    [
        ("", ["SPOTIFY_FOLLOWERS", "SPOTIFY_MONTHLY_LISTENERS", "YOUTUBE_VIEWS"]),
        ("(metrics: null)", ["SPOTIFY_FOLLOWERS", "SPOTIFY_MONTHLY_LISTENERS", "YOUTUBE_VIEWS"]),
        ("(metrics: [YOUTUBE_VIEWS, SPOTIFY_FOLLOWERS, DEEZER_FANS])", ["SPOTIFY_FOLLOWERS", "YOUTUBE_VIEWS"]),
        ("(metrics: [])", []),
    ],
    ids=["all", "null is all", "some", "none"],
)
async def test_provenance_is_told_of_the_metrics_asked_for(
    ask: Ask, database: Database, argument: str, metrics: list[str]
) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())

    answer = await ask(f"{{ artist(id: 61) {{ stats {{ provenance{argument} {{ metric }} }} }} }}")

    assert [row["metric"] for row in answer["data"]["artist"]["stats"]["provenance"]] == metrics


async def test_a_value_may_be_stale_in_a_document_that_is_fresh(ask: Ask, database: Database) -> None:
    await database.artists(artist_document())
    old = {"source": "songstats", "at": NOW - timedelta(days=8)}
    await database.stats(stats_document(provenance={"youtube_views": old}))

    answer = await ask(
        "{ artist(id: 61) { stats { fresh provenance(metrics: [YOUTUBE_VIEWS]) { source at fresh } } } }"
    )

    assert answer["data"]["artist"]["stats"] == {
        "fresh": True,
        "provenance": [{"source": "songstats", "at": "2026-11-12T08:00:00.000Z", "fresh": False}],
    }


@pytest.mark.parametrize(("age", "fresh"), [(timedelta(days=7), False), (timedelta(days=7, seconds=-1), True)])
async def test_stats_are_fresh_while_younger_than_seven_days(
    ask: Ask, database: Database, clock: Clock, age: timedelta, fresh: bool
) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document(updatedAt=NOW))
    clock.advance(age)

    answer = await ask("{ artist(id: 61) { stats { fresh } statsHealth { fresh } } }")

    assert answer["data"]["artist"] == {"stats": {"fresh": fresh}, "statsHealth": {"fresh": fresh}}


HEALTH = "{ artist(id: 61) { statsHealth { id exists fresh updatedAt lastRefreshSource lastRefreshError } } }"


async def test_health_tells_how_stored_stats_stand(ask: Ask, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document(last_refresh_error="viberate: timed out"))

    assert await ask(HEALTH) == {
        "data": {
            "artist": {
                "statsHealth": {
                    "id": 61,
                    "exists": True,
                    "fresh": True,
                    "updatedAt": "2026-11-19T08:00:00.000Z",
                    "lastRefreshSource": "viberate+native(genius,lastfm)",
                    "lastRefreshError": "viberate: timed out",
                }
            }
        }
    }


async def test_health_tells_why_there_are_no_stats(ask: Ask, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats({"artist_id": 61, "last_refresh_error": "every provider failed"})

    assert await ask(HEALTH) == {
        "data": {
            "artist": {
                "statsHealth": {
                    "id": 61,
                    "exists": False,
                    "fresh": False,
                    "updatedAt": None,
                    "lastRefreshSource": None,
                    "lastRefreshError": "every provider failed",
                }
            }
        }
    }
