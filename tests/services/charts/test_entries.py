from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Int64
from bson.datetime_ms import DatetimeMS

from services.chart_collections import BILLBOARD, ITUNES_CHARTS, RADIO_CHARTS, SPOTIFY_COUNTRY_CHARTS, SPOTIFY_LISTENERS
from services.charts.entries import LONGEST_TEXT, chart_documents, chart_entries
from services.charts.matching import claims
from services.model.presence import ChartDocument, ChartEntry, Place
from tests.builders import NOW, Document, chart_document, chart_row, listeners_row
from tests.services.conftest import counted

A_DAY_AGO = datetime(2026, 11, 19, 8, tzinfo=UTC)


def places(*rows: Document, **changes: Any) -> list[Place]:
    """What the rows of a Billboard chart say."""
    return [entry.place for entry in chart_entries(BILLBOARD, chart_document(*rows, **changes))]


def unreadable(field: str) -> float:
    return counted("kisum_unreadable_fields_total", field=field)


def test_a_nested_document_has_a_row_for_each_of_its_data() -> None:
    first, second = chart_row(4), chart_row(71, title="Brasa", artist_id=7)

    found = chart_entries(BILLBOARD, chart_document(first, second))

    assert found == (
        ChartEntry(claims(first, BILLBOARD), Place(4, "hot-100", "Luz", "2026-11-14"), A_DAY_AGO),
        ChartEntry(claims(second, BILLBOARD), Place(71, "hot-100", "Brasa", "2026-11-14"), A_DAY_AGO),
    )


def test_a_flat_document_is_a_row() -> None:
    row = listeners_row(12, scrapedAt=NOW)

    found = chart_entries(SPOTIFY_LISTENERS, row)

    assert found == (ChartEntry(claims(row, SPOTIFY_LISTENERS), Place(12, None, None, None), NOW),)


def test_a_row_that_names_nobody_is_left_out() -> None:
    assert places(chart_row(1, artist=None), chart_row(2)) == [Place(2, "hot-100", "Luz", "2026-11-14")]


def test_a_row_that_stands_twice_in_a_document_counts_once() -> None:
    assert len(places(chart_row(4), chart_row(4), chart_row(5))) == 2


@pytest.mark.parametrize(
    ("rank", "expected"),
    [(4, 4), (Int64(4), 4), (4.0, 4), (0, None), (-4, None), (4.5, None), ("4", None), (True, None), (2**31, None)],
)
def test_a_rank_is_a_positive_whole_number(rank: Any, expected: int | None) -> None:
    assert [place.rank for place in places(chart_row(rank))] == [expected]


@pytest.mark.parametrize("field", ["rank", "pos", "position"])
def test_a_rank_may_stand_where_others_write_it(field: str) -> None:
    row = {"artist": "Nova Ruiz", field: 4}

    assert [place.rank for place in places(row)] == [4]


@pytest.mark.parametrize("field", ["scrapedAt", "scraped_at", "updatedAt"])
@pytest.mark.parametrize("value", [A_DAY_AGO, "2026-11-19T08:00:00Z", "2026-11-19T08:00:00"], ids=str)
def test_the_time_of_the_scrape_is_read_in_every_form(field: str, value: Any) -> None:
    document = {"data": [chart_row()], field: value}

    assert [entry.scraped_at for entry in chart_entries(BILLBOARD, document)] == [A_DAY_AGO]


def test_a_time_that_can_not_be_read_makes_room_for_the_next() -> None:
    document = {"data": [chart_row()], "scrapedAt": "soon", "updatedAt": A_DAY_AGO}

    assert [entry.scraped_at for entry in chart_entries(BILLBOARD, document)] == [A_DAY_AGO]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-11-14", "2026-11-14"),
        ("2026-11-14T05:00:00Z", "2026-11-14"),
        (datetime(2026, 11, 14, tzinfo=UTC), "2026-11-14"),
        ("last week", None),
        (20261114, None),
        (DatetimeMS(2**62), None),
        (None, None),
    ],
    ids=str,
)
def test_the_date_is_read_in_every_form(date: Any, expected: str | None) -> None:
    assert [place.date for place in places(chart_row(), date=date)] == [expected]


def test_the_date_of_a_row_comes_before_that_of_its_document() -> None:
    assert [place.date for place in places(chart_row(date="2026-11-07"), chart_row(5))] == ["2026-11-07", "2026-11-14"]


@pytest.mark.parametrize(
    ("collection", "document", "scope"),
    [
        (SPOTIFY_COUNTRY_CHARTS, {"country": "es", "period": "daily"}, "es"),
        (SPOTIFY_COUNTRY_CHARTS, {"country": None, "period": "daily"}, "daily"),
        (ITUNES_CHARTS, {"country": 7}, None),
        (RADIO_CHARTS, {"format": "pop"}, "pop"),
        (RADIO_CHARTS, {}, None),
    ],
)
def test_the_scope_is_the_first_that_the_document_has(collection: Any, document: Document, scope: str | None) -> None:
    found = chart_entries(collection, document | {"data": [chart_row()]})

    assert [entry.place.scope for entry in found] == [scope]


@pytest.mark.parametrize("data", [None, {}, "rows", 7, [], [None, 3, "x", [chart_row()]]], ids=str)
def test_a_document_without_rows_has_none(data: Any) -> None:
    assert places(data=data) == []


def test_a_text_without_end_is_cut() -> None:
    assert [len(place.title or "") for place in places(chart_row(title="a" * 10_000))] == [LONGEST_TEXT]


@pytest.mark.parametrize(
    ("field", "document"),
    [
        ("chart_rank", {"data": [chart_row("first")]}),
        ("chart_date", {"data": [chart_row()], "date": "soon"}),
        ("chart_text", {"data": [chart_row(title=7)]}),
        ("chart_rows", {"data": "none"}),
        ("chart_row", {"data": ["none"]}),
        ("instant", {"data": [chart_row()], "scrapedAt": "soon"}),
    ],
)
def test_what_is_unusable_is_counted(field: str, document: Document) -> None:
    before = unreadable(field)

    chart_entries(BILLBOARD, document)

    assert unreadable(field) == before + 1


def test_what_is_absent_is_not_counted() -> None:
    fields = ("chart_rank", "chart_date", "chart_text", "chart_rows", "chart_row", "instant")
    before = [unreadable(field) for field in fields]

    chart_entries(BILLBOARD, {"data": [{"artist": "Nova Ruiz"}]})
    chart_entries(BILLBOARD, {})

    assert [unreadable(field) for field in fields] == before


async def test_documents_are_made_in_their_order() -> None:
    documents = [{"_id": number} | chart_document(chart_row(number)) for number in range(1, 300)]

    made = await chart_documents(BILLBOARD, documents)

    assert made == [ChartDocument(one["_id"], chart_entries(BILLBOARD, one)) for one in documents]
