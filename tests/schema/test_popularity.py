from typing import Any

import pytest

from tests.builders import artist_document, point_document
from tests.conftest import Database
from tests.schema.conftest import Ask

NO_PROVIDER = "No provider is configured."
POINTS = (
    point_document("2025-06-01", 50),
    point_document("2025-11-18", 74),
    point_document("2026-10-19", 70),
    point_document("2026-11-16", 72),
    point_document("2026-11-18", 71),
    point_document("2026-11-18", 43, platform="tidal"),
)


async def popularity(ask: Ask, field: str) -> Any:
    """The series of artist 61, as `field` asks for it."""
    answer = await ask(f"{{ artist(id: 61) {{ {field} }} }}")
    assert "errors" not in answer
    return answer["data"]["artist"]["popularity"]


@pytest.fixture
async def stored(database: Database) -> None:
    await database.artists(artist_document())
    await database.points(*POINTS)


@pytest.mark.usefixtures("stored")
async def test_a_series_is_answered_whole(ask: Ask) -> None:
    found = await popularity(
        ask,
        'popularity(startDate: "2026-10-01") { items { date value }'
        " meta { fresh lastDate refreshed pointsWritten pagesFetched error }"
        " summary { current { date value } peak { date value } years { year average peak { date value } }"
        " change30d change365d } sparkline(points: 3) }",
    )

    assert found == {
        "items": [
            {"date": "2026-10-19", "value": 70},
            {"date": "2026-11-16", "value": 72},
            {"date": "2026-11-18", "value": 71},
        ],
        "meta": {
            "fresh": True,
            "lastDate": "2026-11-18",
            "refreshed": False,
            "pointsWritten": 0,
            "pagesFetched": 0,
            "error": None,
        },
        "summary": {
            "current": {"date": "2026-11-18", "value": 71},
            "peak": {"date": "2025-11-18", "value": 74},
            "years": [
                {"year": 2025, "average": 62.0, "peak": {"date": "2025-11-18", "value": 74}},
                {"year": 2026, "average": 71.0, "peak": {"date": "2026-11-16", "value": 72}},
            ],
            "change30d": 1,
            "change365d": -3,
        },
        "sparkline": [None, 70, 71],
    }


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("arguments", "items"),
    [
        ("platform: TIDAL", [("2026-11-18", 43)]),
        ("platform: DEEZER", []),
        ('endDate: "2025-11-18"', [("2025-06-01", 50), ("2025-11-18", 74)]),
        ('startDate: "2025-11-18", endDate: "2026-10-19"', [("2025-11-18", 74), ("2026-10-19", 70)]),
        ('startDate: "2026-11-18", endDate: "2026-11-18"', [("2026-11-18", 71)]),
        ('startDate: "2026-11-16", endDate: null', [("2026-11-16", 72), ("2026-11-18", 71)]),
        ('startDate: "2026-11-01", interval: WEEK', [("2026-11-16", 72)]),
        ('startDate: "2026-10-01", interval: MONTH', [("2026-10-01", 70), ("2026-11-01", 72)]),
        ('startDate: "0001-01-01", endDate: "2025-06-01"', [("2025-06-01", 50)]),
        ('startDate: "2026-11-17", endDate: "9999-12-31"', [("2026-11-18", 71)]),
    ],
    ids=[
        "another platform",
        "a platform without points",
        "until",
        "both ends are included",
        "one day",
        "null leaves an end open",
        "weeks, by their Monday, rounded half up",
        "months",
        "from the first day there is",
        "until the last day there is",
    ],
)
async def test_the_arguments_say_which_points(ask: Ask, arguments: str, items: list[tuple[str, int]]) -> None:
    found = await popularity(ask, f"popularity({arguments}) {{ items {{ date value }} }}")

    assert found["items"] == [{"date": day, "value": value} for day, value in items]


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("arguments", "sparkline"),
    [
        ("", [None, None, 71]),
        ('(startDate: "2025-06-01")', [74, None, 71]),
        ('(endDate: "2026-01-01")', [None, 50, 74]),
        ('(startDate: "2027-01-01")', [None, None, None]),
        ('(endDate: "0001-01-01")', [None, None, None]),
        ('(endDate: "9999-12-31")', [None, None, None]),
    ],
    ids=["the last 365 days", "until today", "the 365 days before", "the future", "the first day", "the last day"],
)
async def test_a_sparkline_is_of_the_days_asked_for(ask: Ask, arguments: str, sparkline: list[int | None]) -> None:
    found = await popularity(ask, f"popularity{arguments} {{ sparkline(points: 3) }}")

    assert found["sparkline"] == sparkline


@pytest.mark.usefixtures("stored")
async def test_each_field_alone_is_answered_as_among_all(ask: Ask) -> None:
    fields = ["items { date value }", "meta { lastDate fresh }", "summary { change30d }", "sparkline(points: 3)"]
    together = await popularity(ask, f"popularity {{ {' '.join(fields)} }}")

    alone = [await popularity(ask, f"popularity {{ {field} }}") for field in fields]

    assert {name: value for answer in alone for name, value in answer.items()} == together


@pytest.mark.usefixtures("stored")
async def test_a_sparkline_has_thirty_points_where_none_are_named(ask: Ask) -> None:
    found = await popularity(ask, "popularity { sparkline }")

    assert len(found["sparkline"]) == 30


@pytest.mark.parametrize(
    ("argument", "error"),
    [
        ("", "No provider is configured."),
        ("(storedOnly: true)", None),
        ("(refresh: true)", "No provider is configured."),
    ],
    ids=["a read", "stored only", "a refresh"],
)
async def test_a_series_without_points_says_why(ask: Ask, database: Database, argument: str, error: str | None) -> None:
    await database.artists(artist_document())

    found = await popularity(
        ask, f"popularity{argument} {{ items {{ date }} summary {{ change30d }} meta {{ fresh lastDate error }} }}"
    )

    assert found == {"items": [], "summary": None, "meta": {"fresh": False, "lastDate": None, "error": error}}


@pytest.mark.usefixtures("stored")
async def test_a_summary_is_of_all_points_whatever_days_are_asked_for(ask: Ask) -> None:
    found = await popularity(ask, 'popularity(startDate: "2030-01-01") { items { value } summary { peak { value } } }')

    assert found == {"items": [], "summary": {"peak": {"value": 74}}}


@pytest.mark.usefixtures("stored")
async def test_an_artist_whom_soundcharts_does_not_know_has_no_popularity(ask: Ask, database: Database) -> None:
    await database.artists(artist_document(7, external_data={}))

    answer = await ask("{ artists(ids: [7, 61]) { popularity { meta { lastDate } sparkline(points: 1) } } }")

    assert answer == {
        "data": {
            "artists": [
                {"popularity": None},
                {"popularity": {"meta": {"lastDate": "2026-11-18"}, "sparkline": [71]}},
            ]
        }
    }
