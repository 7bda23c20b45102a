import pytest

from services.charts.pages.cells import whole
from services.charts.pages.tables import Column, parsed, rows_of
from services.charts.refusals import PageChanged
from tests.services.charts.html import table

COLUMNS = (
    Column("artist", ("Artist",), str, is_required=True),
    Column("points", ("Pts", "Points"), whole, is_required=True),
    Column("days", ("Days",), whole),
)


def values(html: str) -> list[dict[str, int | str]]:
    return [row.values() for row in rows_of(parsed(html), COLUMNS)]


def test_columns_are_found_by_what_stands_above_them_wherever_they_are() -> None:
    html = table(("Days", "New column", "POINTS", " artist "), [("3", "?", "1,200", "Nova Ruiz")])

    assert values(html) == [{"artist": "Nova Ruiz", "points": 1200, "days": 3}]


def test_a_column_that_may_be_missing_is() -> None:
    assert values(table(("Artist", "Pts"), [("Nova Ruiz", "7")])) == [{"artist": "Nova Ruiz", "points": 7}]


def test_the_first_table_that_has_the_columns_is_read() -> None:
    html = table(("Total", "As lead"), [("1", "2")]) + table(("Artist", "Pts"), [("Nova Ruiz", "7")])

    assert values(html) == [{"artist": "Nova Ruiz", "points": 7}]


def test_a_page_without_a_required_column_tells_the_columns_that_it_has() -> None:
    with pytest.raises(PageChanged, match=r"expected a table with the columns Artist, Pts, found 'artist \| score'"):
        values(table(("Artist", "Score"), [("Nova Ruiz", "7")]))


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(PageChanged, match="expected a table with rows, found nothing"):
        values(table(("Artist", "Pts"), []))


def test_a_row_of_other_cells_is_refused() -> None:
    with pytest.raises(PageChanged, match=r"expected a row of 2 cells, found 'Nova Ruiz \| 7 \| 8'"):
        values(table(("Artist", "Pts"), [("Nova Ruiz", "7", "8")]))


def test_a_header_without_its_end_tag_is_one() -> None:
    html = "<table><thead><tr><th>Artist</th><th>Pts</th></thead><tbody><tr><td>Nova Ruiz</td><td>7</td></tr></table>"

    assert values(html) == [{"artist": "Nova Ruiz", "points": 7}]
