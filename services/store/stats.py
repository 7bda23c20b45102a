"""`data_analyst.artist_data`: one document an artist, the metrics flat in it."""

from collections.abc import Collection

from services.metrics import METRIC_NAMES
from services.model.stats import Origin, StoredStats
from services.store import decode
from services.store.driver import Document, Mongo

COLLECTION = "data_analyst.artist_data"

# Where the fields of StoredStats beside the metrics are stored; a metric is stored under its own name.
STORED = {
    "updated_at": "updatedAt",
    "last_refresh_source": "last_refresh_source",
    "last_refresh_error": "last_refresh_error",
    "origins": "provenance",
}


class StatsStore:
    """Stored stats by artist."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def find_many(self, artist_ids: Collection[int], *, fields: frozenset[str]) -> dict[int, StoredStats]:
        """What is stored, by artist, with `fields` filled: metrics by name and keys of STORED. One find."""
        projection = {"_id": 0, "artist_id": 1} | {STORED.get(field, field): 1 for field in fields}
        found = await self._mongo.find(COLLECTION, {"artist_id": {"$in": list(artist_ids)}}, projection)
        metrics = METRIC_NAMES & fields
        return {stats.artist_id: stats for stats in (_stats(document, metrics) for document in found)}


def _stats(document: Document, metrics: Collection[str]) -> StoredStats:
    return StoredStats(
        artist_id=int(document["artist_id"]),
        values={name: decode.metric(document.get(name)) for name in metrics},
        updated_at=decode.instant(document.get("updatedAt")),
        last_refresh_source=decode.text(document.get("last_refresh_source")),
        last_refresh_error=decode.text(document.get("last_refresh_error")),
        origins={
            name: Origin(source, decode.instant(entry.get("at")))
            for name, entry in decode.mapping(document.get("provenance")).items()
            if name in METRIC_NAMES and isinstance(entry, dict) and (source := decode.text(entry.get("source")))
        },
    )
