"""What MongoDB did to carry a command out."""

from collections.abc import Iterator
from typing import Any

from tests.builders import Document
from tests.conftest import Database

_ASKED = frozenset({"find", "aggregate", "filter", "projection", "sort", "limit", "pipeline", "cursor", "let"})


async def explained(command: Document, database: Database) -> Document:
    """How the command was carried out, with what was examined."""
    bare = {name: value for name, value in command.items() if name in _ASKED}
    plan: Document = await database.client[command["$db"]].command("explain", bare, verbosity="executionStats")
    return plan


def stages(plan: Document) -> set[str]:
    """The stages that were carried out, those of an aggregation with their dollar.

    The plan that was chosen tells them too: where MongoDB compiles a plan, it executes stages of other names.
    """
    told = [*_values_of("executionStats", plan), *_values_of("winningPlan", plan)]
    executed = {stage for within in told for stage in _values_of("stage", within)}
    return executed | {name for stage in plan.get("stages", ()) for name in stage if name.startswith("$")}


def keys(plan: Document) -> int:
    """How many keys of indexes were examined."""
    return int(max(_values_of("totalKeysExamined", plan)))


def documents(plan: Document) -> int:
    """How many documents were examined."""
    return int(max(_values_of("totalDocsExamined", plan)))


def _values_of(key: str, within: Any) -> Iterator[Any]:
    if isinstance(within, dict):
        if key in within:
            yield within[key]
        within = list(within.values())
    if isinstance(within, list):
        for value in within:
            yield from _values_of(key, value)
