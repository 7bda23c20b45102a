"""A chart of Billboard: of songs, of albums, or of artists, where the title is the artist.

Found by the classes and ids that the site's own styles go by.
"""

import re
from datetime import date

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.charts.pages.cells import day, text_of
from services.charts.pages.kind import PageRead
from services.charts.pages.ranking import once
from services.charts.pages.tables import parsed
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow

_ROW = ".o-chart-results-list-row-container"
_TITLE = "#title-of-a-story, .c-title"
# The classes of the label that has the credit; the first is spelled so there.
_CREDIT_CLASSES = frozenset({"a-no-trucate", "a-truncate-ellipsis", "a-truncate-ellipsis-2line"})
_RANK = re.compile(r"[1-9][0-9]{0,3}")
# A number, or that there is none; badges such as NEW are labels too.
_NUMBER = re.compile(r"-|[0-9]{1,4}")
_NUMBERS = ("lastWeek", "peak", "weeks")


def read(html: str) -> PageRead:
    """The chart with its day. Raises PageChanged, for a page without rows too: some days it has none."""
    page = parsed(html)
    rows = tuple(once(map(_row, page.css(_ROW))))
    if not rows:
        raise PageChanged("rows of a chart", text_of(page.body) if page.body else "")
    return PageRead(rows, _day(page))


def _row(container: LexborNode) -> ScrapedRow:
    row = container.css_first("ul.o-chart-results-list-row") or container
    first, title = row.css_first("span.c-label"), row.css_first(_TITLE)
    rank = text_of(first) if first else ""
    name = text_of(title) if title else ""
    if title is None or not name or not _RANK.fullmatch(rank):
        raise PageChanged("a row with a rank and a title", f"{rank} | {name}")
    credit = _credit(title)
    facts = _numbers(row, title, credit)
    if credit is None:
        return ScrapedRow(int(rank), name, None, facts)
    return ScrapedRow(int(rank), text_of(credit), name, facts)


def _credit(title: LexborNode) -> LexborNode | None:
    """The label beside the title; a chart of artists has none there."""
    beside = title.next
    while beside is not None:
        classes = set((beside.attributes.get("class") or "").split()) if beside.is_element_node else set()
        if "c-label" in classes and classes & _CREDIT_CLASSES and text_of(beside):
            return beside
        beside = beside.next
    return None


def _numbers(row: LexborNode, title: LexborNode, credit: LexborNode | None) -> dict[str, int | str]:
    """Last week's rank, the peak and the weeks on the chart, which follow in that order, as far as they are numbers."""
    labels = row.css("span.c-label")
    before = {label.mem_id for label in labels[:1]} | ({credit.mem_id} if credit else set())
    texts = [text_of(label) for label in labels if label.mem_id not in before]
    numbers = [text for text in texts if _NUMBER.fullmatch(text)]
    if len(numbers) < len(_NUMBERS):
        return {}
    return {name: int(text) for name, text in zip(_NUMBERS, numbers, strict=False) if text.isdigit()}


def _day(page: LexborHTMLParser) -> date | None:
    places = (
        *((node.attributes.get("data-date") or "") for node in page.css("#chart-date-picker")),
        *((node.attributes.get("datetime") or "") for node in page.css("time")),
    )
    return next((found for found in map(day, places) if found), None)
