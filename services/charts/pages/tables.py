"""Tables of a page, their columns found by what stands above them and never by where they are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.charts.pages.cells import text_of
from services.charts.refusals import PageChanged


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the name that its value is stored under, what may stand above it, and how its cells are read.

    Without a required one it isn't the table that was looked for.
    """

    name: str
    headers: tuple[str, ...]
    read: Callable[[str], int | str | None]
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells by the name of their column."""

    cells: Mapping[str, LexborNode]
    columns: Mapping[str, Column]

    def text(self, name: str) -> str:
        """What stands in the cell; empty where there is no such column."""
        return text_of(self.cells[name]) if name in self.cells else ""

    def value(self, name: str) -> int | str | None:
        """The cell's value; None where it says nothing, or there is no such column. Raises PageChanged."""
        return self.columns[name].read(self.text(name)) if name in self.cells else None

    def values(self, *without: str) -> dict[str, int | str]:
        """The values of all columns that have one, but for those named. Raises PageChanged."""
        found = {name: self.value(name) for name in self.cells if name not in without}
        return {name: value for name, value in found.items() if value is not None}


def parsed(html: str) -> LexborHTMLParser:
    """The page; whatever the text is, it is one."""
    return LexborHTMLParser(html)


def rows_of(page: LexborHTMLParser, columns: Sequence[Column]) -> list[Row]:
    """The rows of the first table that has all required columns.

    Raises PageChanged where there is no such table, where it has no row, and where a row has other cells than it.
    """
    seen: list[str] = []
    for table in page.css("table"):
        lines = table.css("tr")
        headers = [_folded(text_of(cell)) for line in lines[:1] for cell in _cells(line)]
        placed = _placed(headers, columns)
        if all(column.name in placed for column in columns if column.is_required):
            return list(
                _rows(lines[1:], placed, width=len(headers), columns={column.name: column for column in columns})
            )
        seen.append(" | ".join(headers))
    required = ", ".join(column.headers[0] for column in columns if column.is_required)
    raise PageChanged(f"a table with the columns {required}", "; ".join(seen))


def _rows(
    body: Sequence[LexborNode], placed: Mapping[str, int], *, width: int, columns: Mapping[str, Column]
) -> Iterator[Row]:
    rows = [cells for cells in map(_cells, body) if cells]
    if not rows:
        raise PageChanged("a table with rows", "")
    for cells in rows:
        if len(cells) != width:
            raise PageChanged(f"a row of {width} cells", " | ".join(map(text_of, cells)))
        yield Row({name: cells[place] for name, place in placed.items()}, columns)


def _placed(headers: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Where each column that is there stands."""
    found: dict[str, int] = {}
    for column in columns:
        for header in map(_folded, column.headers):
            if header in headers:
                found[column.name] = headers.index(header)
                break
    return found


def _cells(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row.iter() if cell.tag in {"td", "th"}]


def _folded(header: str) -> str:
    return " ".join(header.casefold().split())
