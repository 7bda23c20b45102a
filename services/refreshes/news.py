"""News of refreshes that ended, in whatever process: who waits for one is woken, who subscribed is told.

One find over all that anybody listens for, of what ended since the last one, when a change stream tells that something
ended; where MongoDB offers none, every half second. Nobody listening costs nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import datetime, timedelta

import structlog

from services.errors import StoreUnavailable
from services.model.refresh import RefreshState
from services.store import ChangesUnavailable, Store
from services.store.leases import COLLECTION, ENDS
from services.store.tasks import end_tasks

POLL_S = 0.5
# Beside a change stream: for what it may have missed while it was opened anew.
SAFETY_POLL_S = 5.0
# Ends may come to be seen out of their order, the more so when another server of the replica set takes over.
OVERLAP = timedelta(seconds=10)

log = structlog.get_logger(__name__)


class Listener:
    """What one listener is told: each state that changed, in the order in which MongoDB has them.

    Who is slower than refreshes end is told of a subject's last end alone, so no more wait than there are subjects.
    """

    def __init__(self, subjects: Collection[str], since: datetime | None) -> None:
        self.subjects = frozenset(subjects)
        self._seen: dict[str, datetime | None] = dict.fromkeys(self.subjects, since)
        self._news: dict[str, RefreshState] = {}
        self._any = asyncio.Event()

    def tell(self, state: RefreshState) -> None:
        """Take the state where its refresh ended after what is known."""
        seen = self._seen[state.subject]
        if state.ended_at and (seen is None or state.ended_at > seen):
            self._seen[state.subject] = state.ended_at
            self._news.pop(state.subject, None)
            self._news[state.subject] = state
            self._any.set()

    def ignore_before(self, states: Collection[RefreshState]) -> None:
        """Take what these tell as known already."""
        for state in states:
            self._seen[state.subject] = state.ended_at

    def waiting(self) -> int:
        """How many are to be told."""
        return len(self._news)

    async def next(self) -> RefreshState:
        """The next refresh that ended."""
        await self._wait()
        return self._news.pop(next(iter(self._news)))

    async def all_next(self) -> list[RefreshState]:
        """The next refreshes that ended: one at least, and all that are to be told."""
        await self._wait()
        states, self._news = list(self._news.values()), {}
        return states

    async def _wait(self) -> None:
        while not self._news:
            self._any.clear()
            await self._any.wait()


class RefreshNews:
    """Tells listeners of refreshes that ended."""

    def __init__(self, store: Store) -> None:
        self._leases = store.leases
        self._mongo = store.mongo
        self._listeners: set[Listener] = set()
        self._wake = asyncio.Event()
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._ending: set[asyncio.Task[None]] = set()
        self._streaming = False
        self._looked_to: datetime | None = None

    @asynccontextmanager
    async def listen(self, subjects: Collection[str], *, since: datetime | None = None) -> AsyncIterator[Listener]:
        """A listener for the subjects: of refreshes that ended after `since`, else of those that end from now on.

        Raises StoreUnavailable.
        """
        listener = Listener(subjects, since)
        if since is None:
            listener.ignore_before((await self._leases.states(listener.subjects)).values())
        self._listeners.add(listener)
        try:
            self._begin()
            if since is not None:
                for state in await self._leases.ended_since(listener.subjects, since):
                    listener.tell(state)
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners:
                self._end()

    @property
    def is_looking(self) -> bool:
        """Whether anybody listens."""
        return bool(self._tasks)

    def wake(self) -> None:
        """Look now: a refresh of this process has ended."""
        self._wake.set()

    async def close(self) -> None:
        """Stop looking."""
        self._end()
        if self._ending:
            await asyncio.wait(self._ending)

    def _begin(self) -> None:
        if not self._tasks:
            self._looked_to = None
            self._tasks = (asyncio.create_task(self._poll()), asyncio.create_task(self._stream()))
        self.wake()

    def _end(self) -> None:
        """Have the looking end by itself: who has listened may be given up in the middle of a wait for that."""
        tasks, self._tasks = self._tasks, ()
        if tasks:
            ending = asyncio.create_task(end_tasks(*tasks))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    async def _poll(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(SAFETY_POLL_S if self._streaming else POLL_S):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._look()
            except StoreUnavailable:
                continue  # logged and counted where it was met; the next look comes
            except Exception:
                # Who listens would never be told of anything again.
                log.exception("refresh_news_broke")

    async def _look(self) -> None:
        subjects = frozenset[str]().union(*(listener.subjects for listener in self._listeners))
        since = self._looked_to and self._looked_to - OVERLAP
        for state in await self._leases.ended_since(subjects, since):
            self._looked_to = state.ended_at
            for listener in self._listeners:
                if state.subject in listener.subjects:
                    listener.tell(state)

    async def _stream(self) -> None:
        """Wake at every end; where there is no stream, the polling is all."""
        while True:
            try:
                async with aclosing(self._mongo.changes(COLLECTION, ENDS)) as changes:
                    async for change in changes:
                        self._streaming = True
                        if change is not None:
                            self.wake()
            except ChangesUnavailable as unavailable:
                log.info("refresh_news_polled", cause=str(unavailable))
                return
            except StoreUnavailable:
                await asyncio.sleep(POLL_S)
            except Exception:
                log.exception("refresh_news_broke")
                return
            finally:
                self._streaming = False
