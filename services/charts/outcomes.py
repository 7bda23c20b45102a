"""What became of a page or a chart: told line by line to who runs the scrapers, and in the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from services.charts.keeper import Kept
from services.model.scraped import ScrapedChart


class Result(StrEnum):
    """How it ended."""

    STORED = "stored"
    # The site says that the page is what is stored.
    UNCHANGED = "unchanged"
    # The site has no such page.
    ABSENT = "absent"
    # What was read isn't stored: the text says why.
    REFUSED = "refused"
    # The site could not be asked.
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one page, or one chart of a file: rows stored, those with an artist, and why, where it wasn't."""

    name: str
    result: Result
    collection: str
    day: date | None = None
    rows: int = 0
    credited: int = 0
    # Names that several artists have: nobody was credited.
    ambiguous: tuple[str, ...] = ()
    reason: str | None = None

    @classmethod
    def stored(cls, name: str, chart: ScrapedChart, kept: Kept) -> "Outcome":
        """The outcome of a chart that was stored."""
        return cls(
            name,
            Result.STORED,
            chart.collection,
            day=chart.day,
            rows=kept.rows,
            credited=kept.credited,
            ambiguous=kept.ambiguous,
        )

    def told(self) -> dict[str, Any]:
        """The outcome as JSON has it."""
        found = {
            "name": self.name,
            "result": self.result.value,
            "collection": self.collection,
            "day": self.day.isoformat() if self.day else None,
            "rows": self.rows,
            "credited": self.credited,
            "ambiguous": list(self.ambiguous),
            "reason": self.reason,
        }
        return found if self.result is Result.STORED else {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of all of them: how many ended in each way, rows in all, and who is ambiguous."""

    results: dict[Result, int]
    rows: int
    credited: int
    ambiguous: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        """The summary as JSON has it."""
        results = {result.value: count for result, count in self.results.items()}
        return {**results, "rows": self.rows, "credited": self.credited, "ambiguous": list(self.ambiguous)}


def summed(outcomes: Iterable[Outcome]) -> Summary:
    """The summary of the outcomes."""
    results = dict.fromkeys(Result, 0)
    rows = credited = 0
    ambiguous: dict[str, None] = {}
    for outcome in outcomes:
        results[outcome.result] += 1
        rows += outcome.rows
        credited += outcome.credited
        ambiguous |= dict.fromkeys(outcome.ambiguous)
    return Summary(results, rows, credited, tuple(ambiguous))
