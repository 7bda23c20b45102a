import pytest

from services.charts.pages.current_charts import read
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow
from tests.services.charts.html import table


def test_each_chart_has_its_number_one() -> None:
    html = table(
        ("Chart", "Artist - Title"),
        [("iTunes Spain", "Nova Ruiz - Sol"), ("Spotify Global", "Juno Vale - Luna")],
    )

    assert read(html).rows == (
        ScrapedRow(1, "Nova Ruiz", "Sol", {"chart": "iTunes Spain"}),
        ScrapedRow(1, "Juno Vale", "Luna", {"chart": "Spotify Global"}),
    )


@pytest.mark.parametrize("row", [("", "Nova Ruiz - Sol"), ("iTunes Spain", "Sol")])
def test_a_row_that_lacks_something_refuses_the_page(row: tuple[str, str]) -> None:
    with pytest.raises(PageChanged):
        read(table(("Chart", "Artist - Title"), [row]))
