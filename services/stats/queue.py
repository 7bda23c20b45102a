"""The refreshes of this process that are under way or wait their turn: each artist once, a bounded number at a time.

Those that somebody waits for come first, then the others, each in the order they came. A refresh goes on when the
client that asked has gone.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

import telemetry
from services.errors import StoreUnavailable
from services.model.refresh import Refreshed, RefreshOutcome

AT_ONCE = 16
LONGEST_QUEUE = 5000

Run = Callable[..., Awaitable[Refreshed]]

log = structlog.get_logger(__name__)


class RefreshQueue:
    """Runs refreshes; `run(artist_id, forced=…)` is what a refresh is."""

    def __init__(self, run: Run, *, at_once: int = AT_ONCE) -> None:
        self._run = run
        self._at_once = at_once
        self._waited: OrderedDict[int, bool] = OrderedDict()
        self._others: OrderedDict[int, bool] = OrderedDict()
        self._ends: dict[int, asyncio.Future[Refreshed]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    def __contains__(self, artist_id: int) -> bool:
        return artist_id in self._ends

    def ask(self, artist_id: int, *, forced: bool = False, waited: bool = True) -> "asyncio.Future[Refreshed] | None":
        """The end of the artist's refresh, which is begun or joined; None where the queue is full.

        Waiting for it is to be shielded: the future is shared. It raises StoreUnavailable.
        """
        end = self._ends.get(artist_id)
        if end is None:
            if self._closed or len(self._ends) >= LONGEST_QUEUE:
                telemetry.REFRESHES_REFUSED.inc()
                return None
            end = self._ends[artist_id] = asyncio.get_running_loop().create_future()
            # Nobody may be there to take an error, which is logged and counted where it is met.
            end.add_done_callback(lambda done: done.cancelled() or done.exception())
            (self._waited if waited else self._others)[artist_id] = forced
            self._begin()
        elif waited and artist_id in self._others:
            self._waited[artist_id] = self._others.pop(artist_id) or forced
        self._tell_length()
        return end

    async def close(self) -> None:
        """Give up what waits, and what runs too."""
        self._closed = True
        self._waited.clear()
        self._others.clear()
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)
        for end in self._ends.values():
            end.cancel()
        self._ends.clear()

    def _begin(self) -> None:
        while len(self._running) < self._at_once and (self._waited or self._others):
            artist_id, forced = (self._waited or self._others).popitem(last=False)
            task = asyncio.create_task(self._one(artist_id, forced=forced))
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._begin()
        self._tell_length()

    def _tell_length(self) -> None:
        telemetry.REFRESH_QUEUE.set(len(self._waited) + len(self._others))

    async def _one(self, artist_id: int, *, forced: bool) -> None:
        end = self._ends[artist_id]
        refreshed: Refreshed | None = None
        fault: Exception | None = None
        try:
            refreshed = await self._run(artist_id, forced=forced)
        except StoreUnavailable as error:
            fault = error
        except Exception as error:
            log.exception("refresh_broke", artist_id=artist_id)
            telemetry.REFRESHES.labels("broke").inc()
            fault = error
        finally:
            self._ends.pop(artist_id, None)
            with suppress(asyncio.InvalidStateError):
                if refreshed is not None:
                    end.set_result(refreshed)
                elif fault is not None:
                    end.set_exception(fault)
                else:
                    end.set_result(Refreshed(RefreshOutcome.ABANDONED))
