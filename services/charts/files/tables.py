"""Charts out of a table (CSV): of one day, or of many one after the other."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from services.charts.files.kinds import ARTIST, DATE, KINDS, OWN, RANK, SONG, TITLE, TableKind
from services.charts.files.naming import FileName
from services.charts.files.numbers import count
from services.charts.pages.cells import SEPARATOR, artist_and_title, day
from services.charts.pages.tables import Column
from services.charts.refusals import ChartRefused, PageChanged
from services.model.scraped import ScrapedChart, ScrapedRow

# Longer fields than a credit has are no table's.
MOST_COLUMNS = 100

Cells = Mapping[str, str]


def read_table(text: str, name: FileName, *, chart: str | None = None) -> Iterator[ScrapedChart | ChartRefused]:
    """The charts in the table, in its order, each whole or why it is refused.

    `chart` is which of Billboard's it is, where the name doesn't tell. Raises PageChanged for what is no table of ours.
    """
    lines = _lines(text)
    headers = next(lines, [])
    kind, placed = _kind(headers)
    scope = _scope(kind, name, chart)
    for told, rows in _by_day(lines, placed, width=len(headers)):
        try:
            yield _chart(kind, scope, rows, told, name)
        except ChartRefused as error:
            yield error


def _lines(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        yield from (line for line in reader if any(cell.strip() for cell in line))
    except csv.Error as error:
        raise PageChanged("a table of commas", str(error)) from error


def _kind(headers: Sequence[str]) -> tuple[TableKind, Mapping[str, int]]:
    """The first kind whose required columns are all there, and where its columns stand."""
    folded = [header.strip().casefold() for header in headers[:MOST_COLUMNS]]
    for kind in KINDS:
        placed = {column.name: place for column in kind.columns if (place := _place(column, folded)) is not None}
        if all(column.name in placed for column in kind.columns if column.is_required):
            return kind, placed
    raise PageChanged("the columns of a chart by Billboard or Kworb", ", ".join(folded))


def _place(column: Column, folded: Sequence[str]) -> int | None:
    return next((folded.index(header.casefold()) for header in column.headers if header.casefold() in folded), None)


def _scope(kind: TableKind, name: FileName, chart: str | None) -> dict[str, str]:
    scope = {**kind.scope(name), **({"chart": chart} if chart else {})}
    found = {part: value for part, value in scope.items() if value}
    if missing := sorted(scope.keys() - found.keys()):
        raise PageChanged(f"a file name that tells the {', '.join(missing)}", name.path.name)
    return found


def _by_day(
    lines: Iterator[list[str]], placed: Mapping[str, int], *, width: int
) -> Iterator[tuple[str, list[Cells | None]]]:
    """The rows of each day, as the table has them one after the other; None for one that isn't as wide as it."""
    told, rows = "", list[Cells | None]()
    for line in lines:
        cells = {column: line[place].strip() for column, place in placed.items()} if len(line) == width else None
        this_day = cells.get(DATE, "") if cells else told
        if rows and this_day != told:
            yield told, rows
            rows = []
        told = this_day
        rows.append(cells)
    if rows:
        yield told, rows


def _day(told: str, kind: TableKind, name: FileName) -> date | None:
    found = day(told) if told else name.day
    if kind.is_archived and found is None:
        raise PageChanged("the chart's day", told or name.path.name)
    return found


def _chart(
    kind: TableKind, scope: Mapping[str, str], rows: Sequence[Cells | None], told: str, name: FileName
) -> ScrapedChart:
    columns = {column.name: column for column in kind.columns}
    read = tuple(_row(cells, place, columns) for place, cells in enumerate(rows, 1))
    return ScrapedChart(kind.collection.name, read, scope, _day(told, kind, name), is_archived=kind.is_archived)


def _row(cells: Cells | None, place: int, columns: Mapping[str, Column]) -> ScrapedRow:
    if cells is None:
        raise PageChanged("a row as wide as the table", f"row {place}")
    rank = count(cells[RANK]) if RANK in cells else place
    if rank is None or rank < 1:
        raise PageChanged("a rank from 1 on", cells[RANK])
    artist, title = _credit(cells)
    facts = {name: columns[name].read(text) for name, text in cells.items() if name not in OWN}
    return ScrapedRow(rank, artist, title, {name: value for name, value in facts.items() if value is not None})


def _credit(cells: Cells) -> tuple[str, str | None]:
    if song := cells.get(SONG):
        return artist_and_title(song) if SEPARATOR in song else (song, song)
    artist, title = cells.get(ARTIST, ""), cells.get(TITLE, "")
    if not artist:
        raise PageChanged("an artist", title)
    return artist, title or None
