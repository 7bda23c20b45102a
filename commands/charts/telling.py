"""What became of charts, told as they come in: a bar and a table on a terminal, JSON lines anywhere else."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from commands.terminal import printable, table
from services.charts import Outcome, Result, Summary, summed

# Who is ambiguous is listed so far; JSON has all of them.
SHOWN_NAMES = 20


async def told_all(outcomes: AsyncIterator[Outcome], *, total: int | None) -> Summary:
    """Tell each outcome as it comes, then what all come to; `total` is how many are due, where that is known."""
    is_terminal = sys.stdout.isatty()
    found: list[Outcome] = []
    with _bar(total, is_shown=is_terminal) as bar:
        async for outcome in outcomes:
            found.append(outcome)
            bar.update(bar.task_ids[0], advance=1, description=printable(outcome.name))
            if not is_terminal:
                _json(outcome.told())
    summary = summed(found)
    if is_terminal:
        for line in lines(found, summary):
            typer.echo(line)
    else:
        _json({"summary": summary.told()})
    return summary


def exit_code(summary: Summary) -> int:
    """1 where something was refused or failed, else 0."""
    return int(bool(summary.results[Result.REFUSED] or summary.results[Result.FAILED]))


def lines(outcomes: list[Outcome], summary: Summary) -> Iterator[str]:
    """For people: what wasn't stored and why, then the sums, then the names that several artists have."""
    rows = [(one.name, one.result.value, one.reason or "") for one in outcomes if one.result not in _IN_ORDER]
    yield from table(rows) if rows else ()
    counts = ", ".join(f"{count} {result}" for result, count in summary.results.items() if count)
    yield f"charts: {counts or 'none'}"
    yield f"rows: {summary.rows}, of which {summary.credited} with an artist's id"
    if summary.ambiguous:
        shown = ", ".join(map(printable, summary.ambiguous[:SHOWN_NAMES]))
        more = len(summary.ambiguous) - SHOWN_NAMES
        yield f"names that several artists have: {shown}{f' and {more} more' if more > 0 else ''}"


_IN_ORDER = frozenset({Result.STORED, Result.UNCHANGED})


@contextmanager
def _bar(total: int | None, *, is_shown: bool) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_shown) as bar:
        bar.add_task("", total=total)
        yield bar


def _json(told: object) -> None:
    typer.echo(orjson.dumps(told).decode())
