import asyncio
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from services import Services
from services.errors import UpstreamFailed
from services.freshness import ReadMode
from services.metrics import METRIC_NAMES
from services.model.artist import Artist
from services.model.instants import utc_now
from services.model.stats import Stats
from services.stats import subject_of
from tests.builders import NOW, stats_document
from tests.conftest import Clock, Commands, Database
from tests.sandboxes import NOVA, Sandbox
from tests.services.conftest import Play, eventually

READ, FORCED = ReadMode(), ReadMode(refresh=True)
ARTIST = Artist(NOVA)
STATS, HISTORY = "data_analyst.artist_data", "data_analyst.artist_data_history"


async def read(services: Services, mode: ReadMode = READ) -> Stats:
    stats = await services.stats.one(ARTIST, mode)
    assert stats is not None
    return stats


def all_fail(sandbox: Sandbox) -> None:
    for provider in sandbox.bases:
        sandbox.fault(provider, status=500)


def calls_of(sandbox: Sandbox, provider: str) -> int:
    return sum(sandbox.calls()["calls"].get(provider, {}).values())


def calls(sandbox: Sandbox) -> int:
    return sum(sum(by_artist.values()) for by_artist in sandbox.calls()["calls"].values())


async def test_a_read_that_finds_nothing_asks_the_providers_and_stores_what_they_say(
    played: Services, database: Database
) -> None:
    stats = await read(played)

    (document,) = await database.all(STATS)
    assert stats.fresh
    assert stats.updated_at == NOW
    assert {name for name, value in stats.values.items() if value} == METRIC_NAMES - {"audiomack_followers"} | {
        name for name in ("audiomack_followers",) if document.get(name)
    }
    assert all(document[name] == value for name, value in stats.values.items() if value)
    assert document["provenance"]["spotify_followers"] == {"source": "sandbox:viberate", "at": NOW}
    assert stats.last_refresh_source
    assert stats.last_refresh_source.startswith("sandbox:viberate+sandbox:songstats+sandbox:soundcharts")


async def test_the_day_is_kept_for_growth(played: Services, database: Database) -> None:
    stats = await read(played)

    (day,) = await database.all(HISTORY)
    assert (day["artist_id"], day["date"]) == (NOVA, "2026-11-20")
    assert day["deezer_fans"] == stats.values["deezer_fans"]
    assert day["provenance"]["deezer_fans"]["source"].startswith("sandbox:")


async def test_what_is_fresh_is_answered_without_a_call_by_one_find(
    played: Services, database: Database, commands: Commands, sandbox: Sandbox
) -> None:
    await database.stats(stats_document(NOVA, updatedAt=NOW - timedelta(days=6)))

    await read(played)

    assert calls(sandbox) == 0
    assert commands.names == ["find"]


async def test_what_is_stale_is_refreshed_and_its_values_that_nobody_gives_are_kept(
    played: Services, database: Database
) -> None:
    old = NOW - timedelta(days=8)
    provenance = {"audiomack_followers": {"source": "songstats", "at": old}}
    await database.stats(
        stats_document(NOVA, updatedAt=old, audiomack_followers=77, spotify_followers=5, provenance=provenance)
    )

    stats = await read(played)

    assert stats.values["spotify_followers"] not in (5, None)
    kept = stats.values["audiomack_followers"]
    origin = next(o for o in stats.provenance if o.metric == "audiomack_followers")
    assert kept == 77 or origin.source.startswith("sandbox:")


async def test_a_forced_read_refreshes_what_is_fresh(played: Services, database: Database, sandbox: Sandbox) -> None:
    await database.stats(stats_document(NOVA))

    stats = await read(played, FORCED)

    assert stats.updated_at == NOW
    assert calls_of(sandbox, "viberate") == 1


async def test_stored_only_asks_nobody(played: Services, sandbox: Sandbox) -> None:
    assert await played.stats.one(ARTIST, ReadMode(stored_only=True)) is None
    assert calls(sandbox) == 0


async def test_fifty_readers_at_once_cost_one_refresh(played: Services, sandbox: Sandbox) -> None:
    found = await asyncio.gather(*(played.stats.one(ARTIST, READ) for _ in range(50)))

    assert all(stats == found[0] for stats in found)
    assert calls_of(sandbox, "viberate") == calls_of(sandbox, "songstats") == 1


async def test_who_does_not_want_to_wait_gets_what_is_stored_and_the_refresh_goes_on(
    played: Services, database: Database, sandbox: Sandbox
) -> None:
    await database.stats(stats_document(NOVA, updatedAt=NOW - timedelta(days=8)))
    sandbox.fault("viberate", delay_ms=300)

    async with played.news.listen([subject_of(NOVA)]) as news:
        stats = await read(played, ReadMode(max_wait_ms=0))
        ended = await asyncio.wait_for(news.next(), 20)

    assert not stats.fresh
    assert ended.error is None
    assert (await read(played)).fresh


async def test_a_provider_that_fails_costs_only_what_it_would_have_given(played: Services, sandbox: Sandbox) -> None:
    sandbox.fault("viberate", status=500)

    stats = await read(played)
    health = await played.stats.one_health(ARTIST)

    assert stats.fresh
    assert stats.values["spotify_followers"]
    assert stats.last_refresh_source
    assert "viberate" not in stats.last_refresh_source
    assert health.last_refresh_error == "sandbox:viberate: has a fault of its own (status 500)"


async def test_where_every_provider_fails_the_stored_document_stays_and_readers_rest(
    played: Services, database: Database, sandbox: Sandbox, clock: Clock
) -> None:
    old = NOW - timedelta(days=8)
    await database.stats(stats_document(NOVA, updatedAt=old))
    all_fail(sandbox)

    stats = await read(played)
    asked = calls(sandbox)
    again = await read(played)

    assert (stats.updated_at, stats.fresh) == (old, False)
    assert again == stats
    assert calls(sandbox) == asked > 0
    health = await played.stats.one_health(ARTIST)
    assert health.last_refresh_error
    assert "sandbox:viberate: " in health.last_refresh_error


async def test_a_forced_refresh_in_which_every_provider_fails_leaves_fresh_what_was(
    played: Services, database: Database, sandbox: Sandbox
) -> None:
    stored = stats_document(NOVA)
    await database.stats(stored)
    all_fail(sandbox)

    stats = await read(played, FORCED)

    assert (stats.updated_at, stats.fresh) == (stored["updatedAt"], True)
    (document,) = await database.all(STATS)
    assert document.pop("last_refresh_error").startswith("sandbox:viberate: ")
    assert document | {"last_refresh_error": None} == stored | {"fence": 1}


async def test_with_nothing_stored_and_every_provider_failing_the_read_says_why(
    played: Services, database: Database, sandbox: Sandbox
) -> None:
    all_fail(sandbox)

    with pytest.raises(UpstreamFailed, match=r"^Nothing is stored for artist \d+\. sandbox:viberate: has a fault"):
        await played.stats.one(ARTIST, READ)

    (document,) = await database.all(STATS)
    assert "updatedAt" not in document
    assert not (await played.stats.one_health(ARTIST)).exists


async def test_a_read_that_rests_after_the_failure_says_why_too(played: Services, sandbox: Sandbox) -> None:
    all_fail(sandbox)
    with pytest.raises(UpstreamFailed):
        await played.stats.one(ARTIST, READ)
    asked = calls(sandbox)

    with pytest.raises(UpstreamFailed, match=r"^Nothing is stored for artist \d+\. sandbox:viberate: has a fault"):
        await played.stats.one(ARTIST, READ)

    assert calls(sandbox) == asked


async def test_health_tells_when_readers_may_ask_again(played: Services, sandbox: Sandbox) -> None:
    all_fail(sandbox)
    with pytest.raises(UpstreamFailed):
        await played.stats.one(ARTIST, READ)

    (health,) = await played.stats.health([ARTIST], [None], with_refresh=True)

    assert health.retry_at is not None
    assert not health.refreshing


async def test_a_forced_read_gets_through_the_rest(played: Services, sandbox: Sandbox) -> None:
    sandbox.fault("viberate", status=404)
    all_fail(sandbox)
    with pytest.raises(UpstreamFailed):
        await played.stats.one(ARTIST, READ)
    sandbox.reset()

    stats = await read(played, FORCED)

    assert stats.fresh


async def test_an_artist_whom_nobody_knows_is_fresh_with_every_metric_null(
    played: Services, database: Database
) -> None:
    await database.artists({"id": 999_999, "name": "Nobody At All", "platforms": {"deezer": {"id": "999999999"}}})

    stats = await played.stats.one(Artist(999_999), READ)

    assert stats is not None
    assert stats.fresh
    assert not any(stats.values.values())
    assert stats.last_refresh_source is None


async def test_the_log_tells_who_gave_values_who_failed_and_how_many_metrics_nobody_gave(
    played: Services, sandbox: Sandbox
) -> None:
    for provider in set(sandbox.bases) - {"qq", "netease"}:
        sandbox.fault(provider, status=404, body="{}")
    sandbox.fault("viberate", status=500)

    with capture_logs() as lines:
        await read(played)

    (line,) = [line for line in lines if line["event"] == "refresh"]
    assert (line["artist_id"], line["outcome"]) == (NOVA, "refreshed")
    assert line["sources"] == ["sandbox:netease", "sandbox:qq"]
    assert "sandbox:viberate" in line["faults"]
    assert line["gaps"] == len(METRIC_NAMES) - 2


async def test_a_foreign_write_in_the_middle_survives(played: Services, database: Database, sandbox: Sandbox) -> None:
    old = NOW - timedelta(days=8)
    await database.stats(stats_document(NOVA, updatedAt=old, spotify_followers=5, spotify_monthly_listeners=6))
    sandbox.fault("songstats", delay_ms=400)
    reading = asyncio.create_task(played.stats.one(ARTIST, READ))
    await _asked(sandbox, "viberate")

    await database.collection(STATS).update_one({"artist_id": NOVA}, {"$set": {"spotify_followers": 4242, "mine": 1}})

    stats = await reading
    (document,) = await database.all(STATS)
    assert stats is not None
    assert stats.values["spotify_followers"] == document["spotify_followers"] == 4242
    assert "spotify_followers" not in document["provenance"]
    assert document["mine"] == 1
    assert document["spotify_monthly_listeners"] != 6


async def test_a_late_owner_changes_nothing_and_answers_what_the_other_stored(
    played: Services, database: Database, sandbox: Sandbox
) -> None:
    sandbox.fault("songstats", delay_ms=400)
    reading = asyncio.create_task(played.stats.one(ARTIST, READ))
    await _asked(sandbox, "viberate")

    later: dict[str, Any] = {"artist_id": NOVA, "updatedAt": NOW, "deezer_fans": 1, "fence": 1_000}
    await database.stats(later)

    stats = await reading
    assert await database.all(STATS) == [later]
    assert stats is not None
    assert {name: value for name, value in stats.values.items() if value} == {"deezer_fans": 1}


async def test_a_lease_held_elsewhere_is_waited_for_and_its_result_shared(
    played: Services, database: Database, sandbox: Sandbox, commands: Commands
) -> None:
    lease = await played.store.leases.take(subject_of(NOVA), owner="elsewhere", ttl=timedelta(minutes=1))
    assert lease is not None
    commands.sent.clear()
    reading = asyncio.create_task(played.stats.one(ARTIST, READ))

    async def is_at_the_lease() -> bool:
        return "findAndModify" in commands.names

    await eventually(is_at_the_lease)
    await database.stats(stats_document(NOVA, deezer_fans=4711))

    await played.store.leases.end(lease, error=None, retry_in=None)

    stats = await asyncio.wait_for(reading, 20)
    assert stats is not None
    assert stats.values["deezer_fans"] == 4711
    assert calls(sandbox) == 0


async def test_a_forced_refresh_is_made_where_the_one_it_waited_for_died(
    play: Play, database: Database, sandbox: Sandbox
) -> None:
    await database.stats(stats_document(NOVA))

    async with play(refresh_lease_s=1) as services:
        await services.store.leases.take(subject_of(NOVA), owner="killed", ttl=timedelta(milliseconds=300))
        stats = await read(services, FORCED)

    assert stats.updated_at == NOW
    assert calls_of(sandbox, "viberate") == 1


async def test_what_breaks_a_refresh_does_so_once_and_not_at_every_read(
    play: Play, database: Database, clock: Clock, sandbox: Sandbox
) -> None:
    clock.now = utc_now()
    await database.stats(stats_document(NOVA, updatedAt=clock.now - timedelta(days=8)))
    await database.client[f"{database.prefix}data_analyst"].command(
        {"collMod": "artist_data", "validator": {"deezer_fans": {"$type": "string"}}}
    )

    async with play(refresh_lease_s=1) as services:
        first = await read(services)
        asked = calls(sandbox)
        second = await read(services)

    assert (first.fresh, second) == (False, first)
    assert calls(sandbox) == asked > 0


async def test_unusable_values_stored_before_are_replaced(played: Services, database: Database) -> None:
    old = NOW - timedelta(days=8)
    unusable = {"spotify_followers": "many", "deezer_fans": {"value": 5}, "youtube_views": [7], "qq_followers": None}
    await database.stats(stats_document(NOVA, updatedAt=old, provenance="viberate") | unusable)

    stats = await read(played)

    (document,) = await database.all(STATS)
    for name in unusable:
        assert stats.values[name] == document[name]
        assert document["provenance"][name]["source"].startswith("sandbox:")


async def _asked(sandbox: Sandbox, provider: str) -> None:
    async with asyncio.timeout(20):
        for _ in iter(lambda: calls_of(sandbox, provider) == 0, False):
            await asyncio.sleep(0)
