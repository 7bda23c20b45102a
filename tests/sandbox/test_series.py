from datetime import date, timedelta
from itertools import pairwise

import pytest

from sandbox.artists import Artist
from sandbox.numbers import POPULARITY, Numbers
from sandbox.series import DAILY_FROM, FIRST_DAY, PLATFORMS, PopularitySeries

TODAY = date(2026, 11, 20)
REAL = {(1, POPULARITY): {date(2022, 6, 28): 87, date(2022, 7, 3): 88}}
NOVA = Artist(1, "Nova Ruiz", {}, is_known_everywhere=True)
MANY = [Artist(number, f"Artist {number}", {}) for number in range(100, 300)]


@pytest.fixture
def series() -> PopularitySeries:
    return PopularitySeries(7, Numbers(7, REAL), REAL)


def test_a_series_goes_from_2020_until_yesterday_with_each_day_once(series: PopularitySeries) -> None:
    days = [day for day, _ in series.points(NOVA, "spotify", TODAY)]

    assert days == sorted(set(days))
    assert days[0] == FIRST_DAY
    assert TODAY - timedelta(days=2) <= days[-1] < TODAY
    assert 1_900 < len(days) < 2_200


def test_points_come_every_few_days_first_and_then_daily_with_holes(series: PopularitySeries) -> None:
    days = [day for day, _ in series.points(NOVA, "tidal", TODAY)]

    steps = [(later - day).days for day, later in pairwise(days)]
    early = [step for day, step in zip(days, steps, strict=False) if day < DAILY_FROM]
    late = [step for day, step in zip(days, steps, strict=False) if day >= DAILY_FROM]
    assert (min(early), max(early)) == (2, 6)
    assert set(late) == {1, 2}
    assert late.count(2) < len(late) / 10


def test_a_series_begins_with_weeks_of_zeros(series: PopularitySeries) -> None:
    values = [value for _, value in series.points(NOVA, "spotify", TODAY)]

    zeros = values.count(0)
    assert zeros > 3
    assert values[:zeros] == [0] * zeros
    assert all(1 <= value <= 100 for value in values[zeros:])


def test_a_real_point_is_there_as_it_was(series: PopularitySeries) -> None:
    points = dict(series.points(NOVA, "spotify", TODAY))

    assert (points[date(2022, 6, 28)], points[date(2022, 7, 3)]) == (87, 88)


def test_the_newest_point_agrees_with_the_metric_of_that_day(series: PopularitySeries) -> None:
    day, value = series.points(NOVA, "spotify", TODAY)[-1]

    assert value == Numbers(7, REAL).true(NOVA, POPULARITY, day)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_platform_has_series_of_its_share_of_the_artists(series: PopularitySeries, platform: str) -> None:
    having = sum(bool(series.points(artist, platform, FIRST_DAY + timedelta(days=9))) for artist in MANY)

    assert having / len(MANY) == pytest.approx(PLATFORMS[platform][1], abs=0.08)
