import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from services import Services
from services.freshness import ReadMode
from services.model.artist import Artist
from services.model.backfill import Progress
from services.model.popularity import PopularityMeta, PopularityPlatform, PopularitySeries, Window
from services.popularity import subject_of
from tests.builders import NOW, Document, point_document
from tests.conftest import Clock, Commands, Database
from tests.sandboxes import NOVA, Sandbox
from tests.services.conftest import Play, counted, eventually

POINTS, STATES = "data_analyst.artist_popularity", "data_analyst.refresh_state"
SPOTIFY = PopularityPlatform.SPOTIFY
SUBJECT = subject_of(NOVA, SPOTIFY)
READ, FORCED = ReadMode(), ReadMode(refresh=True)
EVERYTHING = frozenset({"items", "meta"})


@pytest.fixture
def nova(sandbox: Sandbox) -> Artist:
    return Artist(NOVA, soundcharts_uuid=sandbox.artists()[NOVA]["ids"]["soundcharts"])


async def read(services: Services, artist: Artist, mode: ReadMode = READ, **changes: Any) -> PopularitySeries:
    asked: dict[str, Any] = {"platform": SPOTIFY, "window": Window(), "mode": mode, "fields": EVERYTHING}
    return await services.popularity.one(artist, **(asked | changes))


async def meta(services: Services, artist: Artist, mode: ReadMode = READ) -> PopularityMeta:
    found = (await read(services, artist, mode)).meta
    assert found is not None
    return found


def asked(sandbox: Sandbox) -> list[dict[str, str]]:
    """What was asked of the series, in order."""
    return [entry["query"] for entry in sandbox.requests("soundcharts") if "/popularity/" in entry["path"]]


async def state_of(database: Database) -> Document:
    found: Document = await database.collection(STATES).find_one({"_id": SUBJECT})
    return found


async def rested(database: Database, clock: Clock) -> timedelta:
    """Turn the clock to when readers may have it fetched again; how long after the last fetch that is."""
    state = await state_of(database)
    clock.now = max(clock.now, state["retryAt"])
    return timedelta(seconds=round((state["retryAt"] - state["endedAt"]).total_seconds()))


def days_before(days: int) -> str:
    return (NOW.date() - timedelta(days=days)).isoformat()


async def stale(database: Database, days: int = 90) -> str:
    """The newest day that is stored, so long ago; 90 days are a page, 450 are five."""
    await database.points(point_document(days_before(days), 1, artist_id=NOVA, source="sandbox:soundchart"))
    return days_before(days)


def breaks(sandbox: Sandbox, **knobs: Any) -> str:
    """Have the third page be none; what is told of that."""
    sandbox.fault("soundcharts", **({"body": "x", "path": "offset=200"} | knobs))
    return "sandbox:soundcharts: answered no JSON but 'x'"


async def left_off(services: Services, progress: Progress) -> None:
    """A fetch that was broken off there."""
    lease = await services.store.leases.take(SUBJECT, owner="elsewhere", ttl=timedelta(minutes=1))
    assert lease is not None
    await services.store.backfills.keep(lease, progress)
    await services.store.leases.release(lease)


def page(day: str, *, offset: int = 0, more: bool = False) -> str:
    """A page with a point, as Soundcharts has it."""
    told = {"offset": offset, "limit": 100, "next": "/next" if more else None, "total": offset + 1}
    return json.dumps({"items": [{"date": f"{day}T00:00:00+01:00", "value": 50}], "page": told})


async def test_a_first_read_brings_everything_since_2020_page_by_page(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox
) -> None:
    before = counted("kisum_popularity_points_total"), counted("kisum_backfills_total", outcome="refreshed")

    series = await read(played, nova)

    stored = await database.all(POINTS)
    assert len(stored) == len(series.items) == len({row["date"] for row in stored}) > 2000
    assert [point["date"] for point in series.items] == sorted(row["date"] for row in stored)
    pages = [(query["startDate"], query["endDate"], int(query["offset"])) for query in asked(sandbox)]
    assert pages == [("2020-01-01", "2026-11-20", offset) for offset in range(0, len(pages) * 100, 100)]
    assert series.meta == PopularityMeta(
        fresh=True,
        last_date="2026-11-19",
        refreshed=True,
        points_written=len(stored),
        pages_fetched=len(pages),
        error=None,
    )
    assert counted("kisum_popularity_points_total") - before[0] == len(stored)
    assert counted("kisum_backfills_total", outcome="refreshed") - before[1] == 1


async def test_points_say_where_they_come_from(played: Services, nova: Artist, database: Database) -> None:
    await stale(database)

    series = await read(played, nova)

    document = await database.collection(POINTS).find_one({"date": "2026-11-19"}, {"_id": 0})
    assert document == {
        "artist_id": NOVA,
        "platform": "spotify",
        "date": "2026-11-19",
        "value": series.items[-1]["value"],
        "source": "sandbox:soundchart",
        "soundcharts_uuid": nova.soundcharts_uuid,
        "updatedAt": NOW,
    }


async def test_a_fetch_is_a_line_in_the_log(played: Services, nova: Artist, database: Database) -> None:
    newest = await stale(database)

    with capture_logs() as logged:
        found = await meta(played, nova)

    (line,) = [entry for entry in logged if entry["event"] == "backfill"]
    assert line.pop("duration_ms") > 0
    assert line == {
        "event": "backfill",
        "log_level": "info",
        "artist_id": NOVA,
        "platform": SPOTIFY,
        "outcome": "refreshed",
        "since": newest,
        "offset": 0,
        "pages": 1,
        "points": found.points_written,
        "dropped": {},
        "error": None,
    }


async def test_what_is_fresh_is_answered_without_a_call(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox
) -> None:
    await database.points(point_document(days_before(50), 71, artist_id=NOVA))

    series = await read(played, nova)

    assert [point["value"] for point in series.items] == [71]
    assert asked(sandbox) == []


async def test_what_is_stale_is_fetched_from_its_newest_day_on(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox
) -> None:
    newest = await stale(database)

    found = await meta(played, nova)

    assert [(query["startDate"], query["endDate"]) for query in asked(sandbox)] == [(newest, "2026-11-20")]
    assert (found.fresh, found.refreshed, found.last_date) == (True, True, "2026-11-19")


async def test_a_forced_read_fetches_what_is_fresh(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox
) -> None:
    await database.points(point_document(days_before(10), 1, artist_id=NOVA))

    found = await meta(played, nova, FORCED)

    assert [query["startDate"] for query in asked(sandbox)] == [days_before(10)]
    assert found.refreshed


async def test_stored_only_asks_nobody(played: Services, nova: Artist, sandbox: Sandbox) -> None:
    series = await read(played, nova, ReadMode(stored_only=True))

    assert series.items == ()
    assert asked(sandbox) == []


async def test_where_reads_refresh_nothing_a_forced_one_still_does(
    play: Play, nova: Artist, database: Database, sandbox: Sandbox
) -> None:
    await stale(database)

    async with play(refresh_on_read=False) as services:
        await read(services, nova)
        assert asked(sandbox) == []

        assert (await meta(services, nova, FORCED)).refreshed


async def test_what_is_asked_to_be_read_changes_nothing_of_what_is_fetched(
    played: Services, nova: Artist, database: Database
) -> None:
    await stale(database)
    window = Window(date(2026, 11, 1), date(2026, 11, 10))

    series = await read(played, nova, window=window)

    assert 5 < len(series.items) <= 10
    assert len(await database.all(POINTS)) > 80


async def test_a_legacy_row_with_a_date_for_a_day_is_updated_and_not_doubled(
    play: Play, sandbox: Sandbox, nova: Artist, database: Database
) -> None:
    day = NOW.date() - timedelta(days=91)
    legacy = point_document(datetime(day.year, day.month, day.day, tzinfo=UTC), 1, artist_id=NOVA)
    await database.points(legacy)
    keys = {"soundcharts_app_id": "sandbox", "soundcharts_api_key": "sandbox"}

    async with play(soundcharts_base_url=sandbox.bases["soundcharts"], **keys) as services:
        series = await read(services, nova)

    stored = await database.all(POINTS)
    first = next(row for row in stored if row["date"] == legacy["date"])
    assert first["value"] == series.items[0]["value"] > 1
    assert len(stored) == len(series.items) > 80


async def test_fifty_readers_at_once_cost_one_fetch(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox
) -> None:
    await stale(database, 450)

    found = await asyncio.gather(*(read(played, nova) for _ in range(50)))

    assert all(series.items == found[0].items for series in found)
    assert len(found[0].items) > 400
    assert [query["offset"] for query in asked(sandbox)] == ["0", "100", "200", "300", "400"]


async def test_who_does_not_want_to_wait_gets_what_is_stored_and_the_fetch_goes_on(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox
) -> None:
    await stale(database)
    sandbox.fault("soundcharts", delay_ms=300, path="offset=0")

    async with played.news.listen([SUBJECT]) as news:
        found = await meta(played, nova, ReadMode(max_wait_ms=0))
        ended = await asyncio.wait_for(news.next(), 20)

    assert (found.fresh, found.refreshed, found.error) == (False, False, None)
    assert ended.error is None
    assert (await meta(played, nova)).fresh


async def test_a_failure_leaves_what_came_before_it_and_readers_rest_for_15_minutes(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox, clock: Clock
) -> None:
    newest = await stale(database, 450)
    told = breaks(sandbox)

    first = await read(played, nova)
    count = len(asked(sandbox))
    again = await read(played, nova)

    assert first.items[0]["date"] == newest
    assert first.meta == PopularityMeta(
        fresh=False,
        last_date=first.items[-1]["date"],
        refreshed=False,
        points_written=len(first.items),
        pages_fetched=2,
        error=told,
    )
    assert again.items == first.items
    assert again.meta is not None
    assert (again.meta.error, again.meta.pages_fetched) == (told, 0)
    assert len(asked(sandbox)) == count == 3
    assert await rested(database, clock) == timedelta(minutes=15)


async def test_after_a_failure_the_next_read_goes_on_from_there(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox, clock: Clock
) -> None:
    newest = await stale(database, 450)
    breaks(sandbox)
    await read(played, nova)
    await rested(database, clock)
    sandbox.reset()

    series = await read(played, nova)

    # The days since the fetch was begun come last.
    assert [(query["startDate"], query["endDate"], query["offset"]) for query in asked(sandbox)] == [
        *((newest, "2026-11-20", offset) for offset in ("200", "300", "400")),
        ("2026-11-20", str(clock.now.date()), "0"),
    ]
    assert len(series.items) == len(await database.all(POINTS)) > 400
    assert series.meta is not None
    assert (series.meta.fresh, series.meta.refreshed, series.meta.error) == (True, True, None)


async def test_one_that_breaks_off_in_the_days_since_goes_on_with_them_alone(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox, clock: Clock
) -> None:
    await stale(database)
    await left_off(played, Progress(NOW.date() - timedelta(days=90), NOW.date()))
    clock.advance(timedelta(days=1))
    told = breaks(sandbox, path=f"startDate={days_before(0)}")

    broken_off = await meta(played, nova)
    await rested(database, clock)
    sandbox.reset()
    found = await meta(played, nova)

    assert (broken_off.pages_fetched, broken_off.error) == (1, told)
    # A day, and the days since then.
    assert [query["startDate"] for query in asked(sandbox)] == [days_before(0), days_before(-1)]
    assert found.error is None


async def test_a_forced_read_gets_through_the_rest(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox
) -> None:
    await stale(database, 450)
    breaks(sandbox)
    await read(played, nova)
    sandbox.reset()

    found = await meta(played, nova, FORCED)

    assert found.refreshed
    assert asked(sandbox)[0]["offset"] == "200"


async def test_windows_of_90_days_are_gone_on_with_too(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox, clock: Clock
) -> None:
    first, second, third = await stale(database, 200), days_before(110), days_before(20)
    refusal = json.dumps({"errors": [{"key": "argument", "code": 400, "message": "Too long a period."}]})
    sandbox.fault("soundcharts", status=400, body=refusal, times=1, artist=NOVA)
    told = breaks(sandbox, path=f"startDate={second}")

    broken_off = await meta(played, nova)
    await rested(database, clock)
    sandbox.reset()
    found = await meta(played, nova)

    assert (broken_off.error, broken_off.pages_fetched) == (told, 1)
    assert broken_off.last_date is not None
    assert first <= broken_off.last_date < second
    assert [query["startDate"] for query in asked(sandbox)] == [second, third, days_before(0)]
    assert (found.last_date, found.error) == (days_before(1), None)


async def test_days_in_the_other_order_leave_no_hole_where_the_fetch_breaks_off(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox, clock: Clock
) -> None:
    """The newest days came first: by their age the series is fresh, and still the rest is fetched."""
    await database.points(point_document(days_before(1), 62, artist_id=NOVA))
    await left_off(played, Progress(NOW.date() - timedelta(days=450), NOW.date(), offset=100))

    await read(played, nova)

    assert [query["offset"] for query in asked(sandbox)][:2] == ["100", "200"]


async def test_who_finds_nothing_newer_asks_again_after_1_2_4_and_at_most_30_days(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.fault("soundcharts", body={"named": "unknown"})
    rests = []

    for _ in range(7):
        found = await meta(played, nova)
        assert (found.refreshed, found.last_date, found.error) == (True, None, None)
        assert not (await meta(played, nova)).refreshed
        rests.append((await rested(database, clock)).days)

    assert rests == [1, 2, 4, 8, 16, 30, 30]
    assert len(asked(sandbox)) == 7


async def test_a_series_that_has_ended_is_not_asked_for_at_every_read(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.fault("soundcharts", body=page("2026-01-01"))

    first = await meta(played, nova)
    second = await meta(played, nova)

    assert (first.fresh, first.refreshed, first.points_written, second.refreshed) == (False, True, 1, False)
    assert await rested(database, clock) == timedelta(days=1)


async def test_what_is_newer_counts_on_whichever_page_it_comes(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox
) -> None:
    await stale(database)
    sandbox.fault("soundcharts", body=page(days_before(1), more=True), path="offset=0", artist=NOVA)
    sandbox.fault("soundcharts", body=page(days_before(100), offset=100), path="offset=100")

    found = await meta(played, nova)

    state = await state_of(database)
    assert (found.pages_fetched, found.last_date) == (2, days_before(1))
    assert (state["nothingNewer"], state["retryAt"]) == (0, None)


async def test_what_is_newer_ends_the_long_rests(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox, clock: Clock
) -> None:
    await stale(database)
    sandbox.fault("soundcharts", body={"named": "unknown"})
    for _ in range(2):
        await meta(played, nova)
        await rested(database, clock)
    sandbox.reset()

    assert (await meta(played, nova)).points_written > 80

    state = await state_of(database)
    assert (state["nothingNewer"], state["backfill"]) == (0, None)


async def test_a_lease_held_elsewhere_is_waited_for_and_its_result_shared(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox, commands: Commands
) -> None:
    lease = await played.store.leases.take(SUBJECT, owner="elsewhere", ttl=timedelta(minutes=1))
    assert lease is not None
    commands.sent.clear()
    reading = asyncio.create_task(read(played, nova))

    async def is_at_the_lease() -> bool:
        return "findAndModify" in commands.names

    await eventually(is_at_the_lease)
    await database.points(point_document(days_before(1), 47, artist_id=NOVA))

    await played.store.leases.end(lease, error=None, retry_in=None)

    series = await asyncio.wait_for(reading, 20)
    assert [point["value"] for point in series.items] == [47]
    assert asked(sandbox) == []


async def test_who_has_lost_the_lease_stops(
    played: Services, nova: Artist, database: Database, sandbox: Sandbox
) -> None:
    await stale(database, 450)
    sandbox.fault("soundcharts", delay_ms=400, path="offset=100")
    reading = asyncio.create_task(read(played, nova))

    async def is_at_the_second_page() -> bool:
        return len(asked(sandbox)) == 2

    await eventually(is_at_the_second_page)
    await database.collection(STATES).update_one({"_id": SUBJECT}, {"$inc": {"fence": 1}, "$set": {"owner": "b"}})

    series = await reading

    assert len(asked(sandbox)) == 2
    assert series.meta is not None
    assert (series.meta.refreshed, series.meta.pages_fetched) == (False, 2)
    state = await state_of(database)
    assert (state["owner"], state["backfill"]["offset"]) == ("b", 100)


async def test_stopping_leaves_off_and_the_next_start_goes_on_at_once(
    play: Play, nova: Artist, database: Database, sandbox: Sandbox
) -> None:
    await stale(database, 450)
    sandbox.fault("soundcharts", delay_ms=60_000, path="offset=300")
    async with play() as services:
        reading = asyncio.create_task(read(services, nova, ReadMode(max_wait_ms=20_000)))

        async def is_at_the_fourth_page() -> bool:
            return len(asked(sandbox)) == 4

        await eventually(is_at_the_fourth_page)
    await asyncio.wait([reading])
    sandbox.reset()

    async with play() as services:
        series = await read(services, nova)

    assert asked(sandbox)[0]["offset"] == "300"
    assert len(series.items) > 400


async def test_an_id_that_is_none_fails_without_a_call(played: Services, sandbox: Sandbox) -> None:
    found = await meta(played, Artist(NOVA, soundcharts_uuid="none"))

    assert found.error == "sandbox:soundcharts: was not asked: what is stored as the artist's id there is none"
    assert asked(sandbox) == []


async def test_a_plan_without_popularity_leaves_stats_to_be_asked(
    played: Services, nova: Artist, sandbox: Sandbox
) -> None:
    sandbox.fault("soundcharts", body={"named": "forbidden"}, path="/popularity/")

    found = await meta(played, nova)
    stats = await played.stats.one(nova, READ)

    assert found.error == "sandbox:soundcharts: refused the popularity: it may not be in the plan"
    assert stats is not None
    assert "sandbox:soundcharts" in (stats.last_refresh_source or "")
