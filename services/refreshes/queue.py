"""The refreshes of this process that are under way or wait their turn: each once, a bounded number at a time.

Those that somebody waits for come first, then the others, each in the order they came. A refresh goes on when the
client that asked has gone.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Hashable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

import structlog
from prometheus_client import Counter

import telemetry
from services.errors import StoreUnavailable
from services.freshness import ReadMode
from services.store.tasks import end_tasks

AT_ONCE = 16
LONGEST_QUEUE = 5000
# The longest that a request waits for refreshes, however many it needs.
MAX_WAIT_S = 20.0
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
    """Runs the refreshes of one subject, counted as `outcomes`; one that is given up ends with `abandoned`."""

    def __init__(
        self, subject: str, run: Run[Key, Result], *, outcomes: Counter, abandoned: Result, at_once: int = AT_ONCE
    ) -> None:
        self._subject = subject
        self._run = run
        self._outcomes = outcomes
        self._abandoned = abandoned
        self._at_once = at_once
        self._waited: OrderedDict[Key, bool] = OrderedDict()
        self._others: OrderedDict[Key, bool] = OrderedDict()
        self._ends: dict[Key, asyncio.Future[Result]] = {}
        self._running: set[asyncio.Task[None]] = set()
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
            await asyncio.wait(ends.values(), timeout=wait_s)
        return {key: _result(end) for key, end in ends.items()}

    def ask(self, key: Key, *, forced: bool = False, waited: bool = True) -> "asyncio.Future[Result] | None":
        """The end of the refresh, which is begun or joined; None where the queue is full.

        Waiting for it is to be shielded: the future is shared. It raises StoreUnavailable.
        """
        end = self._ends.get(key)
        if end is None:
            if self._closed or len(self._ends) >= LONGEST_QUEUE:
                telemetry.REFRESHES_REFUSED.labels(self._subject).inc()
                return None
            end = self._ends[key] = asyncio.get_running_loop().create_future()
            # Nobody may be there to take an error, which is logged and counted where it is met.
            end.add_done_callback(lambda done: done.cancelled() or done.exception())
            (self._waited if waited else self._others)[key] = forced
            self._begin()
        elif waited and key in self._others:
            self._waited[key] = self._others.pop(key) or forced
        elif key in self._waited:
            self._waited[key] = self._waited[key] or forced
        self._tell_length()
        return end

    async def close(self) -> None:
        """Give up what waits, and what runs too."""
        self._closed = True
        self._waited.clear()
        self._others.clear()
        await end_tasks(*self._running)
        for end in self._ends.values():
            end.cancel()
        self._ends.clear()

    def _begin(self) -> None:
        while len(self._running) < self._at_once and (self._waited or self._others):
            key, forced = (self._waited or self._others).popitem(last=False)
            task = asyncio.create_task(self._one(key, forced=forced))
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._begin()
        self._tell_length()

    def _tell_length(self) -> None:
        telemetry.REFRESH_QUEUE.labels(self._subject).set(len(self._waited) + len(self._others))

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
