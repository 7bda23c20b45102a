"""Soundcharts' popularity of an artist on a platform, page by page: `GET /api/v2/artist/{uuid}/popularity/{platform}`.

The whole range is asked for; where that is refused, windows of 90 days, its limit until November 2025. Of a date the
first ten characters are the day, whatever its offset, and 0 is an unknown value. Days come irregularly and maybe in
another order. Whether a page follows is Soundcharts' word; where it begins is counted here, so that no address is
followed and none is visited twice.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.backfill import Progress
from services.model.popularity import Point, PopularityPlatform
from services.providers.answers import is_page, is_unknown, peeked, shaped
from services.providers.ids import UUID, fitting
from services.providers.protocol import Access, signed
from services.providers.soundcharts import ROW
from services.providers.soundcharts_calls import body_of_soundcharts, credentials_of
from services.providers.values import count
from services.transport import (
    Answer,
    ProviderClient,
    ProviderForbids,
    ProviderRefused,
    ProviderUnreadable,
    Request,
    quoted,
)

PAGE_SIZE = 100
SPAN_DAYS = 90
# Two thousand days make 21 pages, and some five times as many where Soundcharts gives fewer points than were asked for.
MOST_PAGES = 250
FIRST_DAY_THAT_CAN_BE = date(2000, 1, 1)
# What the points' `source` is, which others wrote before us.
POINT_SOURCE = "soundchart"


class _Item(TypedDict):
    date: str
    value: NotRequired[object]


class _Page(TypedDict):
    offset: int
    limit: int
    total: int
    next: str | None


class _Series(TypedDict):
    items: list[_Item]
    page: _Page


_SERIES = TypeAdapter(_Series)


@dataclass(frozen=True, slots=True)
class PopularityPage:
    """The usable points of a page, what it had beside them by reason, and where to go on once it is stored.

    `following` is None after the last page. The reasons are `unknown`, `value`, `date` and `duplicate`.
    """

    points: Sequence[Point]
    dropped: Mapping[str, int]
    following: Progress | None


@dataclass(frozen=True, slots=True)
class SoundchartsPopularity:
    """Series of popularity, asked for within the limits that all calls to Soundcharts share."""

    client: ProviderClient
    access: Access
    page_timeout_s: float
    page_size: int = PAGE_SIZE

    @property
    def source(self) -> str:
        """What its faults are signed with."""
        return signed(ROW.name, sandbox=self.access.sandbox)

    @property
    def point_source(self) -> str:
        """What its points are signed with."""
        return signed(POINT_SOURCE, sandbox=self.access.sandbox)

    async def pages(
        self, uuid: str, platform: PopularityPlatform, progress: Progress, *, today: date
    ) -> AsyncGenerator[PopularityPage]:
        """The pages from where the progress is; an empty one of an artist that isn't known. No day is after `today`.

        Raises ProviderError, also where pages repeat, are empty before the end, or are more than MOST_PAGES.
        """
        if fitting(UUID, uuid) is None:
            raise ProviderRefused("was not asked: what is stored as the artist's id there is none")
        path = f"/api/v2/artist/{quoted(uuid.strip())}/popularity/{platform.value}"
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            page = await self._page(path, progress, seen, today)
            if page is None:
                progress = replace(progress, span=SPAN_DAYS, offset=0)
                continue
            yield page
            if page.following is None:
                return
            progress = page.following
        raise ProviderUnreadable(f"has more than {MOST_PAGES} pages")

    async def _page(self, path: str, asked: Progress, seen: set[str], today: date) -> PopularityPage | None:
        """The page where the progress is, its days added to those that were seen; None where its window is refused."""
        params: dict[str, str | int] = {
            "startDate": str(asked.window.start),
            "endDate": str(asked.window.end),
            "offset": asked.offset,
            "limit": self.page_size,
        }
        request = Request(path, params=params, headers=credentials_of(self.access))
        read = partial(_page_of, asked=asked, size=self.page_size, seen=frozenset(seen), today=today)
        deadline = asyncio.get_running_loop().time() + self.page_timeout_s
        page = await self.client.ask(request, read, deadline=deadline)
        if page is not None:
            seen.update(point["date"] for point in page.points)
        return page


def _page_of(
    answer: Answer, *, asked: Progress, size: int, seen: Collection[str], today: date
) -> PopularityPage | None:
    if answer.status == 403 and not is_page(answer):
        raise ProviderForbids("refused the popularity: it may not be in the plan")
    if _refuses_window(answer):
        if asked.span is not None:
            raise ProviderUnreadable(f"refuses a window of {SPAN_DAYS} days")
        return None
    if is_unknown(answer):
        if asked.offset:
            raise ProviderUnreadable("doesn't know the artist any more")
        return PopularityPage((), {}, None)
    series = shaped(_SERIES, body_of_soundcharts(answer))
    items, page = series["items"], series["page"]
    if page["offset"] != asked.offset:
        raise ProviderUnreadable("gave another page than was asked for")
    if not items and (page["next"] is not None or page["total"] > asked.offset):
        raise ProviderUnreadable("gave an empty page before the end")
    kept = _Kept(seen, today)
    kept.take(items)
    step = page["limit"] if 0 < page["limit"] < size else size
    following = asked.past_window() if page["next"] is None else replace(asked, offset=asked.offset + step)
    return PopularityPage(kept.points, kept.dropped, following)


def _refuses_window(answer: Answer) -> bool:
    """Whether the dates are what it complains of."""
    if answer.status != 400 or is_page(answer):
        return False
    errors = peeked(answer, "errors")
    return isinstance(errors, list) and any(isinstance(e, dict) and e.get("key") == "argument" for e in errors)


class _Kept:
    """The points of a page that can be used."""

    def __init__(self, seen: Collection[str], today: date) -> None:
        self._seen = seen
        self._today = today
        self.points: list[Point] = []
        self._days: set[str] = set()
        self.dropped: Counter[str] = Counter()

    def take(self, items: Sequence[_Item]) -> None:
        """Keep what is a point; raises ProviderUnreadable where nothing is, and where everything came before."""
        for item in items:
            if reason := self._refused(item):
                self.dropped[reason] += 1
        if items and self.dropped["duplicate"] == len(items):
            raise ProviderUnreadable("gave a page again")
        if items and self.dropped["value"] + self.dropped["date"] == len(items):
            raise ProviderUnreadable("gave a page without a usable point")

    def _refused(self, item: _Item) -> str | None:
        """Why it is no point; None where it is kept as one."""
        day = _day(item["date"])
        if day is None or not FIRST_DAY_THAT_CAN_BE <= day <= self._today:
            return "date"
        written, value = day.isoformat(), item.get("value")
        if written in self._seen or written in self._days:
            return "duplicate"
        number = count(value)
        if number is None or number > 100:
            return "unknown" if _is_unknown(value) else "value"
        self._days.add(written)
        self.points.append(Point(date=written, value=number))
        return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if day.isoformat() == text[:10] else None


def _is_unknown(value: object) -> bool:
    return value is None or value == "0" or (value == 0 and value is not False)
