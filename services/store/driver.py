"""The seam to MongoDB: PyMongo's async client, or Motor, behind the few operations that are needed.

The two differ where this module awaits what only one of them gives as a coroutine. Every operation has the deadline
of `timeoutMS`, writes are acknowledged only once journaled, and a server that is away or too slow is StoreUnavailable.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from inspect import isawaitable
from typing import Any, Literal

import pymongo
import structlog
from pymongo import IndexModel
from pymongo.errors import ConfigurationError, ConnectionFailure, InvalidURI, OperationFailure, PyMongoError
from pymongo.monitoring import CommandListener

import telemetry
from services.errors import StoreUnavailable

Driver = Literal["pymongo", "motor"]
Document = dict[str, Any]

# One round trip a find: above any number of documents that a request may ask for.
BATCH_SIZE = 1_000_000
# Codes with which a server that is there refuses us: unauthorized, wrong password.
_REFUSED = {13, 18}

log = structlog.get_logger(__name__)


class StoreAddressInvalid(Exception):
    """The address isn't one of a MongoDB; the text names the variable and shows nothing of its value."""


class Mongo:
    """MongoDB's operations, by collection name (`database.collection`); all raise StoreUnavailable."""

    def __init__(self, client: Any, *, prefix: str = "") -> None:
        self._client = client
        self._prefix = prefix

    async def find(
        self,
        collection: str,
        query: Mapping[str, Any],
        projection: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
    ) -> list[Document]:
        """The documents that match, in one round trip."""
        with translated_faults():
            cursor = self._collection(collection).find(
                query, projection, batch_size=BATCH_SIZE, sort=list(sort) or None
            )
            found: list[Document] = await cursor.to_list(None)
            return found

    async def aggregate(self, collection: str, pipeline: Sequence[Mapping[str, Any]]) -> list[Document]:
        """What the pipeline gives, in one round trip."""
        with translated_faults():
            cursor = self._collection(collection).aggregate(list(pipeline), batchSize=BATCH_SIZE)
            if isawaitable(cursor):
                cursor = await cursor
            found: list[Document] = await cursor.to_list(None)
            return found

    async def bulk_write(self, collection: str, operations: Sequence[Any]) -> int:
        """Carry the operations out in any order; the number of documents that were added or changed."""
        if not operations:
            return 0
        with translated_faults():
            result = await self._collection(collection).bulk_write(list(operations), ordered=False)
            return int(result.upserted_count + result.modified_count)

    async def create_index(self, collection: str, index: IndexModel, *, timeout_s: float) -> None:
        """Make the index where it isn't there yet; a large collection may take longer than an ordinary operation."""
        with translated_faults(), pymongo.timeout(timeout_s):
            await self._collection(collection).create_indexes([index])

    async def ping(self) -> None:
        """Return when MongoDB answers."""
        with translated_faults():
            await self._client.admin.command("ping")

    async def drop_databases(self, names: Sequence[str]) -> None:
        """Remove the databases of these names, under this store's prefix."""
        with translated_faults():
            for name in names:
                await self._client.drop_database(self._prefix + name)

    async def close(self) -> None:
        """Give the connections back."""
        closing = self._client.close()
        if isawaitable(closing):
            await closing

    def _collection(self, name: str) -> Any:
        database, _, collection = name.partition(".")
        return self._client[self._prefix + database][collection]


def connect(
    uri: str,
    *,
    driver: Driver,
    timeout_ms: int,
    pool_size: int,
    prefix: str = "",
    listeners: Sequence[CommandListener] = (),
) -> Mongo:
    """A client of the MongoDB at `uri`, connected when first used; raises StoreAddressInvalid."""
    options = {
        "timeoutMS": timeout_ms,
        "serverSelectionTimeoutMS": min(timeout_ms, 2000),
        "maxPoolSize": pool_size,
        "w": "majority",
        "journal": True,
        "tz_aware": True,
        "event_listeners": list(listeners),
        "appname": "kisum-musicdata-analyst",
    }
    try:
        return Mongo(_client_class(driver)(uri, **options), prefix=prefix)
    except (InvalidURI, ConfigurationError, ValueError):
        # Their texts may quote the address, and the password in it.
        raise StoreAddressInvalid("DB_MONGO_PROD_KISUM: not an address that MongoDB's driver understands") from None


@contextmanager
def translated_faults() -> Iterator[None]:
    """Turn the driver's faults of a server that is away, too slow or refuses us into StoreUnavailable, logged once."""
    try:
        yield
    except PyMongoError as error:
        refused = isinstance(error, OperationFailure) and error.code in _REFUSED
        if not (error.timeout or refused or isinstance(error, ConnectionFailure)):
            raise
        telemetry.STORE_FAULTS.inc()
        log.warning("store_unavailable", cause=type(error).__name__, detail=str(error)[:300])
        raise StoreUnavailable("The database is away or too slow; try again in a moment.") from error


def _client_class(driver: Driver) -> Any:
    if driver == "motor":
        from motor.motor_asyncio import AsyncIOMotorClient

        return AsyncIOMotorClient
    return pymongo.AsyncMongoClient
