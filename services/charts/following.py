"""What happens to the chart collections, taken over into a generation of the presence index."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from services.chart_collections import BY_NAME
from services.charts.entries import chart_documents
from services.model.presence import ChartChange, ChartDocument
from services.store import Store
from services.store.chart_documents import NESTED_PAGE, PAGE

# How long a change may wait for others.
GATHER_S = 0.5


@dataclass(frozen=True, slots=True)
class Followed:
    """How far was followed; `met_all` where the changes to come can't be taken over one by one."""

    position: Mapping[str, Any] | None
    met_all: bool = False


class ChartFollower:
    """Takes changes over as they come: the rows of a document that was written are made anew."""

    def __init__(self, store: Store) -> None:
        self._index = store.chart_presence
        self._documents = store.chart_documents

    async def follow(
        self,
        position: Mapping[str, Any] | None,
        *,
        generation: int,
        is_over: Callable[[bool], Awaitable[bool]],
    ) -> Followed:
        """From the position on, until `is_over`; it is told whether nothing waits and nothing has come for a moment.

        Raises ChangesUnavailable, StoreUnavailable.
        """
        waiting: list[ChartChange] = []
        since = 0.0
        async with aclosing(self._documents.follow(position)) as changes:
            async for change in changes:
                if change is not None and change.is_all:
                    return Followed(await self._apply(waiting, generation) or position, met_all=True)
                if change is not None:
                    since = since if waiting else time.monotonic()
                    waiting.append(change)
                if waiting and (change is None or len(waiting) >= PAGE or time.monotonic() - since > GATHER_S):
                    position = await self._apply(waiting, generation)
                    waiting.clear()
                if await is_over(change is None and not waiting):
                    break
        return Followed(await self._apply(waiting, generation) or position)

    async def _apply(self, changes: Sequence[ChartChange], generation: int) -> Mapping[str, Any] | None:
        """Take the changes over; the position of the last."""
        for name in dict.fromkeys(change.collection for change in changes if change.is_dropped):
            while await self._index.clear(name, generation=generation):
                pass
        # What was written before its collection was dropped isn't found, and what was written after is.
        for name in dict.fromkeys(change.collection for change in changes):
            ids = [change.document for change in changes if change.collection == name and not change.is_dropped]
            size = NESTED_PAGE if BY_NAME[name].is_nested else PAGE
            for start in range(0, len(ids), size):
                await self._renew(name, ids[start : start + size], generation)
        if not changes:
            return None
        await self._index.keep_position(changes[-1].position, generation=generation)
        return changes[-1].position

    async def _renew(self, name: str, ids: Sequence[Any], generation: int) -> None:
        found = await self._documents.documents(BY_NAME[name], ids)
        there = [document["_id"] for document in found]
        gone = [ChartDocument(key, ()) for key in ids if key not in there]
        made = await chart_documents(BY_NAME[name], found)
        await self._index.put([*made, *gone], generation=generation, collection=name)
