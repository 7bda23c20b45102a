"""Writes the demo data into the embedded database, and keeps in `data_analyst.demo` which version of it is there.

Every write is an upsert on a unique key: done twice, it changes nothing, and it never touches what was stored since.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from pymongo import IndexModel, UpdateOne

from services.metrics import METRIC_NAMES
from services.store import artist, history, popularity, stats
from services.store.driver import Document, Mongo
from services.store.indexes import BUILD_TIMEOUT_S, make_indexes

COLLECTION = "data_analyst.demo"

# So few that even a slow disk is done with them within the deadline of an operation.
BATCH = 500
_MARK = {"_id": "demo"}


class DemoStore:
    """The demo's documents, in the shapes of the collections that they go to; all methods raise StoreUnavailable."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def loaded_version(self) -> str | None:
        """The version that was loaded last, None before the first. One find."""
        found = await self._mongo.find(COLLECTION, _MARK, {"_id": 0, "version": 1})
        return found[0]["version"] if found else None

    async def mark_loaded(self, version: str) -> None:
        """Keep that `version` is stored whole."""
        update = {"$set": {"version": version}, "$currentDate": {"at": True}}
        await self._mongo.bulk_write(COLLECTION, [UpdateOne(_MARK, update, upsert=True)])

    async def prepare(self) -> None:
        """Make the indexes that the upserts go by.

        `artists_v2` is read-only to us wherever others write it, so it has no index of ours there; here we write it.
        """
        await make_indexes(self._mongo)
        await self._mongo.create_index(
            artist.COLLECTION, IndexModel([("id", 1)], unique=True), timeout_s=BUILD_TIMEOUT_S
        )

    async def put_artists(self, documents: Sequence[Document]) -> None:
        """Set the fields of the documents, whatever stood in them; other fields stay."""
        await self._write(
            artist.COLLECTION,
            (UpdateOne({"id": document["id"]}, {"$set": _leaves(document)}, upsert=True) for document in documents),
        )

    async def put_stats(self, documents: Sequence[Document]) -> None:
        """Store where nothing is stored; where what is stored is older, set the fields of the documents."""
        await self._write(
            stats.COLLECTION,
            (operation for document in documents for operation in _where_absent_or_older(_with_int64(document))),
        )

    async def put_history(self, documents: Sequence[Document]) -> None:
        """Store the days that aren't stored."""
        await self._write(
            history.COLLECTION, (_where_absent(_with_int64(document), ("artist_id", "date")) for document in documents)
        )

    async def put_points(self, documents: Sequence[Document]) -> None:
        """Store the points that aren't stored."""
        key = ("artist_id", "platform", "date", "source")
        await self._write(popularity.COLLECTION, (_where_absent(document, key) for document in documents))

    async def _write(self, collection: str, operations: Iterable[UpdateOne]) -> None:
        waiting = iter(operations)
        while batch := list(islice(waiting, BATCH)):
            await self._mongo.bulk_write(collection, batch)


def _where_absent(document: Document, key: Sequence[str]) -> UpdateOne:
    return UpdateOne({name: document[name] for name in key}, {"$setOnInsert": document}, upsert=True)


def _where_absent_or_older(document: Document) -> tuple[UpdateOne, UpdateOne]:
    """Two updates of which at most one changes something, in whichever order they are carried out."""
    older = {"artist_id": document["artist_id"], "updatedAt": {"$lt": document["updatedAt"]}}
    return _where_absent(document, ("artist_id",)), UpdateOne(older, {"$set": _leaves(document)})


def _with_int64(document: Document) -> Document:
    """The metrics as int64, since one that fits into 32 bits would be stored as an int32."""
    return document | stats.values_document({name: document[name] for name in METRIC_NAMES & document.keys()})


def _leaves(document: Document) -> dict[str, Any]:
    """The values by their dotted path, so that setting one leaves its neighbours as they are."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        if isinstance(value, dict):
            found |= {f"{name}.{path}": leaf for path, leaf in _leaves(value).items()}
        else:
            found[name] = value
    return found
