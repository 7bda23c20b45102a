"""Kworb's `charts/`: each chart's number one.

The layout is a guess: a table with the chart in one column, and in another the credit and title that lead it.
"""

from services.charts.pages.cells import artist_and_title, label
from services.charts.pages.kind import PageRead
from services.charts.pages.ranking import read_ranking
from services.charts.pages.tables import Column, Row
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow

COLUMNS = (
    Column("chart", ("Chart", "Country"), label, is_required=True),
    Column("song", ("Artist - Title", "Artist and Title", "#1", "Number one"), str, is_required=True),
)


def read(html: str) -> PageRead:
    """A row for each chart, whose rank is 1. Raises PageChanged."""
    return read_ranking(html, COLUMNS, _row)


def _row(row: Row, _place: int | None) -> ScrapedRow:
    chart = label(row.text("chart"))
    if chart is None:
        raise PageChanged("a chart's name", row.text("chart"))
    artist, title = artist_and_title(row.text("song"))
    return ScrapedRow(1, artist, title, {"chart": chart})
