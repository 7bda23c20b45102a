"""An artist's audience numbers, and how they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from services.metrics import Metric


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a stored value came from, and when."""

    source: str
    at: datetime | None


# Hundreds of these are made for one answer: a frozen dataclass would cost ten times as much.
class StoredStats(NamedTuple):
    """A document of `artist_data`, as far as it was asked for. `values` is by stored name; an unknown one is None or
    not there."""

    artist_id: int
    values: Mapping[str, int | None]
    updated_at: datetime | None = None
    last_refresh_source: str | None = None
    last_refresh_error: str | None = None
    origins: Mapping[str, Origin] | None = None
    fence: int = 0


@dataclass(frozen=True, slots=True)
class SeenStats:
    """What a refresh found stored before it began; `raw` has the metrics just as they stand there, usable or not."""

    stored: StoredStats
    raw: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DayOfStats:
    """The metrics as they stood at the end of a UTC day, and their sources; both by stored name."""

    date: date
    values: Mapping[str, int]
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Growth:
    """How one metric changed between two stored days."""

    metric: Metric
    change: int
    percent: float | None
    since: date
    until: date
    same_source: bool


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one metric's value came from, when, and whether it is still fresh by itself."""

    metric: Metric
    source: str
    at: datetime | None
    fresh: bool


class Stats(NamedTuple):
    """An artist's numbers as stored. `values` is by stored name; an unknown one is None or not there."""

    artist_id: int
    values: Mapping[str, int | None]
    updated_at: datetime
    fresh: bool
    last_refresh_source: str | None
    provenance: tuple[Provenance, ...] = ()


class StatsHealth(NamedTuple):
    """How an artist's stored numbers stand; asking for it never refreshes."""

    artist_id: int
    exists: bool
    fresh: bool
    updated_at: datetime | None
    last_refresh_source: str | None
    last_refresh_error: str | None
    refreshing: bool = False
    retry_at: datetime | None = None
