"""One series' fetch: lease, pages, points. Over all processes one at a time for an artist and platform.

Each page is stored as it comes, and then how far the fetch is: one that was broken off goes on from there, in whatever
order the days come. Points need no fence, being the same whoever writes them; the progress is kept by the lease's owner
alone.
"""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

import telemetry
from services.freshness import POPULARITY
from services.model.backfill import Backfilled, BackfillState, Progress, SeriesKey
from services.model.lease import Lease
from services.model.refresh import RefreshOutcome
from services.popularity.due import is_due, is_fresh, next_after, rest_after, subject_of, to_fetch
from services.providers import PopularityPage, SoundchartsPopularity
from services.refreshes import RefreshQueue, Turns
from services.store import Store
from services.transport import ProviderError

# Calls to Soundcharts are made one after the other in each, beside those for stats, of which eight may be under way.
AT_ONCE = 4

BackfillQueue = RefreshQueue[SeriesKey, Backfilled]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Tally:
    """What a fetch has done so far."""

    pages: int = 0
    written: int = 0
    newest: str | None = None
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, page: PopularityPage, written: int) -> None:
        self.pages += 1
        self.written += written
        self.newest = max((point["date"] for point in page.points), default=self.newest)
        self.dropped.update(page.dropped)


@dataclass(frozen=True, slots=True)
class PopularityBackfill:
    """Fetches one series at a call."""

    store: Store
    turns: Turns
    soundcharts: SoundchartsPopularity
    clock: Callable[[], datetime]

    async def run(self, series: SeriesKey, /, *, forced: bool) -> Backfilled:
        """Fetch what is due; where somebody else is at it, wait for that one's end and take its result.

        Raises StoreUnavailable.
        """
        async with self.turns.at(subject_of(series.artist_id, series.platform)) as turn:
            filled = await self._under_lease(turn.lease, series, forced=forced and turn.is_first)
        telemetry.BACKFILLS.labels(filled.outcome).inc()
        return filled

    async def _under_lease(self, lease: Lease, series: SeriesKey, *, forced: bool) -> Backfilled:
        began, now = time.perf_counter(), self.clock()
        state = (await self.store.backfills.states([lease.subject])).get(lease.subject, BackfillState())
        last_day = (await self.store.popularity.last_days([series.artist_id], series.platform)).get(series.artist_id)
        # Who had the lease before may have ended between the reader's look and ours.
        if not forced and not is_due(last_day, state, now):
            await self.turns.leases.release(lease)
            return Backfilled(RefreshOutcome.ELSEWHERE, error=state.error if state.rests(now) else None)
        progress, tally, error = to_fetch(last_day, state, now.date()), _Tally(), None
        outcome = RefreshOutcome.REFRESHED
        try:
            if not await self._fetch(lease, series, progress, tally):
                outcome = RefreshOutcome.ABANDONED
        except ProviderError as fault:
            outcome, error = RefreshOutcome.FAILED, f"{self.soundcharts.source}: {fault}"
        await self._end(lease, state, last_day, tally, outcome, error)
        filled = Backfilled(outcome, tally.written, tally.pages, error)
        _log(series, progress, filled, tally, time.perf_counter() - began)
        return filled

    async def _fetch(self, lease: Lease, series: SeriesKey, progress: Progress, tally: _Tally) -> bool:
        """Fetch and store all pages; False where the lease was lost on the way. Raises ProviderError."""
        today, following = self.clock().date(), next_after(progress, self.clock().date())
        pages = self.soundcharts.pages(series.soundcharts_uuid, series.platform, progress, today=today)
        async with aclosing(pages):
            async for page in pages:
                await self._land(series, page, tally)
                kept = page.following or following
                if kept and not await self.store.backfills.keep(lease, kept):
                    return False
        return await self._fetch(lease, series, following, tally) if following else True

    async def _land(self, series: SeriesKey, page: PopularityPage, tally: _Tally) -> None:
        source = self.soundcharts.point_source
        written = await self.store.backfills.land(series, page.points, source=source, at=self.clock())
        tally.add(page, written)
        telemetry.POPULARITY_PAGES.inc()
        telemetry.POPULARITY_POINTS.inc(written)
        for reason, dropped in page.dropped.items():
            telemetry.POPULARITY_DROPPED.labels(reason).inc(dropped)

    async def _end(
        self,
        lease: Lease,
        state: BackfillState,
        last_day: str | None,
        tally: _Tally,
        outcome: RefreshOutcome,
        error: str | None,
    ) -> None:
        """Give the lease back, with what is kept of how it ended."""
        if outcome is RefreshOutcome.ABANDONED:
            return
        if outcome is RefreshOutcome.FAILED:
            await self.turns.leases.end(lease, error=error, retry_in=POPULARITY.retry_after_failure)
            return
        is_newer = tally.newest is not None and (last_day is None or tally.newest > last_day)
        nothing_newer = 0 if is_newer else state.nothing_newer + 1
        await self.store.backfills.finish(lease, nothing_newer=nothing_newer)
        await self.turns.leases.end(lease, retry_in=self._rest(nothing_newer, max(tally.newest or "", last_day or "")))

    def _rest(self, nothing_newer: int, newest: str) -> timedelta | None:
        """How long readers leave it alone. One that has ended long ago is as good as one that brought nothing newer."""
        return rest_after(nothing_newer) or (None if is_fresh(newest, self.clock()) else rest_after(1))


def queue_of(backfill: PopularityBackfill) -> BackfillQueue:
    """A queue of its fetches."""
    return RefreshQueue(
        POPULARITY.subject,
        backfill.run,
        outcomes=telemetry.BACKFILLS,
        abandoned=Backfilled(RefreshOutcome.ABANDONED),
        at_once=AT_ONCE,
    )


def _log(series: SeriesKey, progress: Progress, filled: Backfilled, tally: _Tally, took_s: float) -> None:
    log.info(
        "backfill",
        artist_id=series.artist_id,
        platform=series.platform,
        outcome=filled.outcome,
        since=progress.start.isoformat(),
        offset=progress.offset,
        pages=filled.pages_fetched,
        points=filled.points_written,
        dropped=dict(tally.dropped),
        error=filled.error,
        duration_ms=round(took_s * 1000),
    )
