"""The presence index, built anew: beside the one that is read, which it then replaces at once."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from services.chart_collections import COLLECTIONS, ChartCollection
from services.charts.entries import SHAPE, chart_documents
from services.charts.following import ChartFollower, Gathered
from services.keeping import LEASE, Held
from services.leases import Leases
from services.model.presence import ChartPage, PresenceState
from services.store import ChangesUnavailable, Store

SUBJECT = "chart_presence_rebuild"
PROGRESS_S = 10.0
# Longer than any read that began with the former generation: only then are its rows removed.
READ_FOR = timedelta(minutes=5)

log = structlog.get_logger(__name__)


class Told(Protocol):
    """Who hears of each page of a build: the collection, the documents of the page, the rows that there are by then."""

    def __call__(self, collection: ChartCollection, *, documents: int, rows: int) -> None:
        """Hear of a page."""


def untold(collection: ChartCollection, *, documents: int, rows: int) -> None:
    """Nobody hears of it."""


class PresenceRebuild:
    """Builds the index; one process at a time, whoever keeps it in step meanwhile."""

    def __init__(
        self,
        store: Store,
        leases: Leases,
        *,
        clock: Callable[[], datetime],
        lease: timedelta = LEASE,
    ) -> None:
        self._index = store.chart_presence
        self._documents = store.chart_documents
        self._follower = ChartFollower(store)
        self._leases = leases
        self._clock = clock
        self._ttl = lease

    async def run(self, told: Told = untold) -> int | None:
        """Build all of it, and have it read; how many rows it has.

        None where another process builds it, or the lease was lost to one. Raises StoreUnavailable.
        """
        read = await self._index.state()
        lease = await self._leases.take(SUBJECT, ttl=self._ttl, fence_above=read.generation)
        if lease is None:
            return None
        held = Held(self._leases, lease, self._ttl)
        try:
            await self.sweep(read)
            return await self._build(held, told)
        finally:
            await held.give_back()

    async def sweep(self, read: PresenceState) -> None:
        """Remove what nobody reads any more; raises StoreUnavailable."""
        if read.built_at and self._clock() - read.built_at >= READ_FOR:
            while await self._index.sweep(read.generation):
                pass

    async def _build(self, held: Held, told: Told) -> int | None:
        began = time.monotonic()
        # Taken first: what changes meanwhile is followed afterwards.
        position = await self._documents.position()
        stamps = None if position else await self._documents.stamps()
        async with self._follower.gathered(position) as gathered:
            rows = await self._filled(held, told)
        if rows is None:
            return None
        if position:
            position = await self._caught_up(gathered, held.lease.fence)
        state = PresenceState(SHAPE, held.lease.fence, self._clock(), position, stamps)
        if not await held.goes_on() or not await self._index.take_over(state):
            return None
        log.info("chart_index_built", rows=rows, seconds=round(time.monotonic() - began, 1))
        return rows

    async def _caught_up(self, gathered: Gathered, generation: int) -> Mapping[str, Any] | None:
        """Take over what happened meanwhile; what is to be followed after."""
        try:
            await self._follower.take_over(gathered.changes, generation=generation)
            followed = await self._follower.follow(gathered.position, generation=generation, is_over=_is_idle)
        except ChangesUnavailable as unavailable:
            # Who follows from there is told so too, and builds it again.
            log.warning("chart_index_behind", cause=str(unavailable))
            return gathered.position
        return followed.position

    async def _filled(self, held: Held, told: Told) -> int | None:
        """Add the rows of all collections; how many they are, None where the lease was lost."""
        rows, told_at = 0, time.monotonic()
        for collection in COLLECTIONS:
            page: ChartPage | None = None
            while page is None or not page.is_last:
                page = await self._documents.page_after(collection, page)
                made = await chart_documents(collection, page.documents)
                rows += await self._index.insert(made, generation=held.lease.fence, collection=collection.name)
                told(collection, documents=len(page.documents), rows=rows)
                if held.is_time_to_ask() and not await held.goes_on():
                    return None
                if time.monotonic() - told_at > PROGRESS_S:
                    told_at = time.monotonic()
                    log.info("chart_index_building", collection=collection.name, rows=rows)
        return rows


async def _is_idle(idle: bool) -> bool:
    return idle
