from datetime import date

import pytest

from services.chart_collections import BILLBOARD, SPOTIFY_COUNTRY_CHARTS
from services.charts.pages.kind import Page, PageKind, PageRead
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedChart, ScrapedRow

DAILY = PageKind(
    "spotify-daily",
    "spotify/country/{country}_daily.html",
    SPOTIFY_COUNTRY_CHARTS,
    lambda html: PageRead(()),
    {"chart": "spotify", "country": "{country}"},
    ({"country": "global"}, {"country": "es"}),
)
WEEK = PageKind(
    "", "charts/{chart}/{date}/", BILLBOARD, lambda html: PageRead(()), {"chart": "{chart}"}, is_archived=True
)
ROWS = [ScrapedRow(1, "Nova Ruiz")]


def test_a_page_is_known_by_its_path_and_by_its_name() -> None:
    page = Page(DAILY, {"country": "es"})

    assert DAILY.at("spotify/country/es_daily.html") == page == DAILY.called("spotify-daily:es")
    assert (page.path, page.name) == ("spotify/country/es_daily.html", "spotify-daily:es")


@pytest.mark.parametrize(
    "path", ["spotify/country/../x_daily.html", "spotify/country/es_weekly.html", "spotify/country/Es_daily.html", ""]
)
def test_what_is_no_page_of_the_kind_is_none(path: str) -> None:
    assert DAILY.at(path) is None
    assert DAILY.called(path) is None


def test_a_kind_without_a_name_is_called_by_what_differs() -> None:
    page = WEEK.called("hot-100:2026-11-14")

    assert page
    assert (page.path, page.name) == ("charts/hot-100/2026-11-14/", "hot-100:2026-11-14")


def test_the_usual_pages_are_those_of_the_kinds_table() -> None:
    assert [page.name for page in DAILY.pages()] == ["spotify-daily:global", "spotify-daily:es"]


def test_a_chart_has_the_scope_of_its_page() -> None:
    assert Page(DAILY, {"country": "es"}).chart(ROWS, None) == ScrapedChart(
        "kworb_spotify_country_charts", tuple(ROWS), {"chart": "spotify", "country": "es"}
    )


def test_an_archived_chart_has_the_day_of_its_page_or_of_the_address() -> None:
    page = Page(WEEK, {"chart": "hot-100", "date": "2026-11-14"})

    assert page.chart(ROWS, None).day == date(2026, 11, 14)
    assert page.chart(ROWS, date(2026, 11, 7)).day == date(2026, 11, 7)


def test_an_archived_chart_without_a_day_is_refused() -> None:
    kind = PageKind("now", "now/", BILLBOARD, lambda html: PageRead(()), is_archived=True)

    with pytest.raises(PageChanged, match="the chart's day"):
        Page(kind).chart(ROWS, None)
