"""Finds that are shared: reads that come while one of their kind is under way are one find, the next.

As a group commit does it: whoever finds nothing under way asks at once, so there is no timer and nobody waits who need
not. Where enough wait, or half of all that were there of late, their find begins beside the one under way. A fault
reaches each who asked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from crowds import Crowd
from services.errors import StoreUnavailable

Found = TypeVar("Found")
Find = Callable[[Collection[int], frozenset[str]], Awaitable[dict[int, Found]]]

# A find of more than one read has at most so many ids: one that is full gains nothing by waiting.
MAX_IDS = 2000
# So many that wait are enough for a second find; a third waits for more, as rosters that come together overlap.
ENOUGH_IDS = 500
ENOUGH_FINDS = 2


class SharedFinds(Generic[Found]):
    """Shares finds of documents by id; reads are of a kind when they want the same fields."""

    def __init__(self, find: Find[Found]) -> None:
        self._find = find
        # A kind is here while a find of it is under way.
        self._kinds: dict[frozenset[str], _Kind[Found]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, ids: Collection[int], fields: frozenset[str]) -> dict[int, Found]:
        """What is found, by id. Raises what the find does."""
        found = await self.find_among(ids, fields)
        return {artist_id: found[artist_id] for artist_id in ids if artist_id in found}

    async def find_among(self, ids: Collection[int], fields: frozenset[str]) -> dict[int, Found]:
        """The same, maybe with what others asked for."""
        if fields in self._kinds:
            return await self.begin(ids, fields)
        kind = self._kinds[fields] = _Kind(fields, asyncio.get_running_loop())
        kind.crowd.begin(1)
        try:
            return await self._find(ids, fields)
        except StoreUnavailable as error:
            _tell(kind.waiting, error)
            raise
        finally:
            self._ended(kind, 1)

    def begin(self, ids: Collection[int], fields: frozenset[str]) -> "asyncio.Future[dict[int, Found]]":
        """The same, begun at once or with those that wait."""
        kind = self._kinds.get(fields)
        if kind is None:
            kind = self._kinds[fields] = _Kind(fields, asyncio.get_running_loop())
        asked: _Asked[Found] = _Asked(ids, kind.loop.create_future(), copy_context())
        if kind.is_too_full_for(ids):
            self._ask(kind)
        kind.add(asked)
        if kind.is_due():
            self._ask(kind)
        elif kind.has_half():
            # At the end of the turn, for all that come in it.
            kind.loop.call_soon(self._ask_beside, kind)
        return asked.answer

    def _ended(self, kind: "_Kind[Found]", reads: int) -> None:
        """After a find for so many: begin the next for those who wait, or forget the kind."""
        kind.crowd.end(reads)
        if kind.is_due() or kind.has_half():
            self._ask(kind)
        if not kind.crowd.lots:
            del self._kinds[kind.fields]

    def _ask_beside(self, kind: "_Kind[Found]") -> None:
        if kind.has_half():
            self._ask(kind)

    def _ask(self, kind: "_Kind[Found]") -> None:
        """Begin a find for those who wait, if anybody still does."""
        taken, ids = kind.taken()
        if not taken:
            return
        kind.crowd.begin(len(taken))
        # A task of its own: whoever asked may go away, and the others still wait.
        asking = self._together(taken, ids, kind)
        task = kind.loop.create_task(asking, context=taken[0].variables)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _together(self, taken: "list[_Asked[Found]]", ids: Collection[int], kind: "_Kind[Found]") -> None:
        try:
            found = await self._find(ids, kind.fields)
        except Exception as error:
            _tell(taken, error)
            if isinstance(error, StoreUnavailable):
                _tell(kind.waiting, error)
        else:
            for asked in _still_there(taken):
                asked.answer.set_result(found)
        finally:
            # Only one who was cancelled has told nobody.
            for asked in _still_there(taken):
                asked.answer.cancel()
            self._ended(kind, len(taken))


@dataclass(slots=True)
class _Asked(Generic[Found]):
    """Who asks for these ids, and what its lines in the log tell of it."""

    ids: Collection[int]
    answer: asyncio.Future[dict[int, Found]]
    variables: Context


@dataclass(slots=True)
class _Kind(Generic[Found]):
    """How many finds are under way, and who waits for one, for which ids."""

    fields: frozenset[str]
    # To ask for the loop that runs is a call of the system, before Python 3.12.
    loop: asyncio.AbstractEventLoop
    crowd: Crowd = field(default_factory=Crowd)
    waiting: list[_Asked[Found]] = field(default_factory=list)
    ids: set[int] = field(default_factory=set)

    def add(self, asked: _Asked[Found]) -> None:
        """Have it wait too."""
        self.waiting.append(asked)
        self.ids.update(asked.ids)
        self.crowd.wait(len(self.waiting))

    def is_too_full_for(self, ids: Collection[int]) -> bool:
        """Whether a find for those who wait and for these ids would be too large."""
        return bool(self.waiting) and len(self.ids) + len(ids) > MAX_IDS and len(self.ids.union(ids)) > MAX_IDS

    def is_due(self) -> bool:
        """Whether a find is to begin for those who wait."""
        if not self.crowd.lots or len(self.ids) >= MAX_IDS:
            return bool(self.waiting)
        return len(self.ids) >= ENOUGH_IDS and self.crowd.lots < ENOUGH_FINDS

    def has_half(self) -> bool:
        """Whether half of all wait while one find is under way."""
        return self.crowd.is_half(len(self.waiting))

    def taken(self) -> tuple[list[_Asked[Found]], Collection[int]]:
        """Those for whom a find is to begin, who no longer wait, and their ids: what nobody waits for is not asked."""
        waiting, ids = self.waiting, self.ids
        self.waiting, self.ids = [], set()
        taken = _still_there(waiting)
        if len(taken) == 1:
            return taken, taken[0].ids
        return taken, ids if len(taken) == len(waiting) else set().union(*(asked.ids for asked in taken))


def _tell(waiting: "list[_Asked[Found]]", error: Exception) -> None:
    """Tell of the fault: where MongoDB is away or too slow, those too who have waited for their turn so long."""
    for asked in _still_there(waiting):
        asked.answer.set_exception(error)


def _still_there(waiting: "list[_Asked[Found]]") -> "list[_Asked[Found]]":
    return [asked for asked in waiting if not asked.answer.done()]
