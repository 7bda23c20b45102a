"""Artists' ids, written into rows of the charts that are stored: nothing else of a row is touched.

Others replace charts at any time. So an id goes only where the row still says what it was found by.
"""

from collections.abc import Sequence

from pymongo import UpdateOne

from services.chart_collections import ChartCollection
from services.model.charts import IdsFound
from services.store.driver import Mongo

COUNT_TIMEOUT_S = 5.0


class ChartIdStore:
    """Counts documents and writes into them; both raise StoreUnavailable."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def count(self, collection: ChartCollection) -> int:
        """About how many documents there are, at no cost that grows with them."""
        return await self._mongo.estimated_count(collection.stored, timeout_s=COUNT_TIMEOUT_S)

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
