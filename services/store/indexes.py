"""Every index that we make, a row each; `artists_v2` has none of ours, being read-only to us."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import structlog
from pymongo import IndexModel
from pymongo.errors import PyMongoError

from services.chart_collections import BY_NAME, COLLECTIONS, DATE_FIELD, FLAT_KEYS, NESTED_SCOPE, SPOTIFY_LISTENERS
from services.errors import StoreUnavailable
from services.store.driver import Mongo
from services.store.tasks import end_tasks

# A collection that has grown elsewhere may take long the first time.
BUILD_TIMEOUT_S = 900.0
LONGEST_PAUSE_S = 30.0
STOP_TIMEOUT_S = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Index:
    """Keys of one collection, those that begin with a minus descending; `$**` is every field but those of `without`.

    With `expires` MongoDB removes each document at the time that its key tells.
    """

    collection: str
    keys: tuple[str, ...]
    unique: bool = False
    without: tuple[str, ...] = ()
    expires: bool = False

    def model(self) -> IndexModel:
        """The driver's form of it; its name is MongoDB's own, so that an index made elsewhere is the same one."""
        keys = [(key.removeprefix("-"), -1 if key.startswith("-") else 1) for key in self.keys]
        options: dict[str, Any] = {"unique": True} if self.unique else {}
        if self.expires:
            options["expireAfterSeconds"] = 0
        if self.without:
            options["wildcardProjection"] = dict.fromkeys(self.without, 0)
        return IndexModel(keys, **options)


INDEXES: tuple[Index, ...] = (
    Index("data_analyst.artist_data", ("artist_id",), unique=True),
    # The greatest values of any metric, of one that is added later too.
    Index(
        "data_analyst.artist_data",
        ("$**",),
        without=("artist_id", "updatedAt", "last_refresh_source", "last_refresh_error", "provenance", "fence"),
    ),
    Index("data_analyst.artist_data_history", ("artist_id", "date"), unique=True),
    Index("data_analyst.artist_popularity", ("artist_id", "platform", "date", "source"), unique=True),
    # Covers every read of a series: no document is fetched for it.
    Index("data_analyst.artist_popularity", ("artist_id", "platform", "date", "value")),
    # What ended of late, however many are listened for.
    Index("data_analyst.refresh_state", ("endedAt",)),
    Index(SPOTIFY_LISTENERS.stored, ("artist_id",)),
    # By which a chart takes the place of its former self.
    *(Index(BY_NAME[name].stored, (key,)) for name, key in FLAT_KEYS.items()),
    *(Index(chart.stored, (*NESTED_SCOPE, DATE_FIELD)) for chart in COLLECTIONS if chart.is_nested),
    # In the order of the answer: so many keys are read as there are answers.
    Index("data_analyst.artist_search", ("terms", "-weight", "_id")),
    Index("data_analyst.artist_search", ("ids", "-weight", "_id")),
    Index("data_analyst.artist_search", ("document",)),
    Index("data_analyst.artist_search", ("knownBy",)),
    # What is read: the rows of some collections, in one generation, that have a key.
    Index("charts.artist_chart_presence", ("claims.keys", "_id.generation", "_id.collection")),
    Index("auth.oauth_states", ("expiresAt",), expires=True),
)


async def make_indexes(mongo: Mongo, *, of: Collection[str] | None = None, stop: asyncio.Event | None = None) -> None:
    """Make every index that isn't there yet; one that can't be made is logged, and the others still are.

    `of` are the collections that are meant, where not all are.

    Once `stop` is set no further one is begun. Raises StoreUnavailable.
    """
    for index in INDEXES:
        if stop and stop.is_set():
            return
        if of is not None and index.collection not in of:
            continue
        try:
            await mongo.create_index(index.collection, index.model(), timeout_s=BUILD_TIMEOUT_S)
        except PyMongoError as error:
            log.error("index_not_made", collection=index.collection, keys=index.keys, cause=str(error)[:300])


@asynccontextmanager
async def indexes_kept(mongo: Mongo) -> AsyncIterator[None]:
    """Makes the indexes beside what the context does, as soon as MongoDB answers."""
    stop = asyncio.Event()
    making = asyncio.create_task(_keep_indexes(mongo, stop))
    try:
        yield
    finally:
        stop.set()
        # Cancelled while it connects, PyMongo would leave a socket open: what is under way may come to its end.
        await asyncio.wait([making], timeout=STOP_TIMEOUT_S)
        await end_tasks(making)


async def _keep_indexes(mongo: Mongo, stop: asyncio.Event) -> None:
    pause_s = 1.0
    while not stop.is_set():
        try:
            await make_indexes(mongo, stop=stop)
        except StoreUnavailable:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        else:
            return
