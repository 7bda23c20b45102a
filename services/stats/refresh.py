"""One artist's refresh: lease, tiers, merge, write. Over all processes one at a time for an artist."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

import telemetry
from services.freshness import STATS, Freshness, judge
from services.metrics import METRIC_NAMES
from services.model.artist import Artist
from services.model.lease import Lease
from services.model.merge import Fault
from services.model.refresh import Refreshed, RefreshOutcome
from services.model.stats import SeenStats
from services.providers import OpenProvider
from services.refreshes import RefreshQueue, Turns
from services.stats.merge import gaps, merged
from services.stats.tiers import Asked, ask_tiers
from services.store import Store

NOBODY = "No provider is configured."
NOBODY_CAN = "No provider can be asked: none has an id of the artist."
# What a refresh needs of its artist.
ARTIST_FIELDS = frozenset({"name", "platforms", "viberate_uuid", "songstats_id", "soundcharts_uuid"})

FindArtists = Callable[[Sequence[int]], Awaitable[Sequence[Artist | None]]]
# By artist's id.
StatsQueue = RefreshQueue[int, Refreshed]

log = structlog.get_logger(__name__)


def subject_of(artist_id: int) -> str:
    """What an artist's refresh is called among the leases."""
    return f"stats:{artist_id}"


@dataclass(frozen=True, slots=True)
class StatsRefresh:
    """Refreshes one artist at a call. `find_artists` gives artists with ARTIST_FIELDS."""

    store: Store
    turns: Turns
    providers: Sequence[OpenProvider]
    find_artists: FindArtists
    clock: Callable[[], datetime]
    timeout_s: float

    async def run(self, artist_id: int, /, *, forced: bool) -> Refreshed:
        """Refresh the artist; where somebody else is at it, wait for that one's end and take its result.

        Raises StoreUnavailable.
        """
        async with self.turns.at(subject_of(artist_id)) as turn:
            refreshed = await self._under_lease(turn.lease, artist_id, forced=forced and turn.is_first)
        telemetry.REFRESHES.labels(refreshed.outcome).inc()
        return refreshed

    async def _under_lease(self, lease: Lease, artist_id: int, *, forced: bool) -> Refreshed:
        began = time.perf_counter()
        seen = await self.store.stats.find_for_refresh(artist_id)
        now = self.clock()
        # Who had the lease before may have ended between the reader's look and ours.
        rests = lease.retry_at is not None and lease.retry_at > now
        if not forced and (rests or judge(STATS, seen.stored.updated_at, now=now) is Freshness.FRESH):
            await self.turns.leases.release(lease)
            return Refreshed(RefreshOutcome.ELSEWHERE, seen.stored)
        (artist,) = await self.find_artists([artist_id])
        deadline = asyncio.get_running_loop().time() + self.timeout_s
        asked = await ask_tiers(self.providers, artist or Artist(artist_id), deadline=deadline)
        fence = max(lease.fence, seen.stored.fence + 1)
        refreshed = await (self._keep if asked.anyone_answered else self._fail)(lease, seen, asked, fence)
        _log(artist_id, refreshed, asked, time.perf_counter() - began)
        return refreshed

    async def _keep(self, lease: Lease, seen: SeenStats, asked: Asked, fence: int) -> Refreshed:
        at = self.clock()
        stored = await self.store.stats.write_refresh(
            merged(asked.readings), seen=seen, at=at, error=_told(asked.faults), fence=fence
        )
        if stored is None:
            return await self._overtaken(seen)
        await self.store.history.keep_day(stored, at.date())
        await self.turns.leases.end(lease)
        return Refreshed(RefreshOutcome.REFRESHED, stored)

    async def _fail(self, lease: Lease, seen: SeenStats, asked: Asked, fence: int) -> Refreshed:
        error = _told(asked.faults) or (NOBODY_CAN if self.providers else NOBODY)
        stored = await self.store.stats.write_failure(seen.stored.artist_id, error, fence=fence)
        if stored is None:
            return await self._overtaken(seen)
        await self.turns.leases.end(lease, error=error, retry_in=STATS.retry_after_failure)
        return Refreshed(RefreshOutcome.FAILED, stored)

    async def _overtaken(self, seen: SeenStats) -> Refreshed:
        """The lease had run out, and who took it over has written: that is the result."""
        seen = await self.store.stats.find_for_refresh(seen.stored.artist_id)
        return Refreshed(RefreshOutcome.ABANDONED, seen.stored)


def _told(faults: Sequence[Fault]) -> str | None:
    """The faults in one line."""
    return "; ".join(f"{fault.source}: {fault.told}" for fault in faults) or None


def _log(artist_id: int, refreshed: Refreshed, asked: Asked, took_s: float) -> None:
    log.info(
        "refresh",
        artist_id=artist_id,
        outcome=refreshed.outcome,
        sources=[reading.source for reading in asked.readings if reading.values],
        faults=[fault.source for fault in asked.faults],
        gaps=len(gaps(METRIC_NAMES, asked.readings)),
        duration_ms=round(took_s * 1000),
    )
