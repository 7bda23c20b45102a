from collections.abc import Sequence
from datetime import timedelta

import pytest

import telemetry
from services import Services
from services.freshness import ReadMode
from services.model.artist import Artist
from services.model.backfill import Backfilled, BackfillState, SeriesKey
from services.model.popularity import Interval, PopularityPlatform, PopularitySeries, Window
from services.model.refresh import RefreshOutcome
from services.popularity.backfill import AT_ONCE
from services.popularity.gate import PopularityGate
from services.refreshes import QUEUE_FULL, RefreshQueue
from tests.builders import NOW, SOUNDCHARTS_UUID, point_document
from tests.conftest import Clock, Commands, Database
from tests.sandboxes import Sandbox
from tests.services.conftest import eventually

SPOTIFY = PopularityPlatform.SPOTIFY
EVERYTHING = frozenset({"items", "meta", "summary"})
SPARKLINE = frozenset({"sparkline"})
READ, FORCED, STORED = ReadMode(), ReadMode(refresh=True), ReadMode(stored_only=True)
RESTS = BackfillState(retry_at=NOW + timedelta(minutes=1), error="soundcharts: broke")


def known(artist_id: int) -> Artist:
    return Artist(artist_id, soundcharts_uuid=SOUNDCHARTS_UUID)


def roster(sandbox: Sandbox, count: int) -> list[Artist]:
    return [
        Artist(document["id"], soundcharts_uuid=document["external_data"]["soundcharts_uuid"])
        for document in sandbox.documents(count)
    ]


async def read(
    services: Services, artists: Sequence[Artist], mode: ReadMode = READ, fields: frozenset[str] = EVERYTHING
) -> list[PopularitySeries | None]:
    return await services.popularity.many(
        artists, platform=SPOTIFY, window=Window(), interval=Interval.DAY, mode=mode, fields=fields
    )


def gate_of(clock: Clock, *, refresh_on_read: bool = True) -> PopularityGate:
    return PopularityGate(clock=clock, queue=None, refresh_on_read=refresh_on_read)


@pytest.mark.parametrize(
    ("mode", "refresh_on_read", "asks"),
    [(READ, True, True), (READ, False, False), (FORCED, False, True), (STORED, True, False)],
    ids=["a read", "where reads refresh nothing", "a forced one there", "stored only"],
)
async def test_a_read_asks_as_it_and_the_settings_want(
    clock: Clock, mode: ReadMode, refresh_on_read: bool, asks: bool
) -> None:
    assert gate_of(clock, refresh_on_read=refresh_on_read).asks(mode) is asks


async def test_those_that_rest_are_told_with_their_error(clock: Clock) -> None:
    gate = gate_of(clock)

    assert gate.resting({61: RESTS, 62: BackfillState(error="long ago")}) == {
        61: Backfilled(RefreshOutcome.ELSEWHERE, error="soundcharts: broke")
    }


async def test_without_a_provider_nothing_is_fetched(clock: Clock) -> None:
    gate = gate_of(clock)

    assert not gate.has_provider
    assert await gate.filled([known(61)], SPOTIFY, FORCED, last_days={}, states={}) == {}


async def test_a_full_queue_is_told(clock: Clock) -> None:
    async def run(series: SeriesKey, /, *, forced: bool) -> Backfilled:
        raise AssertionError("nothing is to be run")

    abandoned = Backfilled(RefreshOutcome.ABANDONED)
    queue = RefreshQueue("popularity", run, outcomes=telemetry.BACKFILLS, abandoned=abandoned)
    await queue.close()
    gate = PopularityGate(clock=clock, queue=queue)

    assert await gate.filled([known(61)], SPOTIFY, READ, last_days={}, states={}) == {
        61: Backfilled(RefreshOutcome.ABANDONED, error=QUEUE_FULL)
    }


@pytest.mark.parametrize("mode", [READ, STORED], ids=["fresh", "stored only"])
@pytest.mark.parametrize("artists", [1, 50, 500])
async def test_all_of_a_fresh_roster_costs_three_commands_however_many_it_has(
    played: Services, database: Database, commands: Commands, sandbox: Sandbox, mode: ReadMode, artists: int
) -> None:
    await database.points(*(point_document("2026-11-01", 71, artist_id=i) for i in range(1, artists + 1)))
    commands.sent.clear()

    found = [series for series in await read(played, [known(i) for i in range(1, artists + 1)], mode) if series]
    sparklines = await played.popularity.sparklines(found, points=1)

    assert [len(series.items) for series in found] == [1] * artists
    assert sparklines == [[71]] * artists
    # The points, the summaries with how fetches stand beside them, the sparklines.
    assert sorted(commands.names) == ["aggregate", "aggregate", "find"]
    assert sandbox.requests("soundcharts") == []


async def test_sparklines_alone_of_a_fresh_roster_cost_two_commands(
    played: Services, database: Database, commands: Commands
) -> None:
    await database.points(point_document("2026-11-01", 71))
    commands.sent.clear()

    found = await read(played, [known(61)], fields=SPARKLINE)
    await played.popularity.sparklines([series for series in found if series], points=30)

    assert commands.names == ["aggregate", "aggregate"]


async def test_sparklines_of_a_roster_never_fetched_wait_no_longer_than_asked_and_fetch_few_at_once(
    played: Services, sandbox: Sandbox
) -> None:
    sandbox.fault("soundcharts", delay_ms=200)
    artists = roster(sandbox, 60)

    found = await read(played, artists, ReadMode(max_wait_ms=300), SPARKLINE)

    assert len(found) == 60

    async def three_rounds_have_come() -> bool:
        return len(sandbox.requests("soundcharts")) > 3 * AT_ONCE

    await eventually(three_rounds_have_come)
    assert 1 < sandbox.calls()["maxInFlight"]["soundcharts"] <= AT_ONCE


async def test_platforms_are_fetched_apart(played: Services, database: Database, sandbox: Sandbox) -> None:
    (nova,) = roster(sandbox, 1)
    await database.points(point_document("2026-11-01", 71, artist_id=nova.id, platform="deezer"))
    sandbox.fault("soundcharts", body={"named": "unknown"})

    for platform in PopularityPlatform:
        await played.popularity.one(nova, platform=platform, window=Window(), mode=READ, fields=frozenset({"items"}))

    asked = [entry["path"].rpartition("/")[2] for entry in sandbox.requests("soundcharts")]
    assert asked == ["spotify", "tidal"]
