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
from datetime import date, datetime

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
class _Fetch:
    """A fetch: what was known when it began, and what it has done so far."""

    lease: Lease
    series: SeriesKey
    state: BackfillState
    last_day: str | None
    pages: int = 0
    written: int = 0
    newest: str | None = None
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, page: PopularityPage, written: int) -> None:
        self.pages += 1
        self.written += written
        days = [point["date"] for point in page.points]
        self.newest = max([*days, self.newest] if self.newest else days, default=None)
        self.dropped.update(page.dropped)

    def ended(self, outcome: RefreshOutcome, error: str | None = None) -> Backfilled:
        return Backfilled(outcome, self.written, self.pages, error)


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
        fetch = await self._begun(lease, series)
        # Who had the lease before may have ended between the reader's look and ours.
        if not forced and not is_due(fetch.last_day, fetch.state, now):
            await self.turns.leases.release(lease)
            return fetch.ended(RefreshOutcome.ELSEWHERE, fetch.state.error if fetch.state.rests(now) else None)
        progress = to_fetch(fetch.last_day, fetch.state, now.date())
        try:
            whole = await self._bring(fetch, progress, now.date())
            filled = await self._finish(fetch) if whole else fetch.ended(RefreshOutcome.ABANDONED)
        except ProviderError as fault:
            filled = await self._fail(fetch, f"{self.soundcharts.source}: {fault}")
        _log(fetch, progress, filled, time.perf_counter() - began)
        return filled

    async def _begun(self, lease: Lease, series: SeriesKey) -> _Fetch:
        states = await self.store.backfills.states([lease.subject])
        last_days = await self.store.popularity.last_days([series.artist_id], series.platform)
        return _Fetch(lease, series, states.get(lease.subject, BackfillState()), last_days.get(series.artist_id))

    async def _bring(self, fetch: _Fetch, progress: Progress, today: date) -> bool:
        """Fetch and store all pages; False where the lease was lost on the way. Raises ProviderError."""
        series, following = fetch.series, next_after(progress, today)
        pages = self.soundcharts.pages(series.soundcharts_uuid, series.platform, progress, today=today)
        async with aclosing(pages):
            async for page in pages:
                await self._land(fetch, page)
                kept = page.following or following
                if kept and not await self.store.backfills.keep(fetch.lease, kept):
                    return False
        return await self._bring(fetch, following, today) if following else True

    async def _land(self, fetch: _Fetch, page: PopularityPage) -> None:
        source = self.soundcharts.point_source
        written = await self.store.backfills.land(fetch.series, page.points, source=source, at=self.clock())
        fetch.add(page, written)
        telemetry.POPULARITY_PAGES.inc()
        telemetry.POPULARITY_POINTS.inc(written)
        for reason, dropped in page.dropped.items():
            telemetry.POPULARITY_DROPPED.labels(reason).inc(dropped)

    async def _finish(self, fetch: _Fetch) -> Backfilled:
        """Readers leave alone what brought nothing newer, and what has ended long ago, which is as good as that."""
        newest = max(fetch.newest or "", fetch.last_day or "")
        nothing_newer = 0 if newest > (fetch.last_day or "") else fetch.state.nothing_newer + 1
        rest = rest_after(nothing_newer) or (None if is_fresh(newest, self.clock()) else rest_after(1))
        await self.store.backfills.finish(fetch.lease, nothing_newer=nothing_newer)
        await self.turns.leases.end(fetch.lease, retry_in=rest)
        return fetch.ended(RefreshOutcome.REFRESHED)

    async def _fail(self, fetch: _Fetch, error: str) -> Backfilled:
        """What has landed stays, and the progress with it."""
        await self.turns.leases.end(fetch.lease, error=error, retry_in=POPULARITY.retry_after_failure)
        return fetch.ended(RefreshOutcome.FAILED, error)


def queue_of(backfill: PopularityBackfill) -> BackfillQueue:
    """A queue of its fetches."""
    return RefreshQueue(
        POPULARITY.subject,
        backfill.run,
        outcomes=telemetry.BACKFILLS,
        abandoned=Backfilled(RefreshOutcome.ABANDONED),
        at_once=AT_ONCE,
    )


def _log(fetch: _Fetch, progress: Progress, filled: Backfilled, took_s: float) -> None:
    log.info(
        "backfill",
        artist_id=fetch.series.artist_id,
        platform=fetch.series.platform,
        outcome=filled.outcome,
        since=progress.start.isoformat(),
        offset=progress.offset,
        pages=filled.pages_fetched,
        points=filled.points_written,
        dropped=dict(fetch.dropped),
        error=filled.error,
        duration_ms=round(took_s * 1000),
    )
