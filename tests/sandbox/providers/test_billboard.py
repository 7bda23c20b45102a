from datetime import date

import pytest

from services.charts import SITES, Site
from services.charts.pages import Page
from tests.sandbox.conftest import AskProvider

BILLBOARD = SITES[Site.BILLBOARD]
# The Saturday before NOW.
WEEK = date(2026, 11, 14)


@pytest.mark.parametrize("page", BILLBOARD.chosen(), ids=lambda page: page.name)
def test_the_products_reader_reads_every_usual_chart(ask: AskProvider, page: Page) -> None:
    read = page.kind.read(ask("billboard", f"/{page.path}").text)

    assert read.day == WEEK
    assert len(read.rows) >= 50
    assert all({"peak", "weeks"} <= row.facts.keys() for row in read.rows)


def test_in_the_chart_of_artists_no_row_has_a_title(ask: AskProvider) -> None:
    (page,) = BILLBOARD.chosen(["artist-100"])

    assert {row.title for row in page.kind.read(ask("billboard", f"/{page.path}").text).rows} == {None}


def test_a_former_week_is_that_of_its_saturday(ask: AskProvider) -> None:
    (page,) = BILLBOARD.chosen(["hot-100:2026-11-11"])

    assert page.kind.read(ask("billboard", f"/{page.path}").text).day == date(2026, 11, 7)


@pytest.mark.parametrize("path", ["/charts/polka-50/", "/charts/hot-100/2099-01-01/", "/charts/hot-100/soon/"])
def test_what_it_has_not_is_a_page_that_says_so(ask: AskProvider, path: str) -> None:
    assert ask("billboard", path).status_code == 404
