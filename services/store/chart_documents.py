"""The chart collections, for an index that is kept in step with them: all documents in pages, and their changes.

Others write them too, under keys of any type, mixed ones in one collection.
"""

from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import aclosing
from typing import Any

from services.chart_collections import (
    BY_NAME,
    COLLECTIONS,
    DATABASE,
    DATE_FIELD,
    RANK_FIELDS,
    ROWS,
    SCRAPED_AT_FIELDS,
    TITLE_FIELD,
    ChartCollection,
)
from services.model.presence import ChartChange, ChartPage, NoChange
from services.store.driver import Document, Mongo
from services.store.faults import ChangesUnavailable

# So many documents are a page, that a request beside it waits for some milliseconds: a nested one holds many rows.
PAGE, NESTED_PAGE = 500, 5
COUNT_TIMEOUT_S = 5.0

_TOLD_APART = frozenset({"insert", "update", "replace", "delete", "drop"})
_NAMES = list(BY_NAME)
# Of a collection that was renamed its new name counts too; a database that was dropped names none.
_TOLD: list[Document] = [
    {
        "$match": {
            "$or": [{"ns.coll": {"$in": _NAMES}}, {"to.coll": {"$in": _NAMES}}, {"ns.coll": {"$exists": False}}],
        }
    },
    {"$project": {"operationType": 1, "ns": 1, "documentKey": 1}},
]


class ChartDocuments:
    """The documents of the chart collections, and what happens to them."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def page_after(
        self, collection: ChartCollection, after: ChartPage | None, *, are_whole: bool = False
    ) -> ChartPage:
        """The next documents, in the order of their keys, from the first on where `after` is None. One find.

        With what the index needs of them, or whole: then their rows stand where they are stored, odd ones among them.
        """
        limit = NESTED_PAGE if collection.is_nested else PAGE
        # Unlike $gt of a query, it compares keys of different types.
        query: Document = {"$expr": {"$gt": ["$_id", {"$literal": after.reached}]}} if after else {}
        projection = {} if are_whole else _projection(collection)
        found = await self._mongo.find(collection.stored, query, projection, sort=[("_id", 1)], limit=limit)
        return ChartPage(found, found[-1]["_id"] if found else None, is_last=len(found) < limit)

    async def documents(self, collection: ChartCollection, ids: Collection[Any]) -> list[Document]:
        """The documents that are stored under these keys. One find."""
        return await self._mongo.find(collection.stored, {"_id": {"$in": list(ids)}}, _projection(collection))

    async def count(self) -> int:
        """How many documents there are, at no cost that grows with them. A command for each collection."""
        counts = [
            await self._mongo.estimated_count(collection.stored, timeout_s=COUNT_TIMEOUT_S)
            for collection in COLLECTIONS
        ]
        return sum(counts)

    async def position(self) -> Mapping[str, Any] | None:
        """What `follow` is to resume after, to tell of what happens from now on; None where MongoDB tells nothing."""
        try:
            return await self._mongo.change_position(DATABASE)
        except ChangesUnavailable:
            return None

    async def follow(
        self, position: Mapping[str, Any] | None, *, idle_ms: int = 200
    ) -> AsyncGenerator[ChartChange | NoChange]:
        """The changes after the position as they come, NoChange after each `idle_ms` without any.

        Raises ChangesUnavailable, StoreUnavailable.
        """
        changes = self._mongo.changes(DATABASE, _TOLD, resume_after=position, idle_ms=idle_ms, tells_position=True)
        async with aclosing(changes):
            async for change in changes:
                if change:
                    yield _change(change)

    async def stamps(self) -> dict[str, Any]:
        """What the collections look like: how many documents each has, and the newest time of a scrape.

        A command for each collection, which goes over all of it: for a MongoDB that tells of no changes.
        """
        newest = {field: {"$max": f"${field}"} for field in SCRAPED_AT_FIELDS}
        group = {"$group": {"_id": None, "count": {"$sum": 1}} | newest}
        found = {
            collection.name: await self._mongo.aggregate(collection.stored, [group, {"$unset": "_id"}])
            for collection in COLLECTIONS
        }
        return {name: stamps[0] for name, stamps in found.items() if stamps}


def _projection(collection: ChartCollection) -> Document:
    of_document = [*SCRAPED_AT_FIELDS, DATE_FIELD, *collection.scope]
    of_row = [*RANK_FIELDS, TITLE_FIELD, *{key.path.partition(".")[0]: None for key in collection.keys}]
    if collection.is_nested:
        of_row = [f"{ROWS}.{field}" for field in of_row]
    return dict.fromkeys([*of_document, *of_row], 1)


def _change(change: Document) -> ChartChange | NoChange:
    if "operationType" not in change:
        return NoChange(change["_id"])
    return ChartChange(
        collection=change.get("ns", {}).get("coll", ""),
        document=change.get("documentKey", {}).get("_id"),
        position=change["_id"],
        is_dropped=change["operationType"] == "drop",
        is_all=change["operationType"] not in _TOLD_APART,
    )
