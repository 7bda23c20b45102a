"""Charts out of files: tables (CSV) of Billboard and of Kworb, Billboard's charts as JSON; packed with gzip too."""

from collections.abc import Iterator
from pathlib import Path, PurePath

from services.charts.files.billboard_json import read_json
from services.charts.files.naming import FileName
from services.charts.files.tables import read_table
from services.charts.refusals import ChartRefused
from services.model.scraped import ScrapedChart

__all__ = ["read_charts"]


def read_charts(path: PurePath | Path, text: str, *, chart: str | None = None) -> Iterator[ScrapedChart | ChartRefused]:
    """The charts of a file, each whole or why it is refused. Its path tells what it doesn't itself.

    `chart` is which of Billboard's it is, where neither tells. Raises PageChanged for what is no file of charts.
    """
    name = FileName(PurePath(*path.parts[-2:]))
    reader = read_json if text.lstrip()[:1] in {"{", "["} else read_table
    return reader(text, name, chart=chart)
