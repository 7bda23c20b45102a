"""Keeps `charts.artist_chart_presence` in step with the charts: one process at a time, over all machines.

It is built where it isn't there yet, was made in another shape, or is a day old, since not everything that happens to
a database is told. In between, changes are followed as they come; where MongoDB tells of none, the times of the scrapes
are compared.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

import structlog

from services.charts.entries import SHAPE
from services.charts.following import ChartFollower
from services.charts.rebuild import PresenceRebuild, Told, untold
from services.keeping import LEASE, PAUSE_S, Held, Keeping
from services.leases import Leases
from services.model.presence import PresenceState
from services.store import ChangesUnavailable, Store

SUBJECT = "chart_presence"
BUILD_EVERY = timedelta(days=1)
# How often the collections are looked at where MongoDB tells of no changes.
LOOK_EVERY = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class PresenceIndex:
    """Builds the index and follows; what it does is seen through `ChartPresenceReader`."""

    def __init__(
        self,
        store: Store,
        leases: Leases,
        *,
        clock: Callable[[], datetime],
        lease: timedelta = LEASE,
        pause_s: float = PAUSE_S,
        look_every: timedelta = LOOK_EVERY,
    ) -> None:
        self._index = store.chart_presence
        self._documents = store.chart_documents
        self._follower = ChartFollower(store)
        self._leases = leases
        self._clock = clock
        self._ttl = lease
        self._look_every_s = look_every.total_seconds()
        self._keeping = Keeping(store, leases, SUBJECT, lease=lease, pause_s=pause_s)
        self._rebuild = PresenceRebuild(store, leases, clock=clock, lease=lease)

    def kept(self) -> AbstractAsyncContextManager[None]:
        """Keeps the index beside what the context does, whatever happens to MongoDB meanwhile."""
        return self._keeping.kept(self._keep_under)

    async def size(self) -> int:
        """How many documents a build goes over, as MongoDB's own books have it; raises StoreUnavailable."""
        return await self._documents.count()

    async def rebuild(self, told: Told = untold) -> int | None:
        """Build the index anew, and have it read instead of the one that is; how many rows it has.

        None where another process builds it. Raises StoreUnavailable.
        """
        return await self._rebuild.run(told)

    async def charts_stored(self) -> None:
        """Take over what was stored before this call: for who writes charts. Raises StoreUnavailable.

        Who keeps the index meanwhile does so by itself, and where there is none yet, nothing is to be done.
        """
        if held := await self._keeping.take():
            try:
                state = await self._index.state()
                if state.shape == SHAPE:
                    await self._catch_up(held, state)
            finally:
                await held.give_back()

    async def _catch_up(self, held: Held, state: PresenceState) -> None:
        if not await self._is_in_step(held, state, until_idle=True):
            await self._build(held)

    async def _keep_under(self, held: Held) -> None:
        """Until the lease is lost."""
        while await held.goes_on():
            state = await self._index.state()
            if self._is_due(state) or not await self._is_in_step(held, state):
                if await self._build(held) is None:
                    await asyncio.sleep(self._keeping.pause_s)
                    continue
                state = await self._index.state()
            if state.position is None:
                async with self._leases.renewed(held.lease, ttl=self._ttl):
                    await asyncio.sleep(self._look_every_s)

    def _is_due(self, state: PresenceState) -> bool:
        if state.shape != SHAPE or state.built_at is None:
            return True
        return self._clock() - state.built_at >= BUILD_EVERY

    async def _is_in_step(self, held: Held, state: PresenceState, *, until_idle: bool = False) -> bool:
        """Take over what happens to the charts; False where the index has to be built for that."""

        async def is_over(idle: bool) -> bool:
            return (until_idle and idle) or await self._is_over(held, state)

        if state.position is None:
            return await self._documents.stamps() == (state.stamps or {})
        try:
            followed = await self._follower.follow(state.position, generation=state.generation, is_over=is_over)
        except ChangesUnavailable as unavailable:
            log.info("chart_index_not_followed", cause=str(unavailable))
            return False
        return not followed.met_all

    async def _is_over(self, held: Held, state: PresenceState) -> bool:
        """Whether the lease is lost, or what is read is another index or due: somebody may have built or dropped it."""
        if not held.is_time_to_ask():
            return False
        if not await held.goes_on():
            return True
        read = await self._index.state()
        await self._rebuild.sweep(read)
        return read.generation != state.generation or self._is_due(read)

    async def _build(self, held: Held) -> int | None:
        async with self._leases.renewed(held.lease, ttl=self._ttl):
            return await self._rebuild.run()
