"""Where artists stand in the charts: rows as the presence index holds them, and what is answered of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.model.charts import ChartFamily, Claim, MatchedBy


@dataclass(frozen=True, slots=True)
class Place:
    """What a row of a chart says beside whose it is; `date` is `YYYY-MM-DD`, what the row doesn't tell is None."""

    rank: int | None = None
    scope: str | None = None
    title: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class ChartEntry:
    """A row of a chart: whose it can be, and what it says."""

    claims: tuple[Claim, ...]
    place: Place
    scraped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChartDocument:
    """A document of a chart collection: the key that it is stored under, and its rows."""

    id: Any
    entries: tuple[ChartEntry, ...]


@dataclass(frozen=True, slots=True)
class EntryGroup:
    """The rows of one collection that have the same claims, and so belong to the same artists.

    `rank` is that of one of them. `places` are theirs, in the order of answers; None where they are still to be read,
    from the `generation` of the index.
    """

    collection: str
    claims: tuple[Claim, ...]
    count: int
    rank: int | None = None
    scraped_at: datetime | None = None
    places: tuple[Place, ...] | None = None
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """An artist in a chart, and by what it was found to be that artist."""

    rank: int | None
    scope: str | None
    title: str | None
    date: str | None
    matched_by: MatchedBy


@dataclass(frozen=True, slots=True)
class Chart:
    """A collection of charts that an artist stands in.

    `rank` is the artist's where it stands there once. `matched` has the groups of rows that are the artist's.
    """

    source: str
    label: str
    family: ChartFamily
    rank: int | None
    entry_count: int
    scraped_at: datetime | None
    matched: tuple[tuple[EntryGroup, MatchedBy], ...]


@dataclass(frozen=True, slots=True)
class ChartPresence:
    """All charts that an artist stands in, by the names of their collections."""

    charts: tuple[Chart, ...] = ()

    @property
    def chart_count(self) -> int:
        """In how many charts the artist stands."""
        return len(self.charts)

    @property
    def families(self) -> list[ChartFamily]:
        """The families of the charts, each once, by name."""
        return sorted({chart.family for chart in self.charts})

    @property
    def scraped_at_max(self) -> datetime | None:
        """When the newest of the rows was scraped; None where none tells."""
        return max((chart.scraped_at for chart in self.charts if chart.scraped_at), default=None)


@dataclass(frozen=True, slots=True)
class PresenceState:
    """How far the presence index is in step.

    Reads take the rows of one `generation`, 0 where there is none yet. `position` is what is to be followed after;
    where MongoDB tells of no changes, `stamps` are what the collections looked like.
    """

    shape: int = 0
    generation: int = 0
    built_at: datetime | None = None
    position: Mapping[str, Any] | None = None
    stamps: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ChartPage:
    """Documents of a chart collection as they are stored, in the order of their keys; `reached` is the last one."""

    documents: Sequence[Mapping[str, Any]]
    reached: Any
    is_last: bool


@dataclass(frozen=True, slots=True)
class NoChange:
    """Nothing has happened to the charts for a moment; the position is one to go on from."""

    position: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChartChange:
    """A document of a chart collection that was written or removed.

    `is_dropped`: the whole collection was removed; `is_all`: more than that, such as a collection put in its place.
    """

    collection: str
    document: Any
    position: Mapping[str, Any]
    is_dropped: bool = False
    is_all: bool = False
