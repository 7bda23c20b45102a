"""Finds that are shared: small reads that come while one of their kind is under way are one find, the next.

As a group commit does it: whoever finds nothing under way asks at once, so there is no timer and nobody waits who need
not. A fault reaches each who asked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Generic, TypeVar

Found = TypeVar("Found")
Find = Callable[[Collection[int], frozenset[str]], Awaitable[dict[int, Found]]]

# Larger reads gain nothing: what they cost is their documents, not their number.
MAX_SHARED_IDS = 10
# Of one kind, at once; further ones gather. A second would halve what is gathered, and the driver costs by the find.
MAX_UNDER_WAY = 1
MAX_IDS = 500


class SharedFinds(Generic[Found]):
    """Shares a find of documents by id; reads are of a kind when they want the same fields."""

    def __init__(self, find: Find[Found]) -> None:
        self._find = find
        self._kinds: dict[frozenset[str], _Kind[Found]] = {}

    async def find(self, ids: Collection[int], fields: frozenset[str]) -> dict[int, Found]:
        """What is found, by id: of these ids, and maybe of others'. Raises what the find does."""
        if len(ids) > MAX_SHARED_IDS:
            return await self._find(ids, fields)
        kind = self._kinds.get(fields)
        if kind is None:
            kind = self._kinds[fields] = _Kind()
        if kind.under_way < MAX_UNDER_WAY:
            return await self._at_once(kind, ids, fields)
        answer: asyncio.Future[dict[int, Found]] = asyncio.get_running_loop().create_future()
        kind.waiting.append(_Asked(ids, answer))
        return await answer

    async def _at_once(self, kind: "_Kind[Found]", ids: Collection[int], fields: frozenset[str]) -> dict[int, Found]:
        kind.under_way += 1
        try:
            return await self._find(ids, fields)
        finally:
            self._next(kind, fields)

    def _next(self, kind: "_Kind[Found]", fields: frozenset[str]) -> None:
        """After a find has ended: begin the next for those who wait, or forget the kind."""
        if kind.waiting:
            # A task of its own: whoever asked may go away, and the others still wait.
            kind.task = asyncio.get_running_loop().create_task(self._together(kind, fields))
            return
        kind.under_way -= 1
        if not kind.under_way:
            del self._kinds[fields]

    async def _together(self, kind: "_Kind[Found]", fields: frozenset[str]) -> None:
        while kind.waiting:
            taken = kind.take()
            ids = {artist_id for asked in taken for artist_id in asked.ids}
            try:
                found = await self._find(ids, fields)
            except Exception as error:
                _tell(taken, error=error)
            else:
                _tell(taken, found=found)
        self._next(kind, fields)


@dataclass(slots=True)
class _Asked(Generic[Found]):
    ids: Collection[int]
    answer: asyncio.Future[dict[int, Found]]


class _Kind(Generic[Found]):
    def __init__(self) -> None:
        self.under_way = 0
        self.waiting: list[_Asked[Found]] = []
        self.task: asyncio.Task[None] | None = None

    def take(self) -> list["_Asked[Found]"]:
        """Those whose turn it is, the first who asked, as far as one find may go."""
        most = MAX_IDS // MAX_SHARED_IDS
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return taken


def _tell(
    taken: list["_Asked[Found]"], *, found: dict[int, Found] | None = None, error: Exception | None = None
) -> None:
    for asked in taken:
        if asked.answer.done():
            continue
        if error is not None:
            asked.answer.set_exception(error)
        else:
            asked.answer.set_result(found or {})
