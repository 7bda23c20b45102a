"""Text for people at a terminal: tables in columns, and nothing in them that a terminal would obey."""

from collections.abc import Collection, Iterator, Sequence


def printable(text: str) -> str:
    """The text with a mark in place of each character that can't be seen; line ends are such."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def table(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> Iterator[str]:
    """The rows as lines, their cells in columns; those of the columns `right`, counted from 0, end below each other."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        aligned = (cell.rjust(widths[i]) if i in right else cell.ljust(widths[i]) for i, cell in enumerate(row))
        yield "  ".join(aligned).rstrip()
