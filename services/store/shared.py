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
MAX_IDS = 500
MAX_READS = MAX_IDS // MAX_SHARED_IDS


class SharedFinds(Generic[Found]):
    """Shares a find of documents by id; reads are of a kind when they want the same fields."""

    def __init__(self, find: Find[Found]) -> None:
        self._find = find
        # Those who wait for the next find of a kind; a kind is here while one is under way.
        self._waiting: dict[frozenset[str], list[_Asked[Found]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, ids: Collection[int], fields: frozenset[str]) -> dict[int, Found]:
        """What is found, by id: of these ids, and maybe of others'. Raises what the find does."""
        if len(ids) > MAX_SHARED_IDS:
            return await self._find(ids, fields)
        waiting = self._waiting.get(fields)
        if waiting is None:
            self._waiting[fields] = []
            try:
                return await self._find(ids, fields)
            finally:
                self._go_on(fields)
        answer: asyncio.Future[dict[int, Found]] = asyncio.get_running_loop().create_future()
        waiting.append(_Asked(ids, answer))
        return await answer

    def _go_on(self, fields: frozenset[str]) -> None:
        """After a find has ended: begin the next for those who wait, the first who asked, or forget the kind."""
        waiting = self._waiting.pop(fields)
        if not waiting:
            return
        taken, self._waiting[fields] = waiting[:MAX_READS], waiting[MAX_READS:]
        # A task of its own: whoever asked may go away, and the others still wait.
        task = asyncio.get_running_loop().create_task(self._together(taken, fields))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _together(self, taken: "list[_Asked[Found]]", fields: frozenset[str]) -> None:
        try:
            found = await self._find({artist_id for asked in taken for artist_id in asked.ids}, fields)
        except Exception as error:
            for asked in _still_there(taken):
                asked.answer.set_exception(error)
        else:
            for asked in _still_there(taken):
                asked.answer.set_result(found)
        finally:
            # Only one who was cancelled has told nobody.
            for asked in _still_there(taken):
                asked.answer.cancel()
            self._go_on(fields)


@dataclass(slots=True)
class _Asked(Generic[Found]):
    ids: Collection[int]
    answer: asyncio.Future[dict[int, Found]]


def _still_there(taken: "list[_Asked[Found]]") -> "list[_Asked[Found]]":
    return [asked for asked in taken if not asked.answer.done()]
