"""What MongoDB sums up, beside plain Python over the same points: with gaps, single points, leap days and year ends."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.model.popularity import Interval, Point, PopularityPlatform, PopularitySummary, PopularityYear, Window
from services.store import Store
from tests.builders import point_document
from tests.conftest import Database

SPOTIFY = PopularityPlatform.SPOTIFY
ALWAYS = Window()
Series = Mapping[date, int]

# Motor's threads draw numbers by chance while Hypothesis does, which takes them for those of a strategy.
pytestmark = pytest.mark.parametrize("driver", ["pymongo"])

_artist_ids = itertools.count(1000)


def point(day: str, value: int) -> Point:
    return Point(date=day, value=value)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


# Two year ends, a leap day, and days so close together that weeks and months fill up.
_days = st.dates(date(2023, 12, 20), date(2026, 1, 10)) | st.dates(date(2024, 2, 20), date(2024, 3, 5))
series = st.dictionaries(_days, st.integers(1, 100), min_size=1, max_size=40)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def stored(database: Database, values: Series) -> int:
    """A new artist with the points, every third day in the foreign notation."""
    artist_id = next(_artist_ids)
    await database.points(
        *(
            point_document(day.isoformat() if day.day % 3 else midnight(day), value, artist_id=artist_id)
            for day, value in values.items()
        )
    )
    return artist_id


@quick
@given(values=series)
async def test_points_are_those_that_were_stored(store: Store, database: Database, values: Series) -> None:
    artist_id = await stored(database, values)

    assert await store.popularity.points([artist_id], SPOTIFY, ALWAYS) == {
        artist_id: [point(day.isoformat(), values[day]) for day in sorted(values)]
    }


@quick
@given(values=series)
async def test_the_last_day_is_that_of_the_newest_point(store: Store, database: Database, values: Series) -> None:
    artist_id = await stored(database, values)

    assert await store.popularity.last_days([artist_id], SPOTIFY) == {artist_id: max(values).isoformat()}


@pytest.mark.parametrize("interval", [Interval.WEEK, Interval.MONTH])
@quick
@given(values=series)
async def test_means_are_those_of_plain_arithmetic(
    store: Store, database: Database, interval: Interval, values: Series
) -> None:
    artist_id = await stored(database, values)

    assert await store.popularity.means([artist_id], SPOTIFY, ALWAYS, interval) == {
        artist_id: means_of(values, interval)
    }


@quick
@given(values=series)
async def test_a_summary_is_that_of_plain_arithmetic(store: Store, database: Database, values: Series) -> None:
    artist_id = await stored(database, values)

    assert await store.popularity.summaries([artist_id], SPOTIFY) == {artist_id: summary_of(values)}


@quick
@given(values=series, ends=st.tuples(_days, _days).map(sorted), spans=st.integers(1, 60))
async def test_a_sparkline_is_that_of_plain_arithmetic(
    store: Store, database: Database, values: Series, ends: Sequence[date], spans: int
) -> None:
    artist_id = await stored(database, values)
    start, end = ends

    found = await store.popularity.last_values([artist_id], SPOTIFY, start=start, end=end, spans=spans)

    assert found.get(artist_id, [None] * spans) == sparkline_of(values, start, end, spans)


def means_of(values: Series, interval: Interval) -> list[Point]:
    gathered: dict[date, list[int]] = {}
    for day in sorted(values):
        first = day.replace(day=1) if interval is Interval.MONTH else day - timedelta(days=day.weekday())
        gathered.setdefault(first, []).append(values[day])
    return [
        point(first.isoformat(), floor(Fraction(sum(found), len(found)) + Fraction(1, 2)))
        for first, found in gathered.items()
    ]


def summary_of(values: Series) -> PopularitySummary:
    last = max(values)
    years = sorted({day.year for day in values})
    return PopularitySummary(
        current=point(last.isoformat(), values[last]),
        peak=peak_of(values),
        years=tuple(year_of({day: value for day, value in values.items() if day.year == year}) for year in years),
        change_30d=change_of(values, 30, at_most_off=7),
        change_365d=change_of(values, 365, at_most_off=91),
    )


def year_of(values: Series) -> PopularityYear:
    return PopularityYear(min(values).year, round(sum(values.values()) / len(values), 1), peak_of(values))


def peak_of(values: Series) -> Point:
    day = min(values, key=lambda day: (-values[day], day))
    return point(day.isoformat(), values[day])


def change_of(values: Series, days: int, *, at_most_off: int) -> int | None:
    last = max(values)
    off, nearest = min((abs((last - day).days - days), day) for day in values)
    return values[last] - values[nearest] if off <= at_most_off else None


def sparkline_of(values: Series, start: date, end: date, spans: int) -> list[int | None]:
    found: list[int | None] = [None] * spans
    for day in sorted(values):
        if start <= day <= end:
            found[(day - start).days * spans // ((end - start).days + 1)] = values[day]
    return found
