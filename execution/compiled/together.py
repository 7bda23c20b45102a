"""Carries out as one what comes while the like is under way: requests of one operation that differ in their ids.

As finds are shared: whoever finds nothing under way is carried out at once, by itself; those that come meanwhile are
the next run. A request that would wait for more than the store leaves: the others don't wait for it.
"""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field

from execution.batching import HasLoads
from execution.compiled.operation import Operation, Ran
from execution.compiled.plan import Held
from execution.compiled.running import Keywords

# Requests that ask for more objects go by themselves: what they cost is those, and not that there are many requests.
MAX_ASKED = 100
# How many a run of several asks for at most: while they are read and built, nothing else is.
MAX_ASKED_TOGETHER = 500


class Together:
    """The runs that are under way, each of requests whose contexts are of one kin."""

    def __init__(self) -> None:
        # A kind is here while a run of it is under way.
        self._kinds: dict[Hashable, _Kind] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(
        self, operation: Operation, context: HasLoads, keywords: list[Keywords], held: Held
    ) -> tuple[Ran, int]:
        """The run that the request was part of, and its place there."""
        plan = operation.plan
        if not plan.is_shared or (asked := plan.foretold(keywords)) > MAX_ASKED:
            return await operation.run(context, [keywords], held), 0
        key = (operation, held, context.kin)
        kind = self._kinds.get(key)
        if kind is None:
            return await self._alone(_Kind(key, operation, held), context, keywords)
        one = _Waiting(keywords, asked, context, asyncio.get_running_loop().create_future())
        kind.waiting.append(one)
        return await one.ended

    async def _alone(self, kind: "_Kind", context: HasLoads, keywords: list[Keywords]) -> tuple[Ran, int]:
        self._kinds[kind.key] = kind
        is_ahead = True

        def let_others_on() -> bool:
            nonlocal is_ahead
            if is_ahead:
                is_ahead = False
                self._go_on(kind)
            return True

        context.loads.ask_to_wait = let_others_on
        try:
            return await kind.operation.run(context, [keywords], kind.held), 0
        finally:
            let_others_on()

    def _go_on(self, kind: "_Kind") -> None:
        """After a run: begin the next for those who wait, or forget the kind."""
        taken = kind.taken()
        if not taken:
            del self._kinds[kind.key]
            return
        # A task of its own: whoever asked may go away, and the others still wait.
        task = asyncio.get_running_loop().create_task(self._together(kind, taken))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _together(self, kind: "_Kind", taken: "list[_Waiting]") -> None:
        context = taken[0].context.sibling()
        context.loads.ask_to_wait = _nobody_may_wait
        try:
            ran = await kind.operation.run(context, [one.keywords for one in taken], kind.held)
        except Exception as error:
            for one in _still_there(taken):
                one.ended.set_exception(error)
        else:
            for place, one in enumerate(taken):
                if not one.ended.done():
                    one.ended.set_result((ran, place))
        finally:
            # Only one who was cancelled has told nobody.
            for one in _still_there(taken):
                one.ended.cancel()
            self._go_on(kind)


@dataclass(slots=True)
class _Waiting:
    keywords: list[Keywords]
    asked: int
    context: HasLoads
    ended: "asyncio.Future[tuple[Ran, int]]"


@dataclass(slots=True)
class _Kind:
    key: Hashable
    operation: Operation
    held: Held
    waiting: list[_Waiting] = field(default_factory=list)

    def taken(self) -> list[_Waiting]:
        """Those who are next, and no longer wait."""
        waiting = _still_there(self.waiting)
        count = asked = 0
        for one in waiting:
            asked += max(one.asked, 1)
            if count and asked > MAX_ASKED_TOGETHER:
                break
            count += 1
        self.waiting = waiting[count:]
        return waiting[:count]


def _nobody_may_wait() -> bool:
    return False


def _still_there(waiting: list[_Waiting]) -> list[_Waiting]:
    return [one for one in waiting if not one.ended.done()]
