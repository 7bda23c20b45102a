"""`charts check-names`: how a file of pairs of names is judged by the normalization that matches charts."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from commands.terminal import table
from services.names.pairs import CORE, Pair


def check_names(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", exists=True, dir_okay=False, help="A pair a line: JSON with kind, a, b, expect."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="The same for programs.")] = False,
) -> None:
    """Judge pairs of names as charts do; print those that differ from what the file expects, and a summary per level.

    Exit with 1 where a pair of the level `core` differs (a pair without a level is of it), with 2 where the file has a
    line that is no pair. `kind` is artist, primary (the first artist of a credit, of those that are `known`) or
    recording; `expect` is same or different.
    """
    pairs = [_read(number, line) for number, line in _lines(file)]
    differing = [pair for pair in pairs if not pair.holds]
    if as_json:
        found = {"differing": list(map(_differing, differing)), "levels": _levels(pairs)}
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    else:
        _print(differing, _levels(pairs))
    if any(pair.level == CORE for pair in differing):
        raise typer.Exit(1)


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(file.read_bytes().splitlines(), 1) if line.strip())


def _read(number: int, line: bytes) -> Pair:
    try:
        return Pair.read(orjson.loads(line))
    except (ValueError, KeyError, TypeError) as error:
        typer.echo(f"error: line {number} is no pair: {type(error).__name__}: {error}", err=True)
        raise typer.Exit(2) from None


def _levels(pairs: Sequence[Pair]) -> dict[str, dict[str, int]]:
    """How many pairs each level has, and how many of them hold; the core first."""
    levels = sorted({pair.level for pair in pairs}, key=lambda level: (level != CORE, level))
    of_level = {level: [pair.holds for pair in pairs if pair.level == level] for level in levels}
    return {level: {"pairs": len(held), "hold": sum(held)} for level, held in of_level.items()}


def _differing(pair: Pair) -> dict[str, Any]:
    first, second = pair.compared
    return {
        "id": pair.id,
        "kind": pair.kind,
        "level": pair.level,
        "a": pair.a,
        "b": pair.b,
        "expect": "same" if pair.same else "different",
        "comparedA": first,
        "comparedB": second,
        "why": pair.why,
    }


def _print(differing: Sequence[Pair], levels: Mapping[str, Mapping[str, int]]) -> None:
    rows = [
        (
            pair.id,
            pair.level,
            pair.kind,
            "same" if pair.same else "different",
            pair.a,
            pair.b,
            " ".join(pair.compared[0]),
        )
        for pair in differing
    ]
    for line in table([("ID", "LEVEL", "KIND", "EXPECTED", "A", "B", "A IS COMPARED BY"), *rows]) if rows else ():
        typer.echo(line)
    for level, counted in levels.items():
        typer.echo(f"{level}: {counted['hold']} of {counted['pairs']} hold")
