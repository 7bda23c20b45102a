"""Stores charts: whole or not at all, and with the ids of those whom their rows name."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.chart_collections import BILLBOARD, BY_NAME, FLAT_KEYS
from services.charts.enrichment import Roster
from services.charts.refusals import ChartShrunk
from services.model.scraped import ScrapedChart, ScrapedRow
from services.store import Store

# A chart with less than one row for so many that are stored has lost them on the way.
MOST_TIMES_SMALLER = 2


@dataclass(frozen=True, slots=True)
class Kept:
    """What was stored: the rows, those with an artist's id, and the names that several artists have."""

    rows: int
    credited: int
    ambiguous: tuple[str, ...] = field(default=())


class ChartKeeper:
    """Stores what was scraped or imported, one chart after the other, signed by its source.

    A chart that has shrunk is found by the newest stored, or with `by_day`, as for what was gathered by others and may
    be a part of it, by what is stored of the same day.
    """

    def __init__(self, store: Store, roster: Roster, *, source: str, by_day: bool = False) -> None:
        self._charts = store.scraped_charts
        self._roster = roster
        self._source = source
        self._by_day = by_day

    async def size(self, chart: ScrapedChart) -> int:
        """How many rows are stored of the chart. Raises StoreUnavailable."""
        return await self._charts.size(chart)

    async def keep(self, chart: ScrapedChart, *, at: datetime, force: bool = False) -> Kept:
        """Store the chart, as of that time, and say what it was.

        Raises ChartShrunk unless forced, StoreUnavailable.
        """
        rows = _once(chart)
        size = self._charts.size_of_day if self._by_day else self._charts.size
        stored = 0 if force else await size(chart)
        if len(rows) * MOST_TIMES_SMALLER < stored:
            raise ChartShrunk(stored, len(rows))
        # Beside the event loop: tens of thousands of names take their time, and requests would wait.
        documents, kept = await asyncio.to_thread(self._credited, rows, chart.collection)
        await self._charts.put(chart, documents, at=at, source=self._source)
        return kept

    def _credited(self, rows: Sequence[ScrapedRow], collection: str) -> tuple[list[dict[str, Any]], Kept]:
        """The rows as they are stored, with the ids that are known, and what there is to say of them."""
        documents = [_document(row, collection, self._roster) for row in rows]
        credited, ambiguous = 0, dict[str, None]()
        for document in documents:
            ids = self._roster.ids(document, BY_NAME[collection])
            for path, artist_id in ids.found.items():
                _set(document, path, artist_id)
            credited += bool(ids.found)
            ambiguous |= dict.fromkeys(ids.ambiguous)
        return documents, Kept(len(documents), credited, tuple(ambiguous))


def _document(row: ScrapedRow, collection: str, roster: Roster) -> dict[str, Any]:
    """The row as it stands in its collection; Billboard's has those whom it credits one by one."""
    document: dict[str, Any] = {"rank": row.rank, "artist": row.artist}
    if collection == BILLBOARD.name:
        document["artist"] = [{"id": None, "name": name} for name in roster.credited(row.artist)]
    if row.title is not None:
        document["title"] = row.title
    return {**document, "artist_id": None, **row.facts}


def _once(chart: ScrapedChart) -> list[ScrapedRow]:
    """The rows of a flat chart, the first of each key: pages that follow one another may repeat some."""
    if (key := FLAT_KEYS.get(chart.collection)) is None:
        return list(chart.rows)
    first: dict[object, ScrapedRow] = {}
    for row in chart.rows:
        first.setdefault(row.facts[key], row)
    return list(first.values())


def _set(document: dict[str, Any], path: str, value: int) -> None:
    """Set what stands at the path, whose numbers are places in a list (`artist.1.id`)."""
    *way, last = path.split(".")
    found: Any = document
    for step in way:
        found = found[int(step)] if isinstance(found, list) else found[step]
    found[last] = value
