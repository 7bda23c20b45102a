"""The door to an artist's popularity: everything that reads it, on whatever surface, goes through here.

Nothing is fetched yet: the stored points are answered, and `meta` says how old they are.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from services.errors import BadInput, NotFound
from services.freshness import POPULARITY, Freshness, ReadMode, end_of_day, judge
from services.model.artist import Artist
from services.model.popularity import (
    Interval,
    Point,
    PopularityMeta,
    PopularityPlatform,
    PopularitySeries,
    PopularitySummary,
    Window,
)
from services.store import Store

NO_PROVIDER = "No provider is configured."
MAX_SPARKLINE_POINTS = 1000
SPARKLINE_DAYS = 365


class PopularityReader:
    """Reads series of many artists at once: at most three commands for a platform, whatever the number of artists."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

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
        ids = [artist.id for artist in artists if artist.soundcharts_uuid]
        if not ids:
            return [None] * len(artists)
        points, summaries, last_days = await asyncio.gather(
            self._points(ids, platform, window, interval) if "items" in fields else _nothing(),
            self._summaries(ids, platform) if "summary" in fields else _nothing(),
            self._store.popularity.last_days(ids, platform)
            if "meta" in fields and "summary" not in fields
            else _nothing(),
        )
        found: list[PopularitySeries | None] = []
        for artist in artists:
            if not artist.soundcharts_uuid:
                found.append(None)
                continue
            summary = summaries.get(artist.id)
            last_day = summary.current["date"] if summary else last_days.get(artist.id)
            meta = self._meta(last_day, mode) if "meta" in fields else None
            found.append(PopularitySeries(artist.id, platform, window, points.get(artist.id, ()), meta, summary))
        return found

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

    async def _points(
        self, ids: Sequence[int], platform: PopularityPlatform, window: Window, interval: Interval
    ) -> dict[int, list[Point]]:
        if interval is Interval.DAY:
            return await self._store.popularity.points(ids, platform, window)
        return await self._store.popularity.means(ids, platform, window, interval)

    async def _summaries(self, ids: Sequence[int], platform: PopularityPlatform) -> dict[int, PopularitySummary]:
        return await self._store.popularity.summaries(ids, platform)

    async def _last_values(
        self, ids: Sequence[int], platform: PopularityPlatform, window: Window, points: int
    ) -> dict[int, list[int | None]]:
        today = self._clock().date()
        end = window.end or max(today, window.start or today)
        start = window.start or end - min(timedelta(days=SPARKLINE_DAYS - 1), end - date.min)
        return await self._store.popularity.last_values(ids, platform, start=start, end=end, spans=points)

    def _meta(self, last_day: str | None, mode: ReadMode) -> PopularityMeta:
        aged_from = end_of_day(date.fromisoformat(last_day)) if last_day else None
        fresh = judge(POPULARITY, aged_from, now=self._clock()) is Freshness.FRESH
        due = mode.refresh or (not fresh and not mode.stored_only)
        return PopularityMeta(
            fresh=fresh,
            last_date=last_day,
            refreshed=False,
            points_written=0,
            pages_fetched=0,
            error=NO_PROVIDER if due else None,
        )


def check_window(window: Window) -> None:
    """Raise BadInput where the window ends before it starts."""
    if window.start and window.end and window.end < window.start:
        raise BadInput(f"endDate {window.end} is before startDate {window.start}.")


async def _nothing() -> dict[int, Any]:
    return {}
