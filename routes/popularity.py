"""An artist's popularity over REST: the series, the summary that the Promoters client shows, and a picture."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from typing_extensions import TypedDict

from routes.answers import Day, JSONAnswer, NotModified, SVGAnswer, unless_known
from routes.parameters import ARTIST_ID, PLATFORM
from routes.requests import mode_of, services_of, today_of, window_of
from routes.spreadsheets import Cell, CSVAnswer, prefers_csv
from services.errors import BadInput, NotFound
from services.freshness import POPULARITY, ReadMode
from services.model.artist import Artist
from services.model.instants import rfc3339
from services.model.popularity import (
    Point,
    PopularityMeta,
    PopularityPlatform,
    PopularitySeries,
    PopularitySummary,
    Window,
)
from services.popularity import draw

HEADER = ("artist_id", "name", "platform", "date", "value", "updated_at")

_ARTIST_FIELDS = frozenset({"name", "soundcharts_uuid"})
_ASKS_NOBODY = ReadMode(stored_only=True)


class SeriesItems(TypedDict):
    """The points, ascending by day."""

    items: Sequence[Point]


class SeriesMeta(TypedDict):
    """How fresh the series is, and what was done for it at this read."""

    artist_id: int
    platform: str
    fresh: Annotated[bool, Field(description=f"Whether lastDate is less than {POPULARITY.max_age.days} days ago.")]
    lastDate: Annotated[Day | None, Field(description="The newest day stored, whatever days were asked for.")]
    refreshed: Annotated[bool, Field(description="Whether this read had it fetched, and all of its pages came.")]
    pointsWritten: Annotated[int, Field(description="How many points were added or changed by that.")]
    pagesFetched: Annotated[int, Field(description="How many pages came, of those that were asked for.")]
    error: Annotated[str | None, Field(description="Why a refresh failed; the stored points are answered still.")]


class SeriesAnswer(TypedDict):
    """The series in its envelope."""

    data: SeriesItems
    meta: SeriesMeta


class SummaryYear(TypedDict):
    """A year's mean, to one decimal, and its highest point."""

    year: int
    average: float
    peak: Point


class Summary(TypedDict):
    """All stored points of a platform, summed up."""

    current: Annotated[Point, Field(description="The newest point.")]
    peak: Annotated[Point, Field(description="The highest point, of equal ones the first.")]
    years: Sequence[SummaryYear]
    change30d: Annotated[int | None, Field(description="The change over 30 days; null where nothing is stored then.")]
    change365d: Annotated[int | None, Field(description="The change over 365 days; null where nothing is stored then.")]


class SummaryAnswer(TypedDict):
    """The summary in its envelope."""

    data: Summary


async def popularity(request: Request) -> JSONAnswer[SeriesAnswer] | CSVAnswer | NotModified:
    """An artist's popularity over time.

    The stored points of the days asked for, ascending; days without a point are left out. What is missing or stale is
    fetched from Soundcharts first, whatever days are asked for, and `meta` tells what that did. `text/csv` gives the
    points for a spreadsheet, and no provider is asked for that.
    """
    as_csv = prefers_csv(request)
    answer = await (_series_csv if as_csv else _series)(request)
    answer.headers["Vary"] = "Accept"
    return answer


async def popularity_summary(request: Request) -> JSONAnswer[SummaryAnswer] | NotModified:
    """An artist's popularity, summed up.

    The newest point, the highest, each year's mean and highest, and the changes over 30 and 365 days. What is missing
    or stale is fetched first.
    """
    artist_id, platform, services = ARTIST_ID.of(request), PLATFORM.of(request), services_of(request.scope)
    artist = await services.artists.one(artist_id, fields=_ARTIST_FIELDS)
    series = await services.popularity.one(
        artist, platform=platform, window=Window(), mode=ReadMode(), fields=frozenset({"summary"})
    )
    summary = series.summary
    if summary is None:
        raise _nothing_stored(artist_id, platform)
    return unless_known(request, (artist_id, platform, summary), lambda: JSONAnswer({"data": _summary(summary)}))


async def popularity_picture(request: Request) -> SVGAnswer | NotModified:
    """An artist's popularity over time, as a picture.

    A line chart of the days asked for, with the highest point and the newest, in light or dark colours as whoever looks
    prefers. The line breaks where days are missing.
    """
    artist_id, platform, services = ARTIST_ID.of(request), PLATFORM.of(request), services_of(request.scope)
    window = window_of(request)
    artist = await services.artists.one(artist_id, fields=_ARTIST_FIELDS)
    series = await services.popularity.one(
        artist, platform=platform, window=window, mode=ReadMode(), fields=frozenset({"items", "meta"})
    )
    last_day = series.meta and series.meta.last_date
    if last_day is None:
        raise _nothing_stored(artist_id, platform)
    name = artist.name or f"Artist {artist_id}"
    facts = (name, platform, window, series.items, last_day)
    return unless_known(request, facts, lambda: SVGAnswer(draw(series, name=name)))


def _nothing_stored(artist_id: int, platform: PopularityPlatform) -> NotFound:
    return NotFound(f"No popularity on {platform} is stored for artist {artist_id}.")


async def _series(request: Request) -> JSONAnswer[SeriesAnswer] | NotModified:
    artist_id, platform, services = ARTIST_ID.of(request), PLATFORM.of(request), services_of(request.scope)
    window, mode = window_of(request), mode_of(request)
    artist = await services.artists.one(artist_id, fields=_ARTIST_FIELDS)
    series = await services.popularity.one(
        artist, platform=platform, window=window, mode=mode, fields=frozenset({"items", "meta"})
    )
    assert series.meta is not None  # noqa: S101  (asked for)
    meta = _meta(series, series.meta)
    facts = (artist_id, platform, series.items, meta)
    return unless_known(request, facts, lambda: JSONAnswer({"data": {"items": series.items}, "meta": meta}))


async def _series_csv(request: Request) -> CSVAnswer | NotModified:
    artist_id, platform, services = ARTIST_ID.of(request), PLATFORM.of(request), services_of(request.scope)
    window = window_of(request)
    if mode_of(request).refresh:
        raise BadInput("A spreadsheet has what is stored: refresh goes with application/json.")
    artist = await services.artists.one(artist_id, fields=_ARTIST_FIELDS)
    series = await services.popularity.one(
        artist, platform=platform, window=window, mode=_ASKS_NOBODY, fields=frozenset({"items"})
    )
    stored_at = await services.popularity.stored_at(artist, platform=platform, window=window)
    rows, name, day = _rows(artist, series, stored_at), f"popularity-{artist_id}-{platform}", today_of(request.scope)
    return unless_known(request, (HEADER, rows), lambda: CSVAnswer(HEADER, rows, name=name, day=day))


def _meta(series: PopularitySeries, meta: PopularityMeta) -> SeriesMeta:
    return {
        "artist_id": series.artist_id,
        "platform": series.platform,
        "fresh": meta.fresh,
        "lastDate": meta.last_date,
        "refreshed": meta.refreshed,
        "pointsWritten": meta.points_written,
        "pagesFetched": meta.pages_fetched,
        "error": meta.error,
    }


def _rows(artist: Artist, series: PopularitySeries, stored_at: Mapping[str, datetime]) -> list[list[Cell]]:
    about: list[Cell] = [artist.id, artist.name, series.platform]
    return [
        [*about, point["date"], point["value"], rfc3339(at) if (at := stored_at.get(point["date"])) else None]
        for point in series.items
    ]


def _summary(summary: PopularitySummary) -> Summary:
    return {
        "current": summary.current,
        "peak": summary.peak,
        "years": [{"year": year.year, "average": year.average, "peak": year.peak} for year in summary.years],
        "change30d": summary.change_30d,
        "change365d": summary.change_365d,
    }
