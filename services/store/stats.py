"""`data_analyst.artist_data`: one document an artist, the metrics flat in it."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, repeat
from operator import add, sub
from typing import Any

from bson import Int64

from services.metrics import METRIC_NAMES
from services.model.columns import rows
from services.model.merge import Merged
from services.model.stats import Origin, SeenStats, StoredStats
from services.store import decode
from services.store.driver import Document, Mongo
from services.store.shared import SharedFinds

COLLECTION = "data_analyst.artist_data"

# Where the fields of StoredStats beside the metrics are stored; a metric is stored under its own name.
STORED = {
    "updated_at": "updatedAt",
    "last_refresh_source": "last_refresh_source",
    "last_refresh_error": "last_refresh_error",
    "origins": "provenance",
    "fence": "fence",
}


class StatsStore:
    """Stored stats by artist."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._shared = SharedFinds(self._find)

    async def find_many(self, artist_ids: Collection[int], *, fields: frozenset[str]) -> dict[int, StoredStats]:
        """What is stored, by artist, with `fields` filled: metrics by name and keys of STORED.

        One find, which others may share.
        """
        return await self._shared.find(artist_ids, fields)

    def begin_among(
        self, artist_ids: Collection[int], *, fields: frozenset[str]
    ) -> "asyncio.Future[dict[int, StoredStats]]":
        """The same, begun at once, maybe with what others asked for."""
        return self._shared.begin(artist_ids, fields)

    async def _find(self, artist_ids: Collection[int], fields: frozenset[str]) -> dict[int, StoredStats]:
        query = {"artist_id": {"$in": list(artist_ids)}}
        found = await self._mongo.find(COLLECTION, query, _projection(fields), naive=True)
        return _plain(found) or _by_artist(found, with_origins="origins" in fields)

    async def top(self, metric: str, *, limit: int) -> list[int]:
        """The artists with the greatest usable values of the metric, the greatest first. One find.

        As many keys of the index of all metrics are read as there are answers, and those of unusable values.
        """
        query = {metric: {"$gt": 0, "$lt": 2.0**63}, "$expr": _is_whole(metric)}
        found = await self._mongo.find(COLLECTION, query, {"_id": 0, "artist_id": 1}, sort=[(metric, -1)], limit=limit)
        ids = (decode.whole(document.get("artist_id")) for document in found)
        return list(dict.fromkeys(artist_id for artist_id in ids if artist_id is not None))

    async def find_for_refresh(self, artist_id: int) -> SeenStats:
        """What is stored of one artist, whole, and its metrics just as they stand there. One find."""
        found = await self._mongo.find(COLLECTION, {"artist_id": artist_id}, {"_id": 0})
        document = found[0] if found else {"artist_id": artist_id}
        stored = _stats(document, with_origins=True)
        raw = {name: document[name] for name in METRIC_NAMES if name in document}
        return SeenStats(stored or StoredStats(artist_id, values={}), raw)

    async def write_refresh(
        self, refresh: Merged, *, seen: SeenStats, at: datetime, error: str | None, fence: int
    ) -> StoredStats | None:
        """The document once the refresh is merged into it, as it is at the write; None for a late owner's.

        A value that somebody else changed since it was `seen` stays, and is of unknown origin. One command.
        """
        fields: dict[str, Any] = {
            "updatedAt": at,
            "last_refresh_source": _literal(refresh.refresh_source),
            "last_refresh_error": _literal(error),
        }
        for name, value in refresh.values.items():
            ours = {"source": _literal(refresh.sources[name]), "at": at}
            is_as_seen = {"$eq": [{"$ifNull": [f"${name}", None]}, _literal(seen.raw.get(name))]}
            fields[name] = {"$cond": [is_as_seen, Int64(value), f"${name}"]}
            fields[f"provenance.{name}"] = {"$cond": [is_as_seen, ours, "$$REMOVE"]}
        return await self._write(seen.stored.artist_id, fields, fence=fence)

    async def write_failure(self, artist_id: int, error: str, *, fence: int) -> StoredStats | None:
        """The document with why its refresh failed, all else as it was; None for a late owner's. One command."""
        return await self._write(artist_id, {"last_refresh_error": _literal(error)}, fence=fence)

    async def _write(self, artist_id: int, fields: Mapping[str, Any], *, fence: int) -> StoredStats | None:
        # What is no number is no fence either.
        not_later = {"artist_id": artist_id, "fence": {"$not": {"$gte": fence}}}
        update = [{"$set": _USABLE_PROVENANCE}, {"$set": {**fields, "fence": Int64(fence)}}]
        written = await self._mongo.find_one_and_update(COLLECTION, not_later, update, upsert=True)
        return _stats(written, with_origins=True) if written else None


@lru_cache(100)
def _projection(fields: frozenset[str]) -> Document:
    return {"_id": 0, "artist_id": 1} | {STORED.get(field, field): 1 for field in fields}


_METRIC_TYPES = ["int", "long", "double"]

# Others may have left something there that no member can be set in.
_USABLE_PROVENANCE = {"provenance": {"$cond": [{"$eq": [{"$type": "$provenance"}, "object"]}, "$provenance", {}]}}


def _is_whole(metric: str) -> Document:
    """Whether the value is of a type that metrics are read from, without a fraction: a double may be so."""
    value = f"${metric}"
    return {"$cond": [{"$in": [{"$type": value}, _METRIC_TYPES]}, {"$eq": [{"$trunc": value}, value]}, False]}


def _literal(value: object) -> Document:
    return {"$literal": value}


def _plain(documents: Sequence[Document]) -> dict[int, StoredStats] | None:
    """The documents by artist where each is but an id, an instant and metrics, as they should be; None otherwise.

    Most of what a roster asks is. All documents are read at once, one aspect after the other, in C.
    """
    ids = [document.get("artist_id") for document in documents]
    instants = [document.get("updatedAt") for document in documents]
    if set(map(type, ids)) != {int} or set(map(type, instants)) != {datetime}:
        return None
    for document in documents:
        del document["artist_id"], document["updatedAt"]
    if not _are_metrics(documents):
        for document, artist_id, at in zip(documents, ids, instants, strict=True):
            document.update(artist_id=artist_id, updatedAt=at)
        return None
    ats = map(add, repeat(_EPOCH), map(sub, instants, repeat(_EPOCH.replace(tzinfo=None))))
    stats = rows(StoredStats, ids, documents, ats, _NONES, _NONES, _NONES, _NO_FENCES)
    return dict(zip(ids, stats, strict=True))  # type: ignore[arg-type]


def _are_metrics(documents: Sequence[Document]) -> bool:
    if not set(map(type, chain.from_iterable(map(dict.values, documents)))) <= _INTEGERS:
        return False
    return min(chain.from_iterable(map(dict.values, documents)), default=1) > 0


# What MongoDB's integers are read as: none is out of a metric's range but for its sign.
_INTEGERS = frozenset({int, Int64})
_NONES, _NO_FENCES = repeat(None), repeat(0)
# What is read without a zone is in UTC; to reckon from here takes an eighth of the time of setting the zone.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _by_artist(documents: Iterable[Document], *, with_origins: bool) -> dict[int, StoredStats]:
    stats = (_stats(document, with_origins=with_origins) for document in documents)
    return {one.artist_id: one for one in stats if one is not None}


def _stats(document: Document, *, with_origins: bool) -> StoredStats | None:
    artist_id = decode.whole(document["artist_id"])
    if artist_id is None:
        return None
    return StoredStats(
        artist_id=artist_id,
        values={name: decode.metric(document[name]) for name in document if name in METRIC_NAMES},
        updated_at=decode.instant(document.get("updatedAt")),
        last_refresh_source=decode.text(document.get("last_refresh_source")),
        last_refresh_error=decode.text(document.get("last_refresh_error")),
        origins=origins_of(document) if with_origins else None,
        fence=decode.whole(document.get("fence")) or 0,
    )


def values_document(values: Mapping[str, int]) -> Document:
    """The values as they are stored: as int64, however small."""
    return {name: Int64(value) for name, value in values.items()}


def provenance_document(origins: Mapping[str, Origin]) -> Document:
    """The origins as they are stored."""
    return {name: {"source": origin.source, "at": origin.at} for name, origin in origins.items()}


def origins_of(document: Document) -> dict[str, Origin]:
    """Where each metric of a document came from, of those that say so in a usable way."""
    return {
        name: Origin(source, decode.instant(entry.get("at")))
        for name, entry in decode.mapping(document.get("provenance")).items()
        if name in METRIC_NAMES and isinstance(entry, dict) and (source := decode.text(entry.get("source")))
    }
