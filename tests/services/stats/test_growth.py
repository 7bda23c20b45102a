from datetime import date, datetime, timedelta

import pytest

from services import Services
from services.errors import BadInput
from services.metrics import Metric
from services.model.instants import tolerance
from services.model.stats import DayOfStats, Growth
from services.stats.growth import growth
from tests.builders import Document
from tests.conftest import Commands, Database

TODAY = date(2026, 11, 20)
FANS = Metric("deezer_fans")


def day(age: int, *, source: str = "deezer", **values: int) -> DayOfStats:
    return DayOfStats(TODAY - timedelta(days=age), values, dict.fromkeys(values, source))


def document(age: int, fans: object, *, artist_id: int = 61, source: str = "deezer") -> Document:
    at = datetime(2026, 11, 20) - timedelta(days=age)  # noqa: DTZ001  (only its day is used)
    return {
        "artist_id": artist_id,
        "date": at.date().isoformat(),
        "deezer_fans": fans,
        "provenance": {"deezer_fans": {"source": source, "at": None}},
    }


def test_the_newest_day_is_compared_with_the_one_nearest_to_so_many_days_before() -> None:
    stored = [day(0, deezer_fans=150), day(25, deezer_fans=120), day(29, deezer_fans=100), day(40, deezer_fans=1)]

    assert list(growth(stored, days=28, metrics=[FANS])) == [
        Growth(FANS, 50, 50.0, TODAY - timedelta(days=29), TODAY, same_source=True)
    ]


def test_of_two_days_equally_near_the_later_counts() -> None:
    stored = [day(0, deezer_fans=150), day(27, deezer_fans=120), day(29, deezer_fans=100)]

    (found,) = growth(stored, days=28, metrics=[FANS])

    assert found.since == TODAY - timedelta(days=27)


@pytest.mark.parametrize(("off", "compared"), [(7, True), (8, False), (-7, True), (-8, False)])
def test_a_day_too_far_off_is_none(off: int, compared: bool) -> None:
    stored = [day(0, deezer_fans=150), day(28 + off, deezer_fans=100)]

    assert bool(list(growth(stored, days=28, metrics=[FANS]))) is compared


@pytest.mark.parametrize(("days", "expected"), [(1, 3), (7, 3), (12, 3), (16, 4), (28, 7), (365, 91)])
def test_a_quarter_of_the_days_is_near_and_three_at_least(days: int, expected: int) -> None:
    assert tolerance(days) == expected


def test_values_of_different_sources_are_told_apart() -> None:
    stored = [day(0, deezer_fans=150), day(28, source="demo:kworb", deezer_fans=100)]

    (found,) = growth(stored, days=28, metrics=[FANS])

    assert not found.same_source


def test_a_metric_without_one_of_the_values_has_no_growth() -> None:
    stored = [day(0, deezer_fans=150), day(28, qq_followers=100)]

    assert list(growth(stored, days=28, metrics=[FANS, Metric("qq_followers")])) == []


def test_nothing_stored_is_no_growth() -> None:
    assert list(growth([], days=28, metrics=[FANS])) == []


async def test_many_artists_are_one_command(services: Services, database: Database, commands: Commands) -> None:
    await database.insert(
        "data_analyst.artist_data_history",
        *(document(age, 100 + artist_id - age, artist_id=artist_id) for artist_id in (1, 2, 3) for age in (0, 28, 90)),
        document(3, 90, artist_id=4),
    )

    found = await services.growth.many([3, 1, 4, 9], days=28)

    assert [[one.change for one in growths] for growths in found] == [[28], [28], [], []]
    assert commands.names == ["aggregate"]


async def test_an_unusable_value_or_day_spoils_nothing(services: Services, database: Database) -> None:
    await database.insert(
        "data_analyst.artist_data_history",
        document(0, 150),
        document(28, "many"),
        document(30, 100),
        {"artist_id": 61, "date": "soon", "deezer_fans": 5},
    )

    ((found,),) = await services.growth.many([61], days=28, metrics=[FANS])

    assert (found.change, found.since) == (50, TODAY - timedelta(days=30))


@pytest.mark.parametrize("days", [0, -1, 3651])
async def test_days_that_cannot_be_looked_back_are_told(services: Services, days: int) -> None:
    with pytest.raises(BadInput, match=f"days is {days}"):
        await services.growth.many([61], days=days)
