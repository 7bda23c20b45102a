from datetime import date

import pytest

from services.charts.pages.ranking import read_ranking
from services.charts.pages.tables import Column, Row
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow
from tests.services.charts.html import table

COLUMNS = (Column("artist", ("Artist",), str, is_required=True),)


def row_of(row: Row, rank: int | None) -> ScrapedRow:
    return ScrapedRow(rank, row.text("artist"))


def read(html: str, *, has_unranked: bool = False) -> list[tuple[int | None, str]]:
    return [(row.rank, row.artist) for row in read_ranking(html, COLUMNS, row_of, has_unranked=has_unranked).rows]


def test_ranks_are_read_from_their_column() -> None:
    assert read(table(("#", "Artist"), [("2501", "Nova Ruiz"), ("2502", "Juno Vale")])) == [
        (2501, "Nova Ruiz"),
        (2502, "Juno Vale"),
    ]


def test_without_a_column_of_ranks_the_order_is_theirs() -> None:
    assert read(table(("Artist",), [("Nova Ruiz",), ("Juno Vale",)])) == [(1, "Nova Ruiz"), (2, "Juno Vale")]


def test_a_doubled_row_comes_once() -> None:
    rows = [("1", "Nova Ruiz"), ("1", "Nova Ruiz"), ("2", "Juno Vale")]

    assert read(table(("Pos", "Artist"), rows)) == [(1, "Nova Ruiz"), (2, "Juno Vale")]


@pytest.mark.parametrize("rank", ["", "0", "-1", "first"])
def test_a_rank_that_is_none_is_refused(rank: str) -> None:
    with pytest.raises(PageChanged):
        read(table(("Pos", "Artist"), [(rank, "Nova Ruiz")]))


def test_a_chart_may_end_with_rows_that_have_no_rank() -> None:
    html = table(("Pos", "Artist"), [("1", "Nova Ruiz"), ("", "Juno Vale")])

    assert read(html, has_unranked=True) == [(1, "Nova Ruiz"), (None, "Juno Vale")]


@pytest.mark.parametrize(
    ("html", "day"),
    [
        (table(("Artist",), [("A",)], heading="Daily Chart - 2026/11/19"), date(2026, 11, 19)),
        (table(("Artist",), [("A",)], after="Last updated: 2026/11/18"), date(2026, 11, 18)),
        ("<!-- snapshot_date: 2026-07-17 -->" + table(("Artist",), [("A",)]), date(2026, 7, 17)),
        (table(("Artist",), [("A 2026/11/19",)]), None),
    ],
    ids=["in the heading", "when it was updated", "by whom it was saved", "nowhere"],
)
def test_the_day_is_the_one_that_the_page_tells(html: str, day: date | None) -> None:
    assert read_ranking(html, COLUMNS, row_of).day == day
