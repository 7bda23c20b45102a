from datetime import datetime, timedelta
from typing import Any

import pytest

from services import Services
from services.errors import UpstreamFailed
from services.freshness import ReadMode
from services.metrics import METRIC_NAMES, Metric
from services.model.artist import Artist
from services.model.stats import Provenance, Stats, StatsHealth
from services.stats.read import ALL_NEEDS, HEALTH_NEEDS
from tests.builders import NOW, stats_document
from tests.conftest import Clock, Commands, Database

NOVA = Artist(61, "Nova Ruiz")
YESTERDAY = NOW - timedelta(days=1)
WEEK = timedelta(days=7)
# Those of the builder's document, in the order of the metric table.
VALUES = {"spotify_followers": 1_204_331, "spotify_monthly_listeners": 5_102_233, "youtube_views": 3_900_221_100}
NO_PROVIDER = "No provider is configured."


async def read(services: Services, artist: Artist = NOVA) -> Stats:
    found = await services.stats.one(artist, ReadMode())
    assert found is not None
    return found


async def test_stats_are_answered_as_they_are_stored(services: Services, database: Database) -> None:
    await database.stats(stats_document(provenance={}))

    assert await read(services) == Stats(
        artist_id=61,
        values=VALUES,
        updated_at=YESTERDAY,
        fresh=True,
        last_refresh_source="viberate+native(genius,lastfm)",
        provenance=tuple(Provenance(Metric(name), "unknown", None, fresh=False) for name in VALUES),
    )


async def test_stats_come_in_the_order_asked_with_none_where_nothing_is_stored(
    services: Services, database: Database
) -> None:
    await database.stats(stats_document(61), stats_document(62), {"artist_id": 63, "last_refresh_error": "timed out"})
    artists = [Artist(62), Artist(99), NOVA, Artist(63), Artist(62)]

    stored = await services.stats.stored(artists, fields=ALL_NEEDS)
    found = services.stats.answers(stored)

    assert [stats and stats.artist_id for stats in found] == [62, None, 61, None, 62]


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(0), True),
        (WEEK - timedelta(milliseconds=1), True),
        (WEEK, False),
        (WEEK + timedelta(milliseconds=1), False),
        (timedelta(minutes=-5), True),
    ],
    ids=["new", "just under a week", "a week to the day", "over a week", "from a clock that is ahead"],
)
async def test_stats_are_fresh_while_younger_than_seven_days(
    services: Services, database: Database, age: timedelta, fresh: bool
) -> None:
    await database.stats(stats_document(updatedAt=NOW - age))

    assert (await read(services)).fresh is fresh
    assert (await services.stats.one_health(NOVA)).fresh is fresh


async def test_stats_age_as_time_passes(services: Services, database: Database, clock: Clock) -> None:
    await database.stats(stats_document())

    clock.advance(timedelta(days=6))

    assert (await read(services)).fresh is False


async def test_an_error_of_the_last_refresh_changes_nothing_about_freshness(
    services: Services, database: Database
) -> None:
    await database.stats(stats_document(last_refresh_error="viberate: timed out"))

    health = await services.stats.one_health(NOVA)

    assert (health.fresh, health.last_refresh_error) == (True, "viberate: timed out")


async def test_provenance_tells_of_each_value_in_the_order_of_the_table(services: Services, database: Database) -> None:
    week_ago = NOW - WEEK
    await database.stats(
        stats_document(
            provenance={
                "youtube_views": {"source": "songstats", "at": week_ago},
                "spotify_followers": {"source": "viberate", "at": YESTERDAY},
                "deezer_fans": {"source": "viberate", "at": YESTERDAY},
            }
        )
    )

    assert (await read(services)).provenance == (
        Provenance(Metric("spotify_followers"), "viberate", YESTERDAY, fresh=True),
        Provenance(Metric("spotify_monthly_listeners"), "unknown", None, fresh=False),
        Provenance(Metric("youtube_views"), "songstats", week_ago, fresh=False),
    )


async def test_provenance_without_a_time_is_not_fresh(services: Services, database: Database) -> None:
    origins = {"qq_followers": {"source": "native(qq)"}}
    await database.stats({"artist_id": 61, "updatedAt": NOW, "qq_followers": 5, "provenance": origins})

    assert (await read(services)).provenance == (Provenance(Metric("qq_followers"), "native(qq)", None, fresh=False),)


async def test_no_provenance_is_made_where_it_was_not_asked_for(services: Services, database: Database) -> None:
    await database.stats(stats_document())

    stored = await services.stats.stored([NOVA], fields=METRIC_NAMES | {"updated_at"})
    (found,) = services.stats.answers(stored)

    assert found is not None
    assert found.provenance == ()


async def test_health_of_what_is_stored(services: Services, database: Database) -> None:
    await database.stats(stats_document())

    assert await services.stats.one_health(NOVA) == StatsHealth(
        artist_id=61,
        exists=True,
        fresh=True,
        updated_at=YESTERDAY,
        last_refresh_source="viberate+native(genius,lastfm)",
        last_refresh_error=None,
    )


@pytest.mark.parametrize(
    ("stored", "error"),
    [
        (None, NO_PROVIDER),
        ({}, NO_PROVIDER),
        ({"last_refresh_error": "viberate: timed out"}, "viberate: timed out"),
    ],
    ids=["no document", "a document without a time", "a document of a failure"],
)
async def test_health_of_nothing_stored_tells_why(
    services: Services, database: Database, stored: dict[str, Any] | None, error: str
) -> None:
    if stored is not None:
        await database.stats({"artist_id": 61} | stored)

    assert await services.stats.one_health(NOVA) == StatsHealth(
        artist_id=61,
        exists=False,
        fresh=False,
        updated_at=None,
        last_refresh_source=None,
        last_refresh_error=error,
    )


async def test_health_comes_in_the_order_of_the_artists(services: Services, database: Database) -> None:
    await database.stats(stats_document(61), stats_document(62))
    artists = [Artist(62), Artist(99), NOVA]

    stored = await services.stats.stored(artists, fields=HEALTH_NEEDS)
    found = await services.stats.health(artists, stored, with_refresh=False)

    assert [(health.artist_id, health.exists) for health in found] == [(62, True), (99, False), (61, True)]


async def test_one_artist_without_stats_is_an_upstream_failure(services: Services) -> None:
    with pytest.raises(UpstreamFailed, match=r"^Nothing is stored for artist 61\. No provider is configured\.$"):
        await services.stats.one(NOVA, ReadMode())


async def test_one_artist_without_stats_is_none_where_nobody_is_asked(services: Services) -> None:
    assert await services.stats.one(NOVA, ReadMode(stored_only=True)) is None


@pytest.mark.parametrize("count", [1, 50, 500])
async def test_stats_and_health_are_one_command_however_many_artists(
    services: Services, database: Database, commands: Commands, count: int
) -> None:
    artists = [Artist(artist_id) for artist_id in range(1, count + 1)]
    await database.stats(*(stats_document(artist.id) for artist in artists))

    stored = await services.stats.stored(artists, fields=ALL_NEEDS | HEALTH_NEEDS)
    answers = services.stats.answers(stored)
    health = await services.stats.health(artists, stored, with_refresh=False)

    assert [stats.updated_at for stats in answers if stats] == [at.updated_at for at in health] == [YESTERDAY] * count
    assert commands.names == ["find"]


async def test_the_time_is_told_in_utc(services: Services, database: Database) -> None:
    await database.stats(stats_document(updatedAt=datetime.fromisoformat("2026-11-19T09:00:00+01:00")))

    assert (await read(services)).updated_at.isoformat() == "2026-11-19T08:00:00+00:00"
