"""Every index that we make, a row each; `artists_v2` has none of ours, being read-only to us."""

import asyncio
from dataclasses import dataclass

import structlog
from pymongo import IndexModel
from pymongo.errors import PyMongoError

from services.errors import StoreUnavailable
from services.store.driver import Mongo

# A collection that has grown elsewhere may take long the first time.
BUILD_TIMEOUT_S = 900.0
LONGEST_PAUSE_S = 30.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Index:
    """Keys of one collection, all ascending."""

    collection: str
    keys: tuple[str, ...]
    unique: bool = False

    def model(self) -> IndexModel:
        """The driver's form of it; its name is MongoDB's own, so that an index made elsewhere is the same one."""
        return IndexModel([(key, 1) for key in self.keys], unique=True) if self.unique else IndexModel(self.keys)


INDEXES: tuple[Index, ...] = (
    Index("data_analyst.artist_data", ("artist_id",), unique=True),
    Index("data_analyst.artist_data_history", ("artist_id", "date"), unique=True),
    Index("data_analyst.artist_popularity", ("artist_id", "platform", "date", "source"), unique=True),
    # Covers every read of a series: no document is fetched for it.
    Index("data_analyst.artist_popularity", ("artist_id", "platform", "date", "value")),
)


async def make_indexes(mongo: Mongo) -> None:
    """Make every index that isn't there yet; one that can't be made is logged, and the others still are.

    Raises StoreUnavailable.
    """
    for index in INDEXES:
        try:
            await mongo.create_index(index.collection, index.model(), timeout_s=BUILD_TIMEOUT_S)
        except PyMongoError as error:
            log.error("index_not_made", collection=index.collection, keys=index.keys, cause=str(error)[:300])


async def keep_indexes(mongo: Mongo) -> None:
    """Make the indexes as soon as MongoDB answers."""
    pause_s = 1.0
    while True:
        try:
            await make_indexes(mongo)
        except StoreUnavailable:
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
        else:
            return
