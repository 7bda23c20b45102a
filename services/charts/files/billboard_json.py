"""Charts of Billboard out of JSON, in the two shapes that public crawlers of it write.

`{date, data: [{song, artist, this_week, last_week, …}]}`, and `{date, entries: [{title, artist, rank, lastPos, …}]}` as
the library billboard.py has it. A file has one chart, or a list of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.chart_collections import BILLBOARD
from services.charts.files.naming import FileName
from services.charts.pages.cells import day
from services.charts.refusals import ChartRefused, PageChanged
from services.model.scraped import ScrapedChart, ScrapedRow

_ROWS = ("data", "entries")
_RANKS, _TITLES = ("this_week", "rank"), ("song", "title")
_FACTS = {
    "lastWeek": ("last_week", "lastPos"),
    "peak": ("peak_position", "peakPos"),
    "weeks": ("weeks_on_chart", "weeks"),
}


def read_json(text: str, name: FileName, *, chart: str | None = None) -> Iterator[ScrapedChart | ChartRefused]:
    """The charts in the file, each whole or why it is refused.

    `chart` is which one it is, where neither the file nor its name tells. Raises PageChanged for what is no such file.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise PageChanged("JSON", text[:200]) from None
    for document in found if isinstance(found, list) else [found]:
        try:
            yield _chart(document, name, chart)
        except ChartRefused as error:
            yield error


def _chart(document: object, name: FileName, chart: str | None) -> ScrapedChart:
    if not isinstance(document, dict):
        raise PageChanged("a chart with its date and rows", type(document).__name__)
    rows = next((document[key] for key in _ROWS if isinstance(document.get(key), list)), None)
    known = chart or _told(document, "name") or name.chart
    found = day(_told(document, "date") or "") or name.day
    if not rows or not known or not found:
        raise PageChanged("a chart with its name, its date and rows", ", ".join(map(str, document)))
    read = tuple(map(_row, rows))
    return ScrapedChart(BILLBOARD.name, read, {"chart": known}, found, is_archived=True)


def _row(row: object) -> ScrapedRow:
    if not isinstance(row, dict):
        raise PageChanged("a row of a chart", type(row).__name__)
    rank, artist = _count(row, _RANKS), _told(row, "artist")
    if rank is None or rank < 1 or artist is None:
        raise PageChanged("a row with a rank and an artist", ", ".join(f"{key}: {value}" for key, value in row.items()))
    title = next((told for key in _TITLES if (told := _told(row, key))), None)
    facts = {name: _count(row, keys) for name, keys in _FACTS.items()}
    return ScrapedRow(rank, artist, title, {name: value for name, value in facts.items() if value})


def _told(document: Mapping[str, Any], key: str) -> str | None:
    value = document.get(key)
    return (value.strip() or None) if isinstance(value, str) else None


def _count(row: Mapping[str, Any], keys: Sequence[str]) -> int | None:
    value = next((row[key] for key in keys if key in row), None)
    return value if type(value) is int and 0 <= value < 2**31 else None
