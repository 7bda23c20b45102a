"""What fetches of popularity write: points, and beside their lease in `refresh_state` how far each fetch is."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pymongo import UpdateOne

from services.model.backfill import BackfillState, Progress, SeriesKey
from services.model.lease import Lease
from services.model.popularity import Point
from services.store import popularity
from services.store.backfill_states import FIELDS, state_of
from services.store.driver import Document, Mongo
from services.store.leases import COLLECTION, held


class BackfillStore:
    """Fetches by their subject; each method is one command."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def states(self, subjects: Collection[str]) -> dict[str, BackfillState]:
        """How each subject stands, of those that anything is kept of."""
        found = await self._mongo.find(COLLECTION, {"_id": {"$in": list(subjects)}}, FIELDS)
        return {document["_id"]: state_of(document) for document in found}

    async def land(self, series: SeriesKey, points: Sequence[Point], *, source: str, at: datetime) -> int:
        """Store the points; the number of those that are new, or have another value than was stored.

        A row of that source and day is updated in whichever notation its day is. Doing it twice changes nothing.
        """
        return await self._mongo.bulk_write(
            popularity.COLLECTION, [_upsert(series, point, source, at) for point in points]
        )

    async def keep(self, lease: Lease, progress: Progress) -> bool:
        """Keep that all before the progress has landed; False where the lease has been taken over, and nothing kept."""
        return await self._set(lease, {"backfill": _written(progress)})

    async def finish(self, lease: Lease, *, nothing_newer: int) -> bool:
        """Keep that nothing is left to fetch, and how many fetches in a row brought nothing newer; False as above."""
        return await self._set(lease, {"backfill": None, "nothingNewer": nothing_newer})

    async def _set(self, lease: Lease, fields: Document) -> bool:
        kept = {name: {"$literal": value} for name, value in fields.items()}
        return await self._mongo.find_one_and_update(COLLECTION, held(lease), [{"$set": kept}]) is not None


def _upsert(series: SeriesKey, point: Point, source: str, at: datetime) -> UpdateOne:
    day = date.fromisoformat(point["date"])
    following = day + timedelta(days=1)
    row = {
        "artist_id": series.artist_id,
        "platform": series.platform.value,
        "source": source,
        "$or": [
            {"date": {"$gte": day.isoformat(), "$lt": following.isoformat()}},
            {"date": {"$gte": _midnight(day), "$lt": _midnight(following)}},
        ],
    }
    fields = {
        "date": {"$ifNull": ["$date", day.isoformat()]},
        "value": point["value"],
        "soundcharts_uuid": {"$literal": series.soundcharts_uuid},
        "updatedAt": {"$cond": [{"$eq": ["$value", point["value"]]}, "$updatedAt", at]},
    }
    return UpdateOne(row, [{"$set": fields}], upsert=True)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _written(progress: Progress) -> dict[str, Any]:
    return {
        "start": progress.start.isoformat(),
        "end": progress.end.isoformat(),
        "offset": progress.offset,
        "span": progress.span,
    }
