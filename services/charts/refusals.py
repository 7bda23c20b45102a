"""What a chart is refused for. It is refused whole, and what is stored stays.

ChartRefused
├── PageChanged     what was read has another shape than it had
└── ChartShrunk     it has less than half the rows of its former self
"""

SHOWN = 120


class ChartRefused(Exception):
    """A chart isn't stored; the text is one line that says why."""


class PageChanged(ChartRefused):
    """A page or a file has another shape than it had: what was expected, and what was found in its place."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, found {_shown(found)}")
        self.expected = expected
        self.found = found


class ChartShrunk(ChartRefused):
    """A chart has less than half the rows that are stored of it; that may be so, and whoever knows it can force it."""

    def __init__(self, stored: int, found: int) -> None:
        super().__init__(f"has {found} rows where {stored} are stored; --force stores it all the same")


def _shown(text: str) -> str:
    told = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return repr(told if len(told) <= SHOWN else f"{told[:SHOWN]}…") if told else "nothing"
