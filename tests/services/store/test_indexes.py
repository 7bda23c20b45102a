import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import date
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import DuplicateKeyError
from structlog.testing import capture_logs

from services.metrics import METRIC_NAMES
from services.model.popularity import Interval, PopularityPlatform, Window
from services.store import Driver, Store, open_store
from services.store.client import connect
from services.store.driver import Mongo
from services.store.indexes import INDEXES, Index, make_indexes
from tests.builders import Document, point_document, stats_document
from tests.conftest import Commands, Database
from tests.services.conftest import eventually
from tests.services.store.conftest import SOCKETS_LEFT_OPEN, Mongod

pytestmark = SOCKETS_LEFT_OPEN

STATS, POINTS = "data_analyst.artist_data", "data_analyst.artist_popularity"
UNIQUE = Index(STATS, ("artist_id",), unique=True)
OTHERS = set(INDEXES) - {UNIQUE}
SPOTIFY = PopularityPlatform.SPOTIFY
IDS = range(1, 51)

READS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "points": lambda store: store.popularity.points(IDS, SPOTIFY, Window(date(2026, 1, 1), date(2026, 12, 31))),
    "means": lambda store: store.popularity.means(IDS, SPOTIFY, Window(), Interval.MONTH),
    "last_days": lambda store: store.popularity.last_days(IDS, SPOTIFY),
    "summaries": lambda store: store.popularity.summaries(IDS, SPOTIFY),
    "last_values": lambda store: store.popularity.last_values(
        IDS, SPOTIFY, start=date(2026, 1, 1), end=date(2026, 12, 31), spans=30
    ),
}


@pytest.fixture
async def bare(mongodb: str, database: Database, driver: Driver) -> AsyncIterator[Mongo]:
    """Connected without a store, which would make the indexes."""
    mongo = connect(mongodb, driver=driver, timeout_ms=5000, pool_size=5, prefix=database.prefix)
    yield mongo
    await mongo.close()


async def made(database: Database) -> set[Index]:
    """The indexes that there are, in our own form."""
    found = set()
    for collection in {index.collection for index in INDEXES}:
        for name, index in (await database.collection(collection).index_information()).items():
            if name != "_id_":
                keys = tuple(key if direction == 1 else f"-{key}" for key, direction in index["key"])
                without = tuple(index.get("wildcardProjection", {}))
                expires = index.get("expireAfterSeconds") == 0
                found.add(Index(collection, keys, unique=index.get("unique", False), without=without, expires=expires))
    return found


async def test_every_index_is_made_when_the_store_opens(store: Store, database: Database) -> None:
    async def all_there() -> bool:
        return await made(database) == set(INDEXES)

    await eventually(all_there)


async def test_indexes_made_twice_are_the_same(bare: Mongo, database: Database) -> None:
    await make_indexes(bare)

    with capture_logs() as logs:
        await make_indexes(bare)

    assert await made(database) == set(INDEXES)
    assert logs == []


@pytest.mark.parametrize("index", [index for index in INDEXES if index.unique], ids=lambda index: index.collection)
async def test_a_key_that_is_unique_is_stored_once(bare: Mongo, database: Database, index: Index) -> None:
    await make_indexes(bare)
    await database.insert(index.collection, dict.fromkeys(index.keys, 1))

    with pytest.raises(DuplicateKeyError):
        await database.collection(index.collection).insert_one(dict.fromkeys(index.keys, 1))


@pytest.mark.parametrize(
    ("keys", "options"),
    [
        ([("artist_id", 1)], {"unique": True, "name": "by_artist"}),
        ([("artist_id", 1)], {}),
        ([("artist_id", 1)], {"unique": True, "sparse": True}),
    ],
    ids=["another name", "not unique", "sparse"],
)
async def test_an_index_made_elsewhere_with_the_same_keys_stays_and_the_others_are_made(
    bare: Mongo, database: Database, keys: Any, options: Document
) -> None:
    await database.collection(STATS).create_index(keys, **options)
    before = await database.collection(STATS).index_information()

    with capture_logs() as logs:
        await make_indexes(bare)

    assert [(event["event"], event["collection"]) for event in logs] == [("index_not_made", STATS)]
    after = await database.collection(STATS).index_information()
    assert {name: after[name] for name in before} == before
    assert await made(database) >= OTHERS


async def test_documents_that_share_a_key_leave_one_index_out_and_the_others_are_made(
    bare: Mongo, database: Database
) -> None:
    await database.stats(stats_document(61), stats_document(61))

    with capture_logs() as logs:
        await make_indexes(bare)

    assert [(event["event"], event["collection"]) for event in logs] == [("index_not_made", STATS)]
    assert await made(database) == OTHERS


async def test_indexes_that_may_not_be_made_are_logged_and_no_more(locked_mongod: Mongod, driver: Driver) -> None:
    mongo = connect(locked_mongod.uri, driver=driver, timeout_ms=5000, pool_size=5)

    with capture_logs() as logs:
        await make_indexes(mongo)
    await mongo.close()

    assert [event["event"] for event in logs] == ["index_not_made"] * len(INDEXES)


async def test_indexes_are_made_once_the_database_comes(mongod: Mongod, driver: Driver) -> None:
    database_name, collection = POINTS.split(".")
    client: AsyncMongoClient[Document] = AsyncMongoClient(mongod.uri)
    async with open_store(mongod.uri, driver=driver, timeout_ms=5000), client:
        await asyncio.to_thread(mongod.start)

        async def all_there() -> bool:
            # By `$indexStats` MongoDB may fail while it makes one.
            return len(await client[database_name][collection].index_information()) == 3

        await eventually(all_there)


@pytest.mark.parametrize("read", READS)
async def test_a_read_of_popularity_is_served_by_an_index_alone(
    store: Store, bare: Mongo, database: Database, commands: Commands, read: str
) -> None:
    await make_indexes(bare)
    await database.points(*(point_document("2026-11-01", 71, artist_id=artist_id) for artist_id in IDS))

    await READS[read](store)

    stages = await stages_of(commands.sent[-1], database)
    assert "IXSCAN" in stages
    assert not stages & {"COLLSCAN", "FETCH", "SORT"}


async def test_a_read_of_stats_is_served_by_an_index(
    store: Store, bare: Mongo, database: Database, commands: Commands
) -> None:
    await make_indexes(bare)
    await database.stats(*(stats_document(artist_id) for artist_id in IDS))

    await store.stats.find_many(IDS, fields=METRIC_NAMES)

    stages = await stages_of(commands.sent[-1], database)
    assert "IXSCAN" in stages
    assert "COLLSCAN" not in stages


async def stages_of(command: Document, database: Database) -> set[str]:
    """The stages of the plan that MongoDB carries the command out by."""
    asked = {
        name: value for name, value in command.items() if name in {"find", "aggregate", "filter", "projection", "sort"}
    }
    if "aggregate" in command:
        asked |= {"pipeline": command["pipeline"], "cursor": {}}
    explained = await database.client[command["$db"]].command("explain", asked, verbosity="queryPlanner")
    return set(_values_of("stage", [plan for plan in _values_of("winningPlan", explained)]))


def _values_of(key: str, within: Any) -> Iterator[Any]:
    if isinstance(within, dict):
        if key in within:
            yield within[key]
        for value in within.values():
            yield from _values_of(key, value)
    elif isinstance(within, list):
        for value in within:
            yield from _values_of(key, value)
