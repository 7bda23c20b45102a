from datetime import date

import pytest

from services.charts.pages.billboard_chart import read
from services.charts.pages.kind import PageRead
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow
from tests.services.charts.html import billboard_page, billboard_row


def test_songs_come_with_credits_and_numbers() -> None:
    html = billboard_page(
        billboard_row(1, "Sol &amp; Mar", "Nova Ruiz Featuring Juno Vale"),
        billboard_row(2, "Luna", "Juno Vale", ("-", "2", "1"), badge="NEW"),
    )

    assert read(html) == PageRead(
        (
            ScrapedRow(1, "Nova Ruiz Featuring Juno Vale", "Sol & Mar", {"lastWeek": 3, "peak": 1, "weeks": 12}),
            ScrapedRow(2, "Juno Vale", "Luna", {"peak": 2, "weeks": 1}),
        ),
        date(2026, 11, 14),
    )


def test_in_a_chart_of_artists_the_title_is_the_artist() -> None:
    (row,) = read(billboard_page(billboard_row(1, "Nova Ruiz", None))).rows

    assert row == ScrapedRow(1, "Nova Ruiz", None, {"lastWeek": 3, "peak": 1, "weeks": 12})


def test_rows_without_their_inner_list_are_read_too() -> None:
    row = (
        '<li class="o-chart-results-list-row-container"><span class="c-label">1</span><h3 class="c-title">Sol</h3>'
        '<span class="c-label a-no-trucate">Nova Ruiz</span><span class="c-label">-</span></li>'
    )

    found = read(f'<time datetime="2026-05-09">May 9</time><ul>{row}</ul>')

    assert found == PageRead((ScrapedRow(1, "Nova Ruiz", "Sol"),), date(2026, 5, 9))


@pytest.mark.parametrize(
    "html",
    [
        billboard_page(),
        billboard_page(billboard_row(0, "Sol")),
        billboard_page(billboard_row(1, "Sol"), billboard_row(2, "")),
        billboard_page(billboard_row(1, "Sol")).replace("o-chart-results", "results"),
        "",
    ],
    ids=["no rows", "no rank", "no title", "other classes", "nothing"],
)
def test_a_page_of_another_shape_is_refused(html: str) -> None:
    with pytest.raises(PageChanged):
        read(html)


def test_a_page_that_tells_no_day_has_none() -> None:
    assert read(billboard_page(billboard_row(1, "Sol"), day=None)).day is None
