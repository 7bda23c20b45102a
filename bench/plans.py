"""What MongoDB is asked while something is measured, and what it does for that."""

from collections.abc import Iterator
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

Document = dict[str, Any]

MOST_COMMANDS = 10
_ASKED = frozenset({"find", "aggregate", "pipeline", "cursor", "filter", "projection", "sort", "limit"})


class Asked(CommandListener):
    """The reads that MongoDB was asked for, the first of them."""

    def __init__(self) -> None:
        self.sent: list[Document] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Keep what was asked."""
        if event.command_name in ("find", "aggregate") and len(self.sent) < MOST_COMMANDS:
            self.sent.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Keep nothing."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Keep nothing."""


async def explained(uri: str, command: Document) -> Document:
    """How the command is carried out, with what is examined."""
    bare = {name: value for name, value in command.items() if name in _ASKED}
    async with AsyncMongoClient[Document](uri) as client:
        return await client[command["$db"]].command("explain", bare, verbosity="executionStats")


def stages(plan: Document) -> set[str]:
    """The stages that were carried out."""
    return {stage for executed in values_of("executionStats", plan) for stage in values_of("stage", executed)}


def values_of(key: str, within: Any) -> Iterator[Any]:
    """The values of the key, wherever it stands."""
    if isinstance(within, dict):
        if key in within:
            yield within[key]
        within = list(within.values())
    if isinstance(within, list):
        for value in within:
            yield from values_of(key, value)
