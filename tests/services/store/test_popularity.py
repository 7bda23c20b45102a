from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from bson import Decimal128, Int64, Timestamp

from services.model.popularity import Interval, Point, PopularityPlatform, PopularitySummary, PopularityYear, Window
from services.store import Store
from tests.builders import NOW, Document, point_document
from tests.conftest import Commands, Database

SPOTIFY = PopularityPlatform.SPOTIFY
ALWAYS = Window()


def point(day: str, value: int) -> Point:
    return Point(date=day, value=value)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


async def every_answer(store: Store, artist_id: int = 61) -> list[Any]:
    """What each read answers of one artist."""
    ids, read = [artist_id], store.popularity
    return [
        await read.points(ids, SPOTIFY, ALWAYS),
        await read.means(ids, SPOTIFY, ALWAYS, Interval.MONTH),
        await read.last_days(ids, SPOTIFY),
        await read.summaries(ids, SPOTIFY),
        await read.last_values(ids, SPOTIFY, start=date(2026, 1, 1), end=date(2026, 12, 31), spans=12),
    ]


async def test_points_are_ascending_by_artist(store: Store, database: Database) -> None:
    await database.points(
        point_document("2026-11-02", 72),
        point_document("2026-11-01", 71),
        point_document("2026-11-03", 40, artist_id=62),
    )

    assert await store.popularity.points([61, 62, 63], SPOTIFY, ALWAYS) == {
        61: [point("2026-11-01", 71), point("2026-11-02", 72)],
        62: [point("2026-11-03", 40)],
    }


@pytest.mark.parametrize("platform", PopularityPlatform)
async def test_each_platform_has_a_series_of_its_own(
    store: Store, database: Database, platform: PopularityPlatform
) -> None:
    values = dict(zip(PopularityPlatform, (71, 72, 73), strict=True))
    await database.points(*(point_document("2026-11-01", value, platform=name) for name, value in values.items()))

    assert await store.popularity.points([61], platform, ALWAYS) == {61: [point("2026-11-01", values[platform])]}


@pytest.mark.parametrize(
    ("window", "days"),
    [
        (ALWAYS, [1, 2, 3, 4]),
        (Window(date(2026, 11, 2)), [2, 3, 4]),
        (Window(None, date(2026, 11, 3)), [1, 2, 3]),
        (Window(date(2026, 11, 2), date(2026, 11, 3)), [2, 3]),
        (Window(date(2026, 11, 3), date(2026, 11, 3)), [3]),
        (Window(date(2026, 12, 1)), []),
        (Window(date.min, date.max), [1, 2, 3, 4]),
        (Window(date.max, date.max), []),
    ],
    ids=[
        "all",
        "from a day",
        "to a day",
        "both ends",
        "one day",
        "none",
        "all days there are",
        "the last day there is",
    ],
)
async def test_a_window_includes_its_ends(store: Store, database: Database, window: Window, days: list[int]) -> None:
    await database.points(
        point_document("2026-11-01", 70),
        point_document(datetime(2026, 11, 2, tzinfo=UTC), 70),
        point_document("2026-11-03T23:59:59Z", 70),
        point_document(datetime(2026, 11, 4, 23, 59, tzinfo=UTC), 70),
    )

    found = await store.popularity.points([61], SPOTIFY, window)

    assert [int(item["date"][-2:]) for item in found.get(61, [])] == days


@pytest.mark.parametrize(
    "changes",
    [
        {"value": Int64(71)},
        {"value": 71.0},
        {"date": "2026-11-01T10:00:00Z"},
        {"date": "2026-11-01 10:00"},
        {"date": datetime(2026, 11, 1, tzinfo=UTC)},
        {"date": datetime(2026, 11, 1, 23, 59, 59, tzinfo=UTC)},
        {"artist_id": Int64(61)},
        {"artist_id": 61.0},
        {"artist_id": Decimal128("61")},
        {"source": "elsewhere", "soundcharts_uuid": None, "updatedAt": None},
    ],
    ids=repr,
)
async def test_a_point_is_one_in_whatever_notation(store: Store, database: Database, changes: Document) -> None:
    await database.points(point_document("2026-11-01", 71, artist_id=60), point_document("2026-12-01", 50))
    plain = [{61: answer[60]} for answer in await every_answer(store, 60)]
    await database.collection("data_analyst.artist_popularity").delete_many({})

    await database.points(point_document("2026-11-01", 71) | changes)

    assert await every_answer(store) == plain


@pytest.mark.parametrize(
    "changes",
    [
        {"value": None},
        {"value": 0},
        {"value": 0.0},
        {"value": 101},
        {"value": -3},
        {"value": Int64(2**40)},
        {"value": 71.5},
        {"value": float("nan")},
        {"value": float("inf")},
        {"value": "71"},
        {"value": True},
        {"value": Decimal128("71")},
        {"value": [71]},
        {"value": {"v": 71}},
        {"date": None},
        {"date": ""},
        {"date": "soon"},
        {"date": "2026-soon!"},
        {"date": "2026-02-30"},
        {"date": "2026-13-01"},
        {"date": "2026-1-5"},
        {"date": "20261105"},
        {"date": "2026-11-0é"},
        {"date": 20261105},
        {"date": Timestamp(1_793_836_800, 1)},
        {"date": ["2026-11-05"]},
        {"date": [datetime(2026, 11, 5, tzinfo=UTC)]},
        {"date": {"$date": "2026-11-05"}},
        {"date": datetime(9999, 1, 1, tzinfo=UTC)},
        {"artist_id": "61"},
        {"artist_id": [61]},
        {"platform": "SPOTIFY"},
        {"platform": None},
    ],
    ids=repr,
)
async def test_a_row_that_is_no_point_changes_no_answer(store: Store, database: Database, changes: Document) -> None:
    await database.points(point_document("2026-10-15", 60))
    before = await every_answer(store)

    await database.points(point_document("2026-11-05", 71) | changes)

    assert await every_answer(store) == before


@pytest.mark.parametrize("field", ["date", "value"])
async def test_a_row_that_lacks_a_field_changes_no_answer(store: Store, database: Database, field: str) -> None:
    await database.points(point_document("2026-10-15", 60))
    before = await every_answer(store)
    row = point_document("2026-11-05", 71)

    del row[field]
    await database.points(row)

    assert await every_answer(store) == before


async def test_each_day_tells_when_it_was_last_written(store: Store, database: Database) -> None:
    later = NOW + timedelta(hours=1)
    await database.points(
        point_document("2026-11-01", 71, updatedAt=later),
        point_document(datetime(2026, 11, 1, tzinfo=UTC), 70, source="other"),
        point_document("2026-11-02", 72, updatedAt="2026-11-20T08:00:00Z"),
        point_document("2026-11-03", 73, updatedAt="of late"),
        point_document("2026-11-04", 74),
        point_document("2026-11-01", 12, platform="deezer", updatedAt=later),
    )

    found = await store.popularity.stored_at([61, 62], SPOTIFY, Window(end=date(2026, 11, 3)))

    assert found == {61: {"2026-11-01": later, "2026-11-02": NOW}}


async def test_nothing_stored_is_no_answer_for_the_artist(store: Store) -> None:
    assert await every_answer(store) == [{}, {}, {}, {}, {}]


async def test_of_a_day_that_is_stored_twice_the_highest_value_counts(store: Store, database: Database) -> None:
    await database.points(point_document("2026-11-01", 70), point_document("2026-11-02", 60))
    once = await every_answer(store)

    await database.points(
        point_document(datetime(2026, 11, 1, 12, tzinfo=UTC), 40),
        point_document("2026-11-01T12:00:00Z", 41),
        point_document("2026-11-02", 20, source="elsewhere"),
    )

    assert await every_answer(store) == once


async def test_days_of_both_notations_are_one_series_in_order(store: Store, database: Database) -> None:
    await database.points(
        point_document(datetime(2026, 11, 1, tzinfo=UTC), 71),
        point_document("2026-11-02", 72),
        point_document(datetime(2026, 11, 3, tzinfo=UTC), 73),
        point_document("2026-11-04", 74),
    )

    assert await store.popularity.points([61], SPOTIFY, ALWAYS) == {
        61: [point(f"2026-11-0{day}", 70 + day) for day in range(1, 5)]
    }


async def test_a_long_series_stored_in_both_notations_is_one(store: Store, database: Database) -> None:
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(2000)]
    await database.points(*(point_document(day.isoformat(), 50) for day in days))
    await database.points(*(point_document(midnight(day), 51) for day in days))

    found = await store.popularity.points([61], SPOTIFY, ALWAYS)

    assert found == {61: [point(day.isoformat(), 51) for day in days]}


async def test_a_week_starts_on_monday_and_a_mean_is_rounded_half_up(store: Store, database: Database) -> None:
    await database.points(
        point_document("2026-11-01", 10),  # a Sunday
        point_document("2026-11-02", 70),
        point_document("2026-11-08", 71),
        point_document("2026-11-09", 20),
    )

    assert await store.popularity.means([61], SPOTIFY, ALWAYS, Interval.WEEK) == {
        61: [point("2026-10-26", 10), point("2026-11-02", 71), point("2026-11-09", 20)]
    }


async def test_the_summary_of_one_point_compares_it_with_nothing(store: Store, database: Database) -> None:
    await database.points(point_document("2026-11-01", 71))

    only = point("2026-11-01", 71)
    assert await store.popularity.summaries([61], SPOTIFY) == {
        61: PopularitySummary(only, only, (PopularityYear(2026, 71.0, only),), change_30d=None, change_365d=None)
    }


@pytest.mark.parametrize(
    ("days_before", "change"),
    [(22, None), (23, 10), (30, 10), (37, 10), (38, None)],
    ids=["too near", "just near enough", "the very day", "just not too far", "too far"],
)
async def test_a_change_is_to_a_point_at_most_a_quarter_of_its_days_off(
    store: Store, database: Database, days_before: int, change: int | None
) -> None:
    last = date(2026, 11, 1)
    before = last - timedelta(days=days_before)
    await database.points(point_document(last.isoformat(), 70), point_document(before.isoformat(), 60))

    summary = (await store.popularity.summaries([61], SPOTIFY))[61]

    assert summary.change_30d == change


async def test_of_equal_peaks_the_first_counts(store: Store, database: Database) -> None:
    await database.points(point_document("2025-11-01", 80), point_document("2026-01-01", 80))

    summary = (await store.popularity.summaries([61], SPOTIFY))[61]

    assert summary.peak == point("2025-11-01", 80)


async def test_more_spans_than_days_leave_the_others_empty(store: Store, database: Database) -> None:
    await database.points(point_document("2026-11-01", 71), point_document("2026-11-02", 72))

    found = await store.popularity.last_values([61], SPOTIFY, start=date(2026, 11, 1), end=date(2026, 11, 2), spans=4)

    assert found == {61: [71, None, 72, None]}


@pytest.mark.parametrize("count", [1, 50, 500])
async def test_each_read_is_one_command_however_many_artists(
    store: Store, database: Database, commands: Commands, count: int
) -> None:
    ids = range(1, count + 1)
    await database.points(*(point_document("2026-11-01", 71, artist_id=artist_id) for artist_id in ids))

    answers: list[dict[int, Any]] = [
        await store.popularity.points(ids, SPOTIFY, ALWAYS),
        await store.popularity.means(ids, SPOTIFY, ALWAYS, Interval.WEEK),
        await store.popularity.last_days(ids, SPOTIFY),
        await store.popularity.summaries(ids, SPOTIFY),
        await store.popularity.last_values(ids, SPOTIFY, start=date(2026, 11, 1), end=date(2026, 11, 1), spans=1),
    ]

    assert [len(answer) for answer in answers] == [count] * 5
    assert commands.names == ["find", *["aggregate"] * 4]
