"""Charts as they are stored once they are read: in `charts.*`, in the shapes of docs/charts.md.

A chart changes at once for whoever reads it. A nested one is one document, which MongoDB changes whole. A flat one is
a document for each row, written in one transaction; on a stand-alone MongoDB, which has none, each row is old or new
while it is written, and those that have left the chart go last: an artist is never missing in between.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import DeleteMany, UpdateOne

from services.chart_collections import BY_NAME, COLLECTIONS, DATE_FIELD, FLAT_KEYS, NESTED_SCOPE, ROWS
from services.model.scraped import ScrapedChart
from services.store import decode
from services.store.driver import Document, Mongo
from services.store.indexes import make_indexes

# Tens of thousands of rows may go at once.
WRITE_TIMEOUT_S = 120.0
COUNT_TIMEOUT_S = 5.0


class ScrapedChartStore:
    """Stores charts, and tells how large they are; all methods raise StoreUnavailable."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def prepare(self) -> None:
        """Make the indexes that the upserts go by, where they aren't there yet."""
        await make_indexes(self._mongo, of={collection.stored for collection in COLLECTIONS})

    async def size(self, chart: ScrapedChart) -> int:
        """How many rows are stored of the chart; of one whose days are kept, of its newest day."""
        collection = BY_NAME[chart.collection]
        if not collection.is_nested:
            return await self._mongo.estimated_count(collection.stored, timeout_s=COUNT_TIMEOUT_S)
        return await self._size(collection.stored, _scope(chart) | (_ARCHIVED if chart.is_archived else _CURRENT))

    async def size_of_day(self, chart: ScrapedChart) -> int:
        """How many rows are stored of what the chart takes the place of: of the same day, where its days are kept."""
        collection = BY_NAME[chart.collection]
        return await (self._size(collection.stored, _former(chart)) if collection.is_nested else self.size(chart))

    async def _size(self, collection: str, query: Document) -> int:
        rows = {"$cond": [{"$isArray": f"${ROWS}"}, {"$size": f"${ROWS}"}, 0]}
        pipeline: list[Mapping[str, Any]] = [
            {"$match": query},
            {"$sort": {DATE_FIELD: -1}},
            {"$limit": 1},
            {"$project": {"_id": 0, "rows": rows}},
        ]
        found = await self._mongo.aggregate(collection, pipeline)
        return decode.whole(found[0]["rows"]) or 0 if found else 0

    async def is_stored(self, chart: ScrapedChart) -> bool:
        """Whether there is what the nested chart would take the place of. One find."""
        stored = BY_NAME[chart.collection].stored
        return bool(await self._mongo.find(stored, _former(chart), {"_id": 1}, limit=1))

    async def put(self, chart: ScrapedChart, rows: Sequence[Document], *, at: datetime, source: str) -> None:
        """Store the chart with these rows, in place of its former self: of the same day, where its days are kept.

        `source` is who said so, `at` when.
        """
        collection = BY_NAME[chart.collection]
        stamp = {"scrapedAt": at, "source": source}
        if collection.is_nested:
            document = _nested(chart, rows) | stamp
            await self._mongo.bulk_write(
                collection.stored, [UpdateOne(_former(chart), {"$set": document}, upsert=True)]
            )
        else:
            # Beside the event loop, which others share.
            operations = await asyncio.to_thread(_flat, FLAT_KEYS[collection.name], rows, stamp)
            await self._mongo.bulk_write_whole(collection.stored, operations, timeout_s=WRITE_TIMEOUT_S)


_ARCHIVED, _CURRENT = {"isArchived": True}, {"isArchived": {"$ne": True}}


def _scope(chart: ScrapedChart) -> Document:
    return {name: chart.scope.get(name) for name in NESTED_SCOPE}


def _former(chart: ScrapedChart) -> Document:
    """What the chart takes the place of."""
    if chart.is_archived:
        return _scope(chart) | {DATE_FIELD: _day(chart)}
    return _scope(chart) | _CURRENT


def _nested(chart: ScrapedChart, rows: Sequence[Document]) -> Document:
    document: Document = {**chart.scope, DATE_FIELD: _day(chart), ROWS: list(rows)}
    return document | {"isArchived": True} if chart.is_archived else document


def _day(chart: ScrapedChart) -> str | None:
    return chart.day.isoformat() if chart.day else None


def _flat(key: str, rows: Sequence[Document], stamp: Document) -> list[Any]:
    """The writes: each row by its key, then what isn't of this time or later goes; `$not` finds other types too.

    A row is written with every field that one of them has: what it had last time must not stay.
    """
    empty: Document = dict.fromkeys(name for row in rows for name in row)
    updates = [UpdateOne({key: row[key]}, {"$set": {**empty, **row, **stamp}}, upsert=True) for row in rows]
    return [*updates, DeleteMany({"scrapedAt": {"$not": {"$gte": stamp["scrapedAt"]}}})]
