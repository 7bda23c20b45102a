import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.model.backfill import BackfillState, Progress, SeriesKey
from services.model.lease import Lease
from services.model.popularity import Point, PopularityPlatform
from services.store import Store
from services.store.indexes import make_indexes
from tests.builders import NOW, SOUNDCHARTS_UUID, point_document
from tests.conftest import Commands, Database

POINTS = "data_analyst.artist_popularity"
SUBJECT = "popularity:61:spotify"
SERIES = SeriesKey(61, PopularityPlatform.SPOTIFY, SOUNDCHARTS_UUID)
LATER = NOW + timedelta(hours=1)
TTL = timedelta(seconds=30)


async def land(store: Store, *points: tuple[str, int], at: datetime = NOW, source: str = "soundchart") -> int:
    return await store.backfills.land(
        SERIES, [Point(date=day, value=value) for day, value in points], source=source, at=at
    )


async def take(store: Store, *, ttl: timedelta = TTL) -> Lease:
    lease = await store.leases.take(SUBJECT, owner="a", ttl=ttl)
    assert lease is not None
    return lease


async def test_points_are_stored_with_all_their_fields_by_one_command(
    store: Store, database: Database, commands: Commands
) -> None:
    assert await land(store, ("2026-11-01", 71), ("2026-11-02", 72)) == 2

    assert commands.names == ["update"]
    assert await database.all(POINTS) == [point_document("2026-11-01", 71), point_document("2026-11-02", 72)]


async def test_points_that_are_stored_already_change_nothing(store: Store, database: Database) -> None:
    await land(store, ("2026-11-01", 71))

    assert await land(store, ("2026-11-01", 71), at=LATER) == 0
    assert await database.all(POINTS) == [point_document("2026-11-01", 71)]


async def test_a_point_with_another_value_takes_its_place(store: Store, database: Database) -> None:
    await land(store, ("2026-11-01", 71))

    assert await land(store, ("2026-11-01", 72), at=LATER) == 1
    assert await database.all(POINTS) == [point_document("2026-11-01", 72, updatedAt=LATER)]


@pytest.mark.parametrize(
    "day",
    [
        "2026-11-01",
        "2026-11-01T00:00:00+01:00",
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 11, 1, 22, 59, tzinfo=UTC),
    ],
    ids=["a text", "a text with a time", "a date", "a date with a time"],
)
async def test_a_row_is_updated_in_whatever_notation_its_day_is(store: Store, database: Database, day: Any) -> None:
    await make_indexes(store.mongo)
    await database.points(point_document(day, 70, theirs="kept"))

    assert await land(store, ("2026-11-01", 71), at=LATER) == 1
    assert await database.all(POINTS) == [point_document(day, 71, theirs="kept", updatedAt=LATER)]


async def test_days_beside_it_and_other_series_stay(store: Store, database: Database) -> None:
    others = [
        point_document("2026-10-31", 1),
        point_document(datetime(2026, 11, 2, tzinfo=UTC), 2),
        point_document("2026-11-01", 3, platform="deezer"),
        point_document("2026-11-01", 4, artist_id=62),
        point_document("2026-11-01", 5, source="elsewhere"),
    ]
    await database.points(*others)

    await land(store, ("2026-11-01", 71))

    assert await database.all(POINTS) == [*others, point_document("2026-11-01", 71)]


async def test_a_point_that_another_writer_adds_meanwhile_is_updated(store: Store, database: Database) -> None:
    await make_indexes(store.mongo)
    days = [(f"2026-10-{day:02}", day) for day in range(1, 32)]

    await asyncio.gather(*(land(store, *days) for _ in range(8)))

    found = sorted((row["date"], row["value"]) for row in await database.all(POINTS))
    assert found == days


async def test_progress_is_kept_by_the_owner_of_the_lease(store: Store) -> None:
    lease = await take(store)
    progress = Progress(date(2020, 1, 1), date(2026, 11, 20), offset=300, span=90)

    assert await store.backfills.keep(lease, progress)

    assert await store.backfills.states([SUBJECT, "popularity:62:spotify"]) == {SUBJECT: BackfillState(progress)}


async def test_who_has_lost_the_lease_keeps_nothing(store: Store) -> None:
    late = await take(store, ttl=timedelta())
    owner = await take(store)
    progress = Progress(date(2020, 1, 1), date(2026, 11, 20), offset=300)
    await store.backfills.keep(owner, progress)

    assert not await store.backfills.keep(late, Progress(date(2020, 1, 1), date(2026, 11, 20), offset=100))
    assert not await store.backfills.finish(late, nothing_newer=1)

    assert await store.backfills.states([SUBJECT]) == {SUBJECT: BackfillState(progress)}


async def test_a_finished_fetch_has_no_progress(store: Store) -> None:
    lease = await take(store)
    await store.backfills.keep(lease, Progress(date(2020, 1, 1), date(2026, 11, 20)))

    assert await store.backfills.finish(lease, nothing_newer=2)

    assert await store.backfills.states([SUBJECT]) == {SUBJECT: BackfillState(nothing_newer=2)}


async def test_how_it_ended_stands_beside_it(store: Store) -> None:
    lease = await take(store)
    await store.leases.end(lease, error="soundcharts: broke", retry_in=timedelta(minutes=15))

    state = (await store.backfills.states([SUBJECT]))[SUBJECT]

    assert state.error == "soundcharts: broke"
    assert state.retry_at is not None


async def test_states_are_one_find(store: Store, commands: Commands) -> None:
    await store.backfills.states([f"popularity:{artist_id}:spotify" for artist_id in range(500)])

    assert commands.names == ["find"]
