"""A chart as it was read, before it is stored, and what is known of the page that it was read from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class ScrapedRow:
    """One row: its rank (None where the chart gives it none), the credit as written, and the title of what is charted.

    `facts` are the row's ids, whole numbers and texts by the name that they are stored under.
    """

    rank: int | None
    artist: str
    title: str | None = None
    facts: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScrapedChart:
    """A chart, its rows in order. `collection` is a name of the table of chart collections.

    A chart is known among others of its collection by `scope`: its `chart`, `country`, `period` and `format`, as far as
    it has them; a flat collection is one chart, and its scope is empty. `day` is the chart's own. An archived one is
    kept beside those of other days; any other takes the place of its former self.
    """

    collection: str
    rows: tuple[ScrapedRow, ...]
    scope: Mapping[str, str]
    day: date | None = None
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a site tells whether a page has changed: its entity tag and the time of its last change, as it says."""

    etag: str | None = None
    last_modified: str | None = None


NOTHING_KNOWN = Validators()
