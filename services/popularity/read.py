"""The door to an artist's popularity: everything that reads it, on whatever surface, goes through here.

The answer is always the stored points. What is due is fetched first, as far as the reader wants to wait, and `meta`
tells what that did.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.errors import BadInput, NotFound
from services.freshness import ReadMode
from services.model.artist import Artist
from services.model.backfill import Backfilled, BackfillState
from services.model.popularity import (
    Interval,
    Point,
    PopularityMeta,
    PopularityPlatform,
    PopularitySeries,
    PopularitySummary,
    Window,
)
from services.model.refresh import RefreshOutcome
from services.popularity.backfill import BackfillQueue
from services.popularity.due import is_fresh, subject_of
from services.popularity.gate import NO_PROVIDER, PopularityGate
from services.store import StatesBeside, Store

MAX_SPARKLINE_POINTS = 1000
SPARKLINE_DAYS = 365


@dataclass(frozen=True, slots=True)
class _Asked:
    platform: PopularityPlatform
    window: Window
    interval: Interval
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is stored, by artist."""

    points: dict[int, list[Point]]
    summaries: dict[int, PopularitySummary]
    last_days: dict[int, str]

    def update(self, later: "_Stored") -> None:
        self.points.update(later.points)
        self.summaries.update(later.summaries)
        self.last_days.update(later.last_days)


class PopularityReader:
    """Reads series of many artists at once, by a number of commands that doesn't depend on how many they are."""

    def __init__(
        self, store: Store, *, clock: Callable[[], datetime], queue: BackfillQueue | None, refresh_on_read: bool = True
    ) -> None:
        self._store = store
        self._clock = clock
        self._gate = PopularityGate(clock=clock, queue=queue, refresh_on_read=refresh_on_read)

    async def many(
        self,
        artists: Sequence[Artist],
        *,
        platform: PopularityPlatform,
        window: Window,
        interval: Interval,
        mode: ReadMode,
        fields: frozenset[str],
    ) -> list[PopularitySeries | None]:
        """The series in the order asked, with `fields` of it filled; None for an artist without `soundcharts_uuid`.

        Raises BadInput for a window that ends before it starts, StoreUnavailable.
        """
        check_window(window)
        asked = _Asked(platform, window, interval, fields)
        known = [artist for artist in artists if artist.soundcharts_uuid]
        stored, told = await self._filled(known, asked, mode)
        return [
            self._series(artist.id, asked, stored, told.get(artist.id), mode) if artist.soundcharts_uuid else None
            for artist in artists
        ]

    async def one(
        self, artist: Artist, *, platform: PopularityPlatform, window: Window, mode: ReadMode, fields: frozenset[str]
    ) -> PopularitySeries:
        """The artist's series by days; raises NotFound without a `soundcharts_uuid`, BadInput, StoreUnavailable."""
        (series,) = await self.many(
            [artist], platform=platform, window=window, interval=Interval.DAY, mode=mode, fields=fields
        )
        if series is None:
            raise NotFound(f"Artist {artist.id} has no popularity: it is not known at Soundcharts.")
        return series

    async def stored_at(self, artist: Artist, *, platform: PopularityPlatform, window: Window) -> dict[str, datetime]:
        """When each of the artist's days was last written, for the days that tell it; raises StoreUnavailable."""
        found = await self._store.popularity.stored_at([artist.id], platform, window)
        return found.get(artist.id, {})

    async def fetches(self, artist: Artist) -> dict[PopularityPlatform, BackfillState]:
        """How the fetches of the artist's series stand, by platform. One find; raises StoreUnavailable."""
        subjects = {platform: subject_of(artist.id, platform) for platform in PopularityPlatform}
        found = await self._store.backfills.states(subjects.values())
        return {platform: found.get(subject, BackfillState()) for platform, subject in subjects.items()}

    async def sparklines(self, series: Sequence[PopularitySeries], *, points: int) -> list[list[int | None]]:
        """For each series the last value in each of `points` equal spans of its window, by default the last 365 days.

        One command for each platform and window among them. Raises BadInput, StoreUnavailable.
        """
        if not 1 <= points <= MAX_SPARKLINE_POINTS:
            raise BadInput(f"points is {points}: 1 to {MAX_SPARKLINE_POINTS} are given.")
        groups: dict[tuple[PopularityPlatform, Window], list[int]] = {}
        for one in series:
            groups.setdefault((one.platform, one.window), []).append(one.artist_id)
        answers = await asyncio.gather(
            *(self._last_values(ids, platform, window, points) for (platform, window), ids in groups.items())
        )
        found = dict(zip(groups, answers, strict=True))
        return [found[one.platform, one.window].get(one.artist_id, [None] * points) for one in series]

    async def _filled(
        self, artists: Sequence[Artist], asked: _Asked, mode: ReadMode
    ) -> tuple[_Stored, dict[int, Backfilled | None]]:
        """What is stored once the gate was passed, and what there is to tell of that, by artist."""
        ids = list({artist.id: None for artist in artists})
        if not (ids and asked.fields and self._gate.has_provider and self._gate.asks(mode)):
            return await self._read(ids, asked), {}
        look = self._gate.look(ids, asked.platform)
        stored = await self._read(ids, asked, beside=look)
        filled = await self._gate.filled(artists, asked.platform, mode, last_days=stored.last_days, states=look.found)
        if filled and mode.max_wait_ms != 0:
            stored.update(await self._read(list(filled), asked))
        return stored, self._gate.resting(look.found) | filled

    async def _read(self, ids: Sequence[int], asked: _Asked, *, beside: StatesBeside | None = None) -> _Stored:
        """What is asked for; with the states `beside` it the newest days too, whatever is asked for."""
        popularity, platform, fields = self._store.popularity, asked.platform, asked.fields
        if not ids:
            return _Stored({}, {}, {})
        looks = "summary" not in fields and (beside is not None or "meta" in fields)
        points, summaries, newest = await asyncio.gather(
            self._points(ids, asked) if "items" in fields else _nothing(),
            popularity.summaries(ids, platform, beside=beside) if "summary" in fields else _nothing(),
            popularity.last_days(ids, platform, beside=beside) if looks else _nothing(),
        )
        return _Stored(points, summaries, newest | {i: s.current["date"] for i, s in summaries.items()})

    async def _points(self, ids: Sequence[int], asked: _Asked) -> dict[int, list[Point]]:
        if asked.interval is Interval.DAY:
            return await self._store.popularity.points(ids, asked.platform, asked.window)
        return await self._store.popularity.means(ids, asked.platform, asked.window, asked.interval)

    async def _last_values(
        self, ids: Sequence[int], platform: PopularityPlatform, window: Window, points: int
    ) -> dict[int, list[int | None]]:
        today = self._clock().date()
        end = window.end or max(today, window.start or today)
        start = window.start or end - min(timedelta(days=SPARKLINE_DAYS - 1), end - date.min)
        return await self._store.popularity.last_values(ids, platform, start=start, end=end, spans=points)

    def _series(
        self, artist_id: int, asked: _Asked, stored: _Stored, filled: Backfilled | None, mode: ReadMode
    ) -> PopularitySeries:
        return PopularitySeries(
            artist_id,
            asked.platform,
            asked.window,
            items=stored.points.get(artist_id, ()),
            meta=self._meta(stored.last_days.get(artist_id), filled, mode) if "meta" in asked.fields else None,
            summary=stored.summaries.get(artist_id),
        )

    def _meta(self, last_day: str | None, filled: Backfilled | None, mode: ReadMode) -> PopularityMeta:
        fresh = is_fresh(last_day, self._clock())
        nobody = not self._gate.has_provider and self._gate.asks(mode) and (mode.refresh or not fresh)
        return PopularityMeta(
            fresh=fresh,
            last_date=last_day,
            refreshed=filled is not None and filled.outcome is RefreshOutcome.REFRESHED,
            points_written=filled.points_written if filled else 0,
            pages_fetched=filled.pages_fetched if filled else 0,
            error=NO_PROVIDER if nobody else filled.error if filled else None,
        )


def check_window(window: Window) -> None:
    """Raise BadInput where the window ends before it starts."""
    if window.start and window.end and window.end < window.start:
        raise BadInput(f"endDate {window.end} is before startDate {window.start}.")


async def _nothing() -> dict[int, Any]:
    return {}
