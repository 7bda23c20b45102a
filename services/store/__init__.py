"""The only code that knows MongoDB: `open_store` connects, and `Store` holds a collection's reads by noun."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pymongo.monitoring import CommandListener

from services.store.artist import ArtistStore
from services.store.demo import DemoStore
from services.store.driver import Driver, Mongo, connect
from services.store.indexes import keep_indexes
from services.store.popularity import PopularityStore
from services.store.stats import StatsStore

__all__ = ["Driver", "Store", "open_store"]


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is stored, by noun."""

    mongo: Mongo
    artists: ArtistStore
    stats: StatsStore
    popularity: PopularityStore
    demo: DemoStore


@asynccontextmanager
async def open_store(
    uri: str,
    *,
    driver: Driver = "pymongo",
    timeout_ms: int = 5000,
    pool_size: int = 50,
    prefix: str = "",
    listeners: Sequence[CommandListener] = (),
) -> AsyncIterator[Store]:
    """A store over the MongoDB at `uri`; its indexes are made in the background, as soon as it answers.

    `prefix` goes before the name of every database, so that several stores share one server without meeting.
    Raises StoreAddressInvalid for an address that can't be one; a server that is away raises at the reads.
    """
    mongo = connect(uri, driver=driver, timeout_ms=timeout_ms, pool_size=pool_size, prefix=prefix, listeners=listeners)
    indexes = asyncio.create_task(keep_indexes(mongo))
    try:
        yield Store(mongo, ArtistStore(mongo), StatsStore(mongo), PopularityStore(mongo), DemoStore(mongo))
    finally:
        indexes.cancel()
        await asyncio.wait([indexes])
        await mongo.close()
