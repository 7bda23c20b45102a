"""A kind of page: where its pages are, which chart stands on them, and how they are read."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from services.chart_collections import ChartCollection
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedChart, ScrapedRow

# What may stand in an address for a country, a chart's own name, a year and a day.
PLACES = {
    "country": "[a-z]{2}|global",
    "chart": "[a-z0-9]+(?:-[a-z0-9]+)*",
    "year": "[0-9]{4}",
    "date": "[0-9]{4}-?[0-9]{2}-?[0-9]{2}",
}


@dataclass(frozen=True, slots=True)
class PageRead:
    """What stands on a page: rows in order, the chart's own day, and where the chart goes on, as far as it says."""

    rows: tuple[ScrapedRow, ...]
    day: date | None = None
    next_path: str | None = None


@dataclass(frozen=True, slots=True)
class PageKind:
    """One kind of page.

    `path` is relative to the site, with braces for what differs (`spotify/country/{country}_daily.html`). `scope` is
    what the chart is known by, with the same braces. `read` raises PageChanged.
    """

    name: str
    path: str
    collection: ChartCollection
    read: Callable[[str], PageRead]
    scope: Mapping[str, str] = field(default_factory=dict)
    # What is scraped where nothing is chosen: a page for each of these parts.
    usual: tuple[Mapping[str, str], ...] = ({},)
    # Whether the chart of each day is kept, beside those of others.
    is_archived: bool = False
    # The paths that a chart may go on at.
    further: tuple[str, ...] = ()

    def pages(self) -> tuple["Page", ...]:
        """What is scraped where nothing is chosen."""
        return tuple(Page(self, parts) for parts in self.usual)

    def at(self, path: str) -> "Page | None":
        """The page of this kind at that path of the site; None where it is no such page's."""
        return self._page(self.path, path)

    def called(self, name: str) -> "Page | None":
        """The page of this kind with that name (`spotify-daily:us`); None where it is no such page's."""
        return self._page(self.name_of({part: f"{{{part}}}" for part in self.parts}), name)

    def name_of(self, parts: Mapping[str, str]) -> str:
        """What the page is called by who chooses it."""
        return ":".join(filter(None, [self.name, *(parts[part] for part in self.parts)]))

    @property
    def parts(self) -> list[str]:
        """The names of what differs in the address."""
        return re.findall(r"{(\w+)}", self.path)

    def _page(self, template: str, text: str) -> "Page | None":
        pattern = re.sub(r"\\{(\w+)\\}", lambda part: f"(?P<{part[1]}>{PLACES[part[1]]})", re.escape(template))
        found = re.fullmatch(pattern, text)
        return Page(self, found.groupdict()) if found else None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a kind: what stands in its address for what differs there."""

    kind: PageKind
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called by who chooses it: `spotify-daily:us`."""
        return self.kind.name_of(self.parts)

    @property
    def path(self) -> str:
        """Where it is, relative to the site."""
        return self.kind.path.format(**self.parts)

    def empty_chart(self) -> ScrapedChart:
        """The chart of the page, before it is read."""
        scope = {name: value.format(**self.parts) for name, value in self.kind.scope.items()}
        return ScrapedChart(self.kind.collection.name, (), scope, is_archived=self.kind.is_archived)

    def chart(self, rows: Sequence[ScrapedRow], day: date | None) -> ScrapedChart:
        """The chart of the page, of the day in its address where it has none itself. Raises PageChanged."""
        told = self.parts.get("date")
        found = day or (date.fromisoformat(told) if told else None)
        if self.kind.is_archived and found is None:
            raise PageChanged("the chart's day", "")
        return replace(self.empty_chart(), rows=tuple(rows), day=found)
