"""Artists' ids, written into rows of the charts that are stored: nothing else of a row is touched.

Others replace charts at any time. So an id goes only where the row still says what it was found by.
"""

from collections.abc import Sequence

from pymongo import UpdateOne

from services.chart_collections import ChartCollection
from services.model.charts import IdsFound
from services.store.driver import Document, Mongo

# So many documents are a page that reading and writing them takes milliseconds: a nested one holds many rows.
PAGE, NESTED_PAGE = 1000, 20
COUNT_TIMEOUT_S = 5.0


class ChartIdStore:
    """The documents of the chart collections, and the ids in them; all methods raise StoreUnavailable."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def count(self, collection: ChartCollection) -> int:
        """About how many documents there are, at no cost that grows with them."""
        return await self._mongo.estimated_count(collection.stored, timeout_s=COUNT_TIMEOUT_S)

    async def page_after(self, collection: ChartCollection, last: Document | None) -> tuple[list[Document], bool]:
        """The documents behind that one, in the order of their keys, and whether there may be more. One find."""
        limit = NESTED_PAGE if collection.is_nested else PAGE
        # Unlike a query's own $gt, it goes on where keys are of different types.
        query = {"$expr": {"$gt": ["$_id", {"$literal": last["_id"]}]}} if last else {}
        # Whole: a projection would drop what is no row, and the others would stand elsewhere.
        found = await self._mongo.find(collection.stored, query, {}, sort=[("_id", 1)], limit=limit)
        return found, len(found) == limit

    async def put(self, collection: ChartCollection, found: Sequence[IdsFound]) -> int:
        """Write the ids into their documents; how many documents took them, being as they were read. One bulk."""
        return await self._mongo.bulk_write(
            collection.stored,
            [
                UpdateOne(
                    {"_id": one.document} | {path: {"$eq": value} for path, value in one.read.items()},
                    {"$set": dict(one.ids)},
                )
                for one in found
            ],
        )
