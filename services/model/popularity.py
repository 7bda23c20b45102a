"""Popularity over time: points, what they sum up to, and how fresh they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from typing_extensions import TypedDict


class PopularityPlatform(StrEnum):
    """The platforms whose popularity is kept."""

    SPOTIFY = "spotify"
    TIDAL = "tidal"
    DEEZER = "deezer"


class Interval(StrEnum):
    """How points are gathered."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Point(TypedDict):
    """A day, `YYYY-MM-DD`, and the popularity on it, 1 to 100."""

    date: str
    value: int


@dataclass(frozen=True, slots=True)
class Window:
    """The days asked for, both ends included; None leaves an end open."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class PopularityYear:
    """A year's mean, to one decimal, and its highest point."""

    year: int
    average: float
    peak: Point


@dataclass(frozen=True, slots=True)
class PopularitySummary:
    """All stored points of a platform, summed up."""

    current: Point
    peak: Point
    years: tuple[PopularityYear, ...]
    change_30d: int | None
    change_365d: int | None


@dataclass(frozen=True, slots=True)
class PopularityMeta:
    """How fresh the series is, and what was done for it at this read."""

    fresh: bool
    last_date: str | None
    refreshed: bool
    points_written: int
    pages_fetched: int
    error: str | None


@dataclass(frozen=True, slots=True)
class PopularitySeries:
    """An artist's popularity on a platform, as far as it was asked for."""

    artist_id: int
    platform: PopularityPlatform
    window: Window
    items: Sequence[Point] = ()
    meta: PopularityMeta | None = None
    summary: PopularitySummary | None = None
