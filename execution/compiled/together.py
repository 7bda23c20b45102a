"""Carries out as one what comes together: requests of one operation that differ in their ids.

Where nothing is under way a run begins before the event loop waits for anything, for all that came in this turn of it;
those that come meanwhile are the next run. It begins once that one has ended, or beside it: when it is full, or when
half of all that were there of late wait, as then there is nothing else to do until the store has answered. A request
that would wait for more than the store leaves: the others don't wait for it.
"""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import cast

from crowds import Crowd
from execution.batching import HasLoads
from execution.compiled.operation import Operation, Ran
from execution.compiled.plan import Held
from execution.compiled.running import Keywords

# Requests that ask for more objects go by themselves: what they cost is those, and not that there are many requests.
MAX_ASKED = 100
# How many a run of several asks for at most: while they are read and built, nothing else is.
MAX_ASKED_TOGETHER = 500
# So many that wait are worth a run beside the one under way: what a run costs by itself is shared by fewer then.
ENOUGH_BESIDE = 4


class Together:
    """The runs that are under way, each of requests whose contexts are of one kin."""

    def __init__(self) -> None:
        # A kind is here while a run of it is under way, or about to begin.
        self._kinds: dict[Hashable, _Kind] = {}
        self._tasks: dict[asyncio.Task[None], list[Joined]] = {}

    def join(self, one: "Joined", operation: Operation, held: Held) -> bool:
        """Have the request be part of a run; False where it is to be carried out by itself.

        Who no longer wants to know cancels it, and has `stop_what_nobody_waits_for`.
        """
        plan = operation.plan
        if not plan.is_shared or not 0 < (asked := plan.foretold(one.keywords)) <= MAX_ASKED:
            return False
        key = (operation, held, one.context.kin)
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kinds[key] = _Kind(key, operation, held, asyncio.get_running_loop())
            kind.loop.call_soon(self._begin_first, kind)
        one.asked, one.loop = asked, kind.loop
        kind.add(one)
        if kind.asked >= MAX_ASKED_TOGETHER:
            self._begin(kind)
        elif kind.has_half():
            # At the end of the turn too, for all that come in it.
            kind.loop.call_soon(self._begin_beside, kind)
        return True

    def stop_what_nobody_waits_for(self) -> None:
        """End the runs whose requests have all gone."""
        for task, taken in self._tasks.items():
            if not _still_there(taken):
                task.cancel()

    async def _carried_out(self, kind: "_Kind", context: HasLoads, calls: Sequence[list[Keywords]]) -> Ran:
        """One run. Who is alone in it may wait for more than the store, and lets the others on."""
        is_ahead = True

        def let_others_on() -> None:
            nonlocal is_ahead
            if is_ahead:
                is_ahead = False
                self._ended(kind, len(calls))

        def may_wait() -> bool:
            if len(calls) > 1:
                return False
            let_others_on()
            return True

        context.loads.ask_to_wait = may_wait
        try:
            found = await kind.operation.find(context, calls, kind.held)
            let_others_on()
            if kind.crowd.lots:
                # The next run asks for what it is to find, and the store is at work while these answers are made.
                await asyncio.sleep(0)
            return kind.operation.built(found)
        finally:
            let_others_on()

    def _begin_first(self, kind: "_Kind") -> None:
        """Begin a run, or forget the kind, if no run is under way."""
        if kind.crowd.lots:
            return
        self._begin(kind)
        if not kind.crowd.lots:
            del self._kinds[kind.key]

    def _ended(self, kind: "_Kind", requests: int) -> None:
        """After a run of so many: begin the next for those who wait, or forget the kind."""
        kind.crowd.end(requests)
        self._begin_beside(kind)
        self._begin_first(kind)

    def _begin_beside(self, kind: "_Kind") -> None:
        """Begin a run beside the one under way, if half of all wait."""
        if kind.has_half():
            self._begin(kind)

    def _begin(self, kind: "_Kind") -> None:
        """Begin a run for those who asked first, if anybody waits."""
        taken = kind.taken()
        if taken:
            kind.crowd.begin(len(taken))
            # A task of its own, in `_tasks` once it begins: whoever asked may go away, and the others still wait.
            kind.loop.create_task(self._together(kind, taken), context=taken[0].variables)

    async def _together(self, kind: "_Kind", taken: "list[Joined]") -> None:
        task = cast("asyncio.Task[None]", asyncio.current_task(kind.loop))
        # Known from here on: one that is cancelled before would never end, and the kind would wait for it.
        self._tasks[task] = taken
        try:
            ran = await self._carried_out(kind, taken[0].context.sibling(), [one.keywords for one in taken])
        except Exception as error:
            for one in taken:
                one.end(error)
        else:
            ended = [one for place, one in enumerate(taken) if one.is_first_end((ran, place))]
            # All by one call: what the event loop has to do for each takes as long as to find an answer's place.
            kind.loop.call_soon(_tell_all, ended, kind.loop)
        finally:
            del self._tasks[task]
            # Only one who was cancelled has told nobody.
            for one in taken:
                one.cancel()


class Joined:
    """A request that waits for a run: for how many objects it asks, and what its lines in the log tell of it."""

    __slots__ = ("_outcome", "_tell", "asked", "context", "is_over", "keywords", "loop", "variables")
    asked: int
    loop: asyncio.AbstractEventLoop
    _outcome: tuple[Ran, int] | Exception | None
    _tell: Callable[[], object]

    def __init__(self, context: HasLoads, keywords: list[Keywords]) -> None:
        self.context = context
        self.keywords = keywords
        self.variables = copy_context()
        self.is_over = False

    def when_ended(self, tell: Callable[[], object]) -> None:
        """Have this called at the end, in the context in which the request began."""
        self._tell = tell

    def end(self, outcome: tuple[Ran, int] | Exception | None) -> None:
        """Have it end so: in a run, at this place of it; with what nobody foresaw; cancelled. Once is enough."""
        if self.is_first_end(outcome):
            self.loop.call_soon(self.tell)

    def is_first_end(self, outcome: tuple[Ran, int] | Exception | None) -> bool:
        """The same; whether it had not ended before, so that it is to be told."""
        if self.is_over:
            return False
        self.is_over = True
        self._outcome = outcome
        return True

    def tell(self) -> None:
        """Tell who asked that it has ended."""
        tell = self._tell
        # Who is told has this one, and both would else stay until the garbage collector comes.
        del self._tell
        self.variables.run(tell)

    def cancel(self) -> None:
        """Leave the others: there will be no answer."""
        self.end(None)

    def result(self) -> tuple[Ran, int]:
        """The run and its place there, at the end. Raises CancelledError, and what nobody foresaw."""
        if self._outcome is None:
            raise asyncio.CancelledError
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


@dataclass(slots=True)
class _Kind:
    """How many runs are under way, and who waits for the next."""

    key: Hashable
    operation: Operation
    held: Held
    # To ask for the loop that runs is a call of the system, before Python 3.12.
    loop: asyncio.AbstractEventLoop
    crowd: Crowd = field(default_factory=Crowd)
    waiting: list[Joined] = field(default_factory=list)
    # For how many objects those ask.
    asked: int = 0

    def add(self, one: Joined) -> None:
        """Have it wait for the next run."""
        self.waiting.append(one)
        self.asked += one.asked
        self.crowd.wait(len(self.waiting))

    def has_half(self) -> bool:
        """Whether half of all wait while one run is under way."""
        waiting = len(self.waiting)
        return waiting >= ENOUGH_BESIDE and self.crowd.is_half(waiting)

    def taken(self) -> list[Joined]:
        """Those who are next, and no longer wait."""
        waiting = _still_there(self.waiting)
        if self.asked <= MAX_ASKED_TOGETHER:
            self.waiting, self.asked = [], 0
            return waiting
        count = asked = 0
        for one in waiting:
            asked += one.asked
            if count and asked > MAX_ASKED_TOGETHER:
                break
            count += 1
        self.waiting = waiting[count:]
        self.asked = sum(one.asked for one in self.waiting)
        return waiting[:count]


def _tell_all(ended: Sequence[Joined], loop: asyncio.AbstractEventLoop) -> None:
    for one in ended:
        try:
            one.tell()
        except Exception as error:
            loop.call_exception_handler({"message": "who asked could not be told", "exception": error})


def _still_there(waiting: list[Joined]) -> list[Joined]:
    return [one for one in waiting if not one.is_over]
