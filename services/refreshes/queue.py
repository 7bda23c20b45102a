"""The refreshes of this process that are under way or wait their turn: each once, a bounded number at a time.

Those that somebody waits for come first, then the others, each in the order they came. A refresh goes on when the
client that asked has gone. They begin at the pace of the providers' rates; whoever is waited for is held up by it for a
moment at most, and then does without a provider whose rate is spent for longer.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection, Hashable
from contextlib import suppress
from math import inf
from typing import Generic, Protocol, TypeVar

import structlog
from prometheus_client import Counter

import telemetry
from services.errors import StoreUnavailable
from services.freshness import ReadMode
from services.refreshes.pace import Pace
from services.store.tasks import end_tasks
from services.transport import Rate

AT_ONCE = 16
LONGEST_QUEUE = 5000
# The longest that a request waits for refreshes, however many it needs.
MAX_WAIT_S = 20.0
# The longest that the pace holds up a refresh that somebody waits for.
LONGEST_HOLD_S = 3.0
QUEUE_FULL = f"{LONGEST_QUEUE} refreshes wait already; try again later."

Key = TypeVar("Key", bound=Hashable)
Key_contra = TypeVar("Key_contra", bound=Hashable, contravariant=True)
Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

log = structlog.get_logger(__name__)


class Run(Protocol[Key_contra, Result_co]):
    """What a refresh is, of what the key says."""

    async def __call__(self, key: Key_contra, /, *, forced: bool) -> Result_co:
        """Refresh it, however fresh it is where `forced`; raises StoreUnavailable."""
        ...


class RefreshQueue(Generic[Key, Result]):
    """Runs the refreshes of one subject, counted as `outcomes`; one that is given up ends with `abandoned`.

    `rates` are those of whom every refresh may ask.
    """

    def __init__(
        self,
        subject: str,
        run: Run[Key, Result],
        *,
        outcomes: Counter,
        abandoned: Result,
        rates: Collection[Rate] = (),
        at_once: int = AT_ONCE,
    ) -> None:
        self._subject = subject
        self._run = run
        self._outcomes = outcomes
        self._abandoned = abandoned
        self._pace = Pace(rates, now=time.monotonic)
        self._at_once = at_once
        self._waited: OrderedDict[Key, bool] = OrderedDict()
        self._others: OrderedDict[Key, bool] = OrderedDict()
        self._waiters: dict[Key, int] = {}
        self._ends: dict[Key, asyncio.Future[Result]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._next: asyncio.TimerHandle | None = None
        self._closed = False

    def __contains__(self, key: Key) -> bool:
        return key in self._ends

    async def results(self, keys: Collection[Key], mode: ReadMode) -> dict[Key, Result | None]:
        """What came of the refreshes that ended while `mode` waits, of those that the queue took.

        None is one that goes on by itself, or that met a database away.
        """
        wait_s = MAX_WAIT_S if mode.max_wait_ms is None else min(mode.max_wait_ms / 1000, MAX_WAIT_S)
        asked = {key: self.ask(key, forced=mode.refresh, waited=wait_s > 0) for key in keys}
        ends = {key: end for key, end in asked.items() if end is not None}
        if ends and wait_s > 0:
            try:
                await asyncio.wait(ends.values(), timeout=wait_s)
            finally:
                for key in ends:
                    self.leave(key)
        return {key: _result(end) for key, end in ends.items()}

    def ask(self, key: Key, *, forced: bool = False, waited: bool = True) -> "asyncio.Future[Result] | None":
        """The end of the refresh, which is begun or joined; None where the queue is full.

        Waiting for it is to be shielded: the future is shared. It raises StoreUnavailable. Who waited is to `leave`.
        """
        end = self._ends.get(key)
        if end is None:
            if self._closed or len(self._ends) >= LONGEST_QUEUE:
                telemetry.REFRESHES_REFUSED.labels(self._subject).inc()
                return None
            end = self._ends[key] = asyncio.get_running_loop().create_future()
            # Nobody may be there to take an error, which is logged and counted where it is met.
            end.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._others[key] = False
        if waited:
            self._waiters[key] = self._waiters.get(key, 0) + 1
        self._place(key, forced=forced)
        self._begin()
        return end

    def leave(self, key: Key) -> None:
        """Take note that one who waited does so no longer."""
        others = self._waiters.pop(key) - 1
        if others:
            self._waiters[key] = others
        self._place(key, forced=False)

    async def close(self) -> None:
        """Give up what waits, and what runs too."""
        self._closed = True
        self._waited.clear()
        self._others.clear()
        self._begin_after(None)
        await end_tasks(*self._running)
        for end in self._ends.values():
            end.cancel()
        self._ends.clear()

    def _place(self, key: Key, *, forced: bool) -> None:
        """Put one that hasn't begun among those that somebody waits for, or among the others."""
        right, wrong = (self._waited, self._others) if key in self._waiters else (self._others, self._waited)
        if key in wrong:
            right[key] = wrong.pop(key) or forced
        elif key in right:
            right[key] = right[key] or forced

    def _begin(self) -> None:
        self._begin_after(None)
        while len(self._running) < self._at_once and (self._waited or self._others):
            if wait_s := self._pace.wait_s(at_most=LONGEST_HOLD_S if self._waited else inf):
                self._begin_after(wait_s)
                break
            self._pace.begin()
            key, forced = (self._waited or self._others).popitem(last=False)
            task = asyncio.create_task(self._one(key, forced=forced))
            self._running.add(task)
            task.add_done_callback(self._ended)
        telemetry.REFRESH_QUEUE.labels(self._subject).set(len(self._waited) + len(self._others))

    def _begin_after(self, wait_s: float | None) -> None:
        """Begin the next after so long, and at no other time set before; None: at none."""
        if self._next:
            self._next.cancel()
        self._next = None if wait_s is None else asyncio.get_running_loop().call_later(wait_s, self._begin)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._begin()

    async def _one(self, key: Key, *, forced: bool) -> None:
        end = self._ends[key]
        refreshed: Result | None = None
        fault: Exception | None = None
        try:
            refreshed = await self._run(key, forced=forced)
        except StoreUnavailable as error:
            fault = error
        except Exception as error:
            log.exception("refresh_broke", subject=self._subject, key=str(key))
            self._outcomes.labels("broke").inc()
            fault = error
        finally:
            self._ends.pop(key, None)
            with suppress(asyncio.InvalidStateError):
                if fault is not None:
                    end.set_exception(fault)
                else:
                    end.set_result(self._abandoned if refreshed is None else refreshed)


def _result(end: "asyncio.Future[Result]") -> Result | None:
    return end.result() if end.done() and not end.cancelled() and not end.exception() else None
