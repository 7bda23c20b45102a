"""From the rows of a page's table to those of a chart: ranks, doubled rows, the chart's day."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from selectolax.lexbor import LexborHTMLParser

from services.charts.pages.cells import day, text_of, whole
from services.charts.pages.kind import PageRead
from services.charts.pages.tables import Column, Row, parsed, rows_of
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow

RANK = Column("rank", ("Pos", "#"), whole)

# How the day of the figures is told, and by those who save a page.
_TOLD = re.compile(r"Last updated:?\s*([0-9/-]{10})|snapshot_date:\s*([0-9-]{10})")


def read_ranking(
    html: str,
    columns: Sequence[Column],
    row_of: Callable[[Row, int | None], ScrapedRow],
    *,
    has_unranked: bool = False,
) -> PageRead:
    """The chart of the page's table, with its day; doubled rows come once.

    Where no column has the ranks, the order does. `has_unranked`: such a chart ends with rows that have none. Raises
    PageChanged.
    """
    page = parsed(html)
    rows = rows_of(page, (RANK, *columns))
    ranks = _ranks(rows, has_unranked=has_unranked)
    return PageRead(tuple(once(map(row_of, rows, ranks))), day_of(page, html))


def once(rows: Iterable[ScrapedRow]) -> Iterator[ScrapedRow]:
    """The rows without those that a former one repeats."""
    seen: set[tuple[int | None, str, str | None]] = set()
    for row in rows:
        key = (row.rank, row.artist, row.title)
        if key not in seen:
            seen.add(key)
            yield row


def day_of(page: LexborHTMLParser, html: str) -> date | None:
    """The day that the page says it is of: in its heading, else as when it was last updated."""
    headings = (day(text_of(node)) for node in page.css(".pagetitle"))
    told = (day(found[1] or found[2]) for found in _TOLD.finditer(html))
    return next((found for found in (*headings, *told) if found), None)


def _ranks(rows: Sequence[Row], *, has_unranked: bool) -> list[int | None]:
    if "rank" not in rows[0].cells:
        return list(range(1, len(rows) + 1))
    found = [whole(row.text("rank")) for row in rows]
    for rank, row in zip(found, rows, strict=True):
        if rank is None and not has_unranked:
            raise PageChanged("a rank", row.text("rank"))
        if rank is not None and rank < 1:
            raise PageChanged("a rank from 1 on", row.text("rank"))
    return found
