"""Finds that are shared: reads that come while one of their kind is under way are one find, the next.

As a group commit does it: whoever finds nothing under way asks at once, so there is no timer and nobody waits who need
not. Where enough wait to fill a find, it begins beside those that are under way, of which there is a most. A fault
reaches each who asked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Found = TypeVar("Found")
Find = Callable[[Collection[int], frozenset[str]], Awaitable[dict[int, Found]]]

# A find of more than one read has at most so many ids; so many that wait are reason enough to begin it.
MAX_IDS = 2000
ENOUGH_IDS = 500
MAX_FINDS = 2


class SharedFinds(Generic[Found]):
    """Shares finds of documents by id; reads are of a kind when they want the same fields."""

    def __init__(self, find: Find[Found]) -> None:
        self._find = find
        # A kind is here while a find of it is under way.
        self._kinds: dict[frozenset[str], _Kind[Found]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, ids: Collection[int], fields: frozenset[str]) -> dict[int, Found]:
        """What is found, by id: of these ids, and maybe of others'. Raises what the find does."""
        if fields in self._kinds:
            return await self.begin(ids, fields)
        kind = self._kinds[fields] = _Kind(finds=1)
        try:
            return await self._find(ids, fields)
        finally:
            self._ended(kind, fields)

    def begin(self, ids: Collection[int], fields: frozenset[str]) -> "asyncio.Future[dict[int, Found]]":
        """The same, begun at once or with those that wait."""
        kind = self._kinds.get(fields)
        if kind is None:
            kind = self._kinds[fields] = _Kind()
        asked: _Asked[Found] = _Asked(ids, asyncio.get_running_loop().create_future())
        kind.waiting.append(asked)
        kind.ids += len(ids)
        if not kind.finds or (kind.ids >= ENOUGH_IDS and kind.finds < MAX_FINDS):
            self._ask(kind, fields)
        return asked.answer

    def _ended(self, kind: "_Kind[Found]", fields: frozenset[str]) -> None:
        """After a find: begin the next for those who wait, or forget the kind."""
        kind.finds -= 1
        kind.forget_who_left()
        if kind.waiting and (not kind.finds or kind.ids >= ENOUGH_IDS):
            self._ask(kind, fields)
        elif not kind.finds:
            del self._kinds[fields]

    def _ask(self, kind: "_Kind[Found]", fields: frozenset[str]) -> None:
        """Begin a find for those who asked first."""
        kind.finds += 1
        taken, ids = kind.taken()
        # A task of its own: whoever asked may go away, and the others still wait.
        task = asyncio.get_running_loop().create_task(self._together(taken, ids, kind, fields))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _together(
        self, taken: "list[_Asked[Found]]", ids: Collection[int], kind: "_Kind[Found]", fields: frozenset[str]
    ) -> None:
        try:
            found = await self._find(ids, fields)
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
            self._ended(kind, fields)


@dataclass(slots=True)
class _Asked(Generic[Found]):
    ids: Collection[int]
    answer: asyncio.Future[dict[int, Found]]


@dataclass(slots=True)
class _Kind(Generic[Found]):
    """How many finds are under way, and who waits for one, with how many ids."""

    finds: int = 0
    waiting: list[_Asked[Found]] = field(default_factory=list)
    ids: int = 0

    def forget_who_left(self) -> None:
        """What nobody waits for any more is not asked."""
        self.waiting = _still_there(self.waiting)
        self.ids = sum(len(asked.ids) for asked in self.waiting)

    def taken(self) -> tuple[list[_Asked[Found]], Collection[int]]:
        """Those for whom a find is to begin, who no longer wait, and their ids."""
        if len(self.waiting) == 1:
            (asked,) = taken = self.waiting
            self.waiting, self.ids = [], 0
            return taken, asked.ids
        ids: set[int] = set()
        count = 0
        for asked in self.waiting:
            if ids and len(ids) + len(asked.ids) > MAX_IDS:
                break
            ids.update(asked.ids)
            count += 1
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        self.ids -= sum(len(asked.ids) for asked in taken)
        return taken, ids


def _still_there(taken: "list[_Asked[Found]]") -> "list[_Asked[Found]]":
    return [asked for asked in taken if not asked.answer.done()]
