"""What happens to the chart collections, taken over into a generation of the presence index."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog

from services.chart_collections import BY_NAME
from services.charts.entries import chart_documents
from services.errors import StoreUnavailable
from services.model.presence import ChartChange, ChartDocument, NoChange
from services.store import ChangesUnavailable, Store
from services.store.chart_documents import NESTED_PAGE, PAGE
from services.store.tasks import end_tasks

# How long a change may wait for others.
GATHER_S = 0.5
# How often a position is kept where nothing happens to the charts: what happens elsewhere makes MongoDB forget it.
KEEP_S = 60.0

log = structlog.get_logger(__name__)

Position = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Followed:
    """How far was followed; `met_all` where the changes to come can't be taken over one by one."""

    position: Position | None
    met_all: bool = False


@dataclass(slots=True)
class Gathered:
    """Changes that are still to be taken over, and the position after them."""

    position: Position | None
    changes: list[ChartChange] = field(default_factory=list)


class ChartFollower:
    """Takes changes over as they come: the rows of a document that was written are made anew."""

    def __init__(self, store: Store) -> None:
        self._index = store.chart_presence
        self._documents = store.chart_documents

    async def follow(
        self, position: Position | None, *, generation: int, is_over: Callable[[bool], Awaitable[bool]]
    ) -> Followed:
        """From the position on, until `is_over`; it is told whether nothing waits and nothing has come for a moment.

        Raises ChangesUnavailable, StoreUnavailable.
        """
        taking = _Taking(self, generation, position)
        met_all = False
        async with aclosing(self._documents.follow(position)) as changes:
            async for change in changes:
                if met_all := isinstance(change, ChartChange) and change.is_all:
                    break
                await taking.take(change)
                if await is_over(isinstance(change, NoChange)):
                    break
        await taking.keep()
        return Followed(taking.position, met_all)

    @asynccontextmanager
    async def gathered(self, position: Position | None) -> AsyncIterator[Gathered]:
        """What happens after the position for as long as the context lasts, gathered; nothing without a position.

        Gathering ends early where MongoDB is away or tells no more, and before what can't be taken over one by one:
        who follows from where it ended is told.
        """
        gathered = Gathered(position)
        gathering = asyncio.create_task(self._gather(gathered))
        try:
            yield gathered
        finally:
            await end_tasks(gathering)

    async def take_over(self, changes: Sequence[ChartChange], *, generation: int) -> None:
        """Have the generation tell what the changed documents say now. Raises StoreUnavailable."""
        for name in dict.fromkeys(change.collection for change in changes if change.is_dropped):
            while await self._index.clear(name, generation=generation):
                pass
        # What was written before its collection was dropped isn't found, and what was written after is.
        for name in dict.fromkeys(change.collection for change in changes):
            ids = [change.document for change in changes if change.collection == name and not change.is_dropped]
            size = NESTED_PAGE if BY_NAME[name].is_nested else PAGE
            for start in range(0, len(ids), size):
                await self._renew(name, ids[start : start + size], generation)

    async def keep(self, position: Position, *, generation: int) -> None:
        """Keep how far the generation is in step. Raises StoreUnavailable."""
        await self._index.keep_position(position, generation=generation)

    async def _gather(self, gathered: Gathered) -> None:
        if gathered.position is None:
            return
        try:
            async with aclosing(self._documents.follow(gathered.position)) as changes:
                async for change in changes:
                    if isinstance(change, ChartChange):
                        if change.is_all:
                            return
                        gathered.changes.append(change)
                    gathered.position = change.position
        except (ChangesUnavailable, StoreUnavailable) as unavailable:
            log.info("chart_changes_not_gathered", cause=str(unavailable))

    async def _renew(self, name: str, ids: Sequence[Any], generation: int) -> None:
        found = await self._documents.documents(BY_NAME[name], ids)
        there = [document["_id"] for document in found]
        gone = [ChartDocument(key, ()) for key in ids if key not in there]
        made = await chart_documents(BY_NAME[name], found)
        await self._index.put([*made, *gone], generation=generation, collection=name)


class _Taking:
    """Takes changes over, together those that come within a moment: somebody may write all rows, one by one."""

    def __init__(self, follower: ChartFollower, generation: int, position: Position | None) -> None:
        self._follower = follower
        self._generation = generation
        self.position = position
        self._waiting: list[ChartChange] = []
        self._since = 0.0
        self._kept_at = time.monotonic()

    async def take(self, change: ChartChange | NoChange) -> None:
        """Take the change over, now or with those that follow it."""
        self.position = change.position
        if isinstance(change, ChartChange):
            self._since = self._since if self._waiting else time.monotonic()
            self._waiting.append(change)
            if len(self._waiting) >= PAGE or time.monotonic() - self._since > GATHER_S:
                await self.keep()
        elif self._waiting or time.monotonic() - self._kept_at >= KEEP_S:
            await self.keep()

    async def keep(self) -> None:
        """Take over what waits, and keep the position after it."""
        await self._follower.take_over(self._waiting, generation=self._generation)
        self._waiting.clear()
        if self.position is not None:
            await self._follower.keep(self.position, generation=self._generation)
        self._kept_at = time.monotonic()
