"""`data_analyst.artist_data_history`: the metrics as they stood after a UTC day's last refresh, a document a day."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from pymongo import UpdateOne

from services.metrics import METRIC_NAMES
from services.model.stats import DayOfStats, StoredStats
from services.store import decode
from services.store.driver import Document, Mongo
from services.store.stats import origins_of, provenance_document, values_document

COLLECTION = "data_analyst.artist_data_history"
# What is older than this before the day compared with is not looked at.
LONGEST_REST_DAYS = 400


class HistoryStore:
    """Days of stats by artist."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def keep_day(self, stats: StoredStats, day: date) -> None:
        """Keep these values as those of the day, over what an earlier refresh of it left. One write."""
        values = {name: value for name, value in stats.values.items() if value is not None}
        fields = values_document(values) | {"provenance": provenance_document(stats.origins or {})}
        write = UpdateOne({"artist_id": stats.artist_id, "date": day.isoformat()}, {"$set": fields}, upsert=True)
        await self._mongo.bulk_write(COLLECTION, [write])

    async def compared(
        self, artist_ids: Collection[int], *, days: int, tolerance: int, metrics: Collection[str], today: date
    ) -> dict[int, list[DayOfStats]]:
        """Each artist's newest day, first, and the days that are `days` before it, give or take the tolerance.

        One aggregate; it looks at no more of an artist than so many days back.
        """
        oldest = today - timedelta(days=days + tolerance + LONGEST_REST_DAYS)
        rows = await self._mongo.aggregate(
            COLLECTION,
            [
                {
                    "$match": {
                        "artist_id": {"$in": list(artist_ids)},
                        "date": {"$gte": oldest.isoformat(), "$lte": today.isoformat()},
                    }
                },
                {"$set": {"at": {"$dateFromString": {"dateString": "$date", "onError": None}}}},
                {"$match": {"at": {"$ne": None}}},
                {"$setWindowFields": {"partitionBy": "$artist_id", "output": {"last": {"$max": "$at"}}}},
                {"$set": {"age": {"$dateDiff": {"startDate": "$at", "endDate": "$last", "unit": "day"}}}},
                {"$match": {"$or": [{"age": 0}, {"age": {"$gte": days - tolerance, "$lte": days + tolerance}}]}},
                {"$project": {"_id": 0, "artist_id": 1, "date": 1, "provenance": 1, **dict.fromkeys(metrics, 1)}},
                {"$sort": {"artist_id": 1, "date": -1}},
            ],
        )
        found: dict[int, list[DayOfStats]] = {}
        for row in rows:
            found.setdefault(int(row["artist_id"]), []).append(_day(row, metrics))
        return found


def _day(row: Document, metrics: Collection[str]) -> DayOfStats:
    values: Mapping[str, Any] = {name: decode.metric(row.get(name)) for name in METRIC_NAMES.intersection(metrics)}
    return DayOfStats(
        date=date.fromisoformat(row["date"]),
        values={name: value for name, value in values.items() if value is not None},
        sources={name: origin.source for name, origin in origins_of(row).items()},
    )
