"""Fetches of popularity: what is fetched, how far it is, and what came of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.model.popularity import PopularityPlatform, Window
from services.model.refresh import RefreshOutcome


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """A series to be fetched: whose it is, and by which id Soundcharts has it."""

    artist_id: int
    platform: PopularityPlatform
    soundcharts_uuid: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the fetch of the days from `start` to `end` is: the next page begins after `offset` points.

    `span` is how many days a window has, None where all are asked for at once; then `start` moves on with each.
    """

    start: date
    end: date
    offset: int = 0
    span: int | None = None

    @property
    def window(self) -> Window:
        """The days that are asked for now."""
        last = self.end if self.span is None else min(self.start + timedelta(days=self.span - 1), self.end)
        return Window(self.start, last)

    def past_window(self) -> "Progress | None":
        """The same once all pages of its window have come; None after the last."""
        last = self.window.end
        return None if last is None or last >= self.end else replace(self, start=last + timedelta(days=1), offset=0)


@dataclass(frozen=True, slots=True)
class BackfillState:
    """What is kept of a series' fetches: an unfinished one's progress, and until when readers leave it alone.

    `nothing_newer` counts the fetches in a row that brought none newer than was stored.
    """

    progress: Progress | None = None
    nothing_newer: int = 0
    retry_at: datetime | None = None
    error: str | None = None

    def rests(self, now: datetime) -> bool:
        """Whether readers are to leave it alone."""
        return self.retry_at is not None and self.retry_at > now


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What came of a fetch."""

    outcome: RefreshOutcome
    points_written: int = 0
    pages_fetched: int = 0
    error: str | None = None
