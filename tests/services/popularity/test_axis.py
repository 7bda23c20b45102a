from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.popularity import Point
from services.popularity.axis import Axis, written


def points(*days: int) -> list[Point]:
    """A point on each of these days, counted from 2026-01-01."""
    return [Point(date=(date(2026, 1, 1) + timedelta(days=day)).isoformat(), value=71) for day in days]


def unbroken(found: list[Point]) -> list[list[Point]]:
    """The points, cut on an axis from the first to the last."""
    ends = [date.fromisoformat(point["date"]) for point in found] or [date(2026, 1, 1)]
    return Axis(ends[0], ends[-1]).unbroken(found)


def lengths(runs: list[list[Point]]) -> list[int]:
    return [len(run) for run in runs]


@pytest.mark.parametrize(
    ("day", "share"),
    [(date(2026, 11, 1), 0.0), (date(2026, 11, 2), 0.25), (date(2026, 11, 5), 1.0)],
    ids=["the first", "between", "the last"],
)
def test_a_day_has_its_share_of_the_axis(day: date, share: float) -> None:
    assert Axis(date(2026, 11, 1), date(2026, 11, 5)).share(day) == share


def test_an_only_day_is_in_the_middle() -> None:
    assert Axis(date(2026, 11, 1), date(2026, 11, 1)).share(date(2026, 11, 1)) == 0.5


@pytest.mark.parametrize(
    ("start", "end", "labels"),
    [
        ("2026-11-01", "2026-11-01", ["1 Nov"]),
        ("2024-02-28", "2024-03-01", ["28 Feb", "29 Feb", "1 Mar"]),
        ("2026-10-26", "2026-11-30", ["26 Oct", "2 Nov", "9 Nov", "16 Nov", "23 Nov", "30 Nov"]),
        ("2025-10-02", "2026-03-01", ["Nov", "Dec", "2026", "Feb", "Mar"]),
        ("2025-01-01", "2026-03-31", ["2025", "Mar", "May", "Jul", "Sep", "Nov", "2026", "Mar"]),
        ("2023-05-17", "2026-11-01", ["Jul", "2024", "Jul", "2025", "Jul", "2026", "Jul"]),
        ("2020-01-01", "2026-11-01", ["2020", "2021", "2022", "2023", "2024", "2025", "2026"]),
        ("2000-01-01", "2026-11-01", ["2000", "2005", "2010", "2015", "2020", "2025"]),
        ("0001-01-01", "9999-12-31", ["2000", "4000", "6000", "8000"]),
    ],
    ids=[
        "a day",
        "a leap day",
        "weeks",
        "months",
        "every other month",
        "half-years",
        "years",
        "every fifth year",
        "all days there are",
    ],
)
def test_marks_are_as_far_apart_as_leaves_them_readable(start: str, end: str, labels: list[str]) -> None:
    axis = Axis(date.fromisoformat(start), date.fromisoformat(end))

    assert [label for _, label in axis.ticks()] == labels


@given(ends=st.tuples(st.dates(), st.dates()).map(sorted))
def test_marks_are_few_ascending_and_on_the_axis_whatever_its_length(ends: list[date]) -> None:
    start, end = ends

    days = [day for day, _ in Axis(start, end).ticks()]

    assert 1 <= len(days) <= 9
    assert days == sorted(set(days))
    assert start <= days[0]
    assert days[-1] <= end


def test_a_day_is_written_so_that_nobody_takes_its_month_for_its_day() -> None:
    assert written(date(2026, 2, 11)) == "11 Feb 2026"


@pytest.mark.parametrize(
    ("days", "runs"),
    [
        ([], []),
        ([0], [1]),
        ([0, 50], [2]),
        (range(20), [20]),
        ([*range(9), *range(10, 20)], [9, 10]),
        ([*range(9), 30, *range(50, 60)], [9, 1, 10]),
        (range(0, 140, 7), [20]),
        ([*range(0, 70, 7), *range(84, 140, 7)], [10, 8]),
        ([0, 31, 59, 90, 120, 151, 181], [7]),
        ([0, 2, 3, 5, 6, 8, 9, 11, 30, 31, 33], [8, 3]),
        ([*range(900), *range(905, 1000)], [995]),
        ([*range(900), *range(915, 1000)], [900, 85]),
        ([*range(0, 400, 5), *range(400, 2000)], [1680]),
    ],
    ids=[
        "no point",
        "one point",
        "two points",
        "every day",
        "a day missing",
        "a point by itself",
        "every week",
        "a week missing",
        "every month",
        "now and then",
        "so few days of years missing that it isn't to be seen",
        "weeks of years missing",
        "every fifth day, then every day",
    ],
)
def test_points_are_cut_where_days_are_missing(days: list[int], runs: list[int]) -> None:
    assert lengths(unbroken(points(*days))) == runs


@given(days=st.sets(st.integers(0, 3000)).map(sorted))
def test_no_point_is_lost_where_they_are_cut(days: list[int]) -> None:
    cut = unbroken(points(*days))

    assert [point for run in cut for point in run] == points(*days)
    assert all(cut)
