import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pymongo
import pytest
from bson import Int64
from pymongo import AsyncMongoClient
from pymongo.errors import ExecutionTimeout, NetworkTimeout

from services.store.client import connect
from services.store.direct_reads import DirectReads, direct_reads
from services.store.driver import Mongo
from services.store.layouts import Columns, Layout
from tests.builders import Document
from tests.conftest import Commands, Database
from tests.services.conftest import counted, eventually
from tests.services.store.conftest import SOCKETS_LEFT_OPEN, Mongod

pytestmark = SOCKETS_LEFT_OPEN

COLLECTION = "data_analyst.demo"
ALIKE = Layout({"a": 0, "text": "x"})
TIMEOUT_MS = 500
IN_USE, OPEN = "kisum_mongodb_connections_in_use", "kisum_mongodb_connections_open"
SLOW = {"$where": "sleep(2000) || true"}


class Reads:
    """Direct reads of one collection, and the pool that lends them connections."""

    def __init__(self, mongo: Mongo) -> None:
        self.mongo = mongo
        assert isinstance(mongo._direct, DirectReads)
        self._direct = mongo._direct

    async def find(self, query: Document, **asked: Any) -> list[Document] | None:
        return await self._direct.find(self._collection, filter=query, projection={"_id": 0}, **asked)

    async def find_alike(self, query: Document, **asked: Any) -> Columns | list[Document] | None:
        return await self._direct.find_alike(self._collection, ALIKE, filter=query, projection={"_id": 0}, **asked)

    async def aggregate(self, *stages: Document) -> list[Document] | None:
        return await self._direct.aggregate(self._collection, [*stages])

    @property
    def pool(self) -> Any:
        return self._direct.wires.pool

    @property
    def wires(self) -> Any:
        """Those that are free."""
        return self._direct.wires._free

    async def is_at_rest(self) -> bool:
        pool, lent = self.pool, len(self.wires)
        # There is none while the driver looks for its server anew.
        return pool is not None and (pool.requests, pool.active_sockets, pool.operation_count) == (lent, lent, lent)

    @property
    def _collection(self) -> Any:
        return self.mongo._collection(COLLECTION)


@pytest.fixture
async def reads(mongodb: str, database: Database) -> AsyncIterator[Reads]:
    """Over a connection that is idle."""
    mongo = connect(mongodb, driver="pymongo", timeout_ms=30_000, pool_size=2, prefix=database.prefix)
    await mongo.ping()
    yield Reads(mongo)
    await mongo.close()


@pytest.fixture
async def hasty(shared_mongod: Mongod) -> AsyncIterator[Reads]:
    """Over a mongod that can be stopped, with a short deadline."""
    mongo = connect(shared_mongod.uri, driver="pymongo", timeout_ms=TIMEOUT_MS, pool_size=2)
    await mongo.ping()
    yield Reads(mongo)
    shared_mongod.go_on()
    await mongo.close()


async def test_documents_are_read_as_the_cursor_reads_them(reads: Reads, database: Database) -> None:
    await database.insert(COLLECTION, {"a": 1, "text": "é", "list": [1, {"b": 2.5}]}, {"a": Int64(2**40), "none": None})
    ordinary = await database.collection(COLLECTION).find({}, {"_id": 0}).to_list(None)

    assert await reads.find({}) == ordinary
    assert await reads.aggregate({"$unset": "_id"}) == ordinary


async def test_a_find_is_sorted_and_limited(reads: Reads, database: Database) -> None:
    await database.insert(COLLECTION, *({"a": number} for number in range(5)))

    assert await reads.find({"a": {"$gt": 0}}, sort={"a": -1}, limit=2) == [{"a": 4}, {"a": 3}]


async def test_documents_that_are_alike_are_read_by_field(reads: Reads, database: Database) -> None:
    await database.insert(COLLECTION, *({"a": number, "text": text} for number, text in enumerate("xyz")))

    found = await reads.find_alike({}, sort={"a": 1})

    assert isinstance(found, Columns)
    assert (found.numbers("a"), found.fields["text"]) == ([0, 1, 2], b"xyz")


async def test_documents_that_are_not_alike_are_read_one_by_one(reads: Reads, database: Database) -> None:
    await database.insert(COLLECTION, {"a": 0, "text": "x"}, {"a": 1.5, "text": "y"})

    assert await reads.find_alike({}, sort={"a": 1}) == [{"a": 0, "text": "x"}, {"a": 1.5, "text": "y"}]


async def test_what_is_alike_and_more_than_a_message_holds_is_all_read(reads: Reads, database: Database) -> None:
    long = Layout({"a": 0, "text": "x" * 9_000_000})
    for number in range(2):
        await database.insert(COLLECTION, {"a": number, "text": "x" * 9_000_000})

    found = await reads._direct.find_alike(reads._collection, long, filter={}, projection={"_id": 0}, sort={"a": 1})

    assert isinstance(found, list)
    assert [document["a"] for document in found] == [0, 1]


async def test_a_find_of_what_is_alike_that_is_refused_is_for_the_driver_to_ask(reads: Reads) -> None:
    assert await reads.find_alike({"$unknown": 1}) is None
    assert await reads.is_at_rest()


async def test_documents_that_no_message_holds_are_all_read(reads: Reads, database: Database) -> None:
    for number in range(3):
        await database.insert(COLLECTION, {"a": number, "text": "x" * 9_000_000})

    found = await reads.find({}, sort={"a": 1})

    assert found is not None
    assert [(document["a"], len(document["text"])) for document in found] == [(n, 9_000_000) for n in range(3)]


async def test_without_an_idle_connection_the_driver_is_to_be_asked(mongodb: str, database: Database) -> None:
    mongo = connect(mongodb, driver="pymongo", timeout_ms=30_000, pool_size=2, prefix=database.prefix)

    assert await Reads(mongo).find({}) is None
    assert await mongo.find(COLLECTION, {}, {}) == []
    assert await Reads(mongo).find({}) == []

    await mongo.close()


async def test_more_reads_than_connections_are_all_answered(reads: Reads, database: Database) -> None:
    await database.insert(COLLECTION, {"a": 1})

    found = await asyncio.gather(*(reads.mongo.find(COLLECTION, {}, {"_id": 0}) for _ in range(50)))

    assert found == [[{"a": 1}]] * 50
    assert len(reads.pool.conns) <= 2
    assert await reads.is_at_rest()


async def test_a_connection_at_work_is_counted(reads: Reads) -> None:
    idle = counted(IN_USE)

    reading = asyncio.create_task(reads.find({}))
    await asyncio.sleep(0)
    working = counted(IN_USE)
    await reading

    assert (working, counted(IN_USE)) == (idle + 1, idle)


async def test_what_the_server_refuses_is_left_to_the_driver_and_keeps_the_connection(reads: Reads) -> None:
    connection = reads.pool.conns[0]

    assert await reads.find({"a": {"$near_enough": 1}}) is None
    assert [wire.connection for wire in reads.wires] == [connection]
    assert await reads.is_at_rest()


async def test_the_server_gives_up_by_the_deadline(hasty: Reads, shared_mongod: Mongod) -> None:
    await hasty._collection.insert_one({"a": 1})
    connection = hasty.pool.conns[0]

    with pytest.raises((ExecutionTimeout, NetworkTimeout)) as raised:
        await hasty.find(SLOW)

    assert raised.value.timeout
    await eventually(hasty.is_at_rest)
    assert connection.closed == (raised.type is NetworkTimeout)


async def test_a_silent_server_is_not_waited_for_past_the_deadline(hasty: Reads, shared_mongod: Mongod) -> None:
    connection, opened = hasty.pool.conns[0], counted(OPEN)
    shared_mongod.stop()

    with pytest.raises(NetworkTimeout, match=r"^no answer to find within 0\.5 s$"):
        await hasty.find({})

    await eventually(hasty.is_at_rest)
    assert connection.closed
    assert connection not in hasty.pool.conns
    assert counted(OPEN) == opened - 1


async def test_a_read_that_is_cancelled_leaves_its_connection_to_nobody(hasty: Reads, shared_mongod: Mongod) -> None:
    connection = hasty.pool.conns[0]
    shared_mongod.stop()
    reading = asyncio.create_task(hasty.find({}))
    await asyncio.sleep(0)

    reading.cancel()

    with pytest.raises(asyncio.CancelledError):
        await reading
    await eventually(hasty.is_at_rest)
    assert connection.closed
    assert connection not in hasty.pool.conns


async def test_a_connection_that_broke_is_found_out_and_the_driver_asked(mongod: Mongod) -> None:
    mongod.start()
    mongo = connect(mongod.uri, driver="pymongo", timeout_ms=30_000, pool_size=2)
    await mongo.ping()
    reads, opened = Reads(mongo), counted(OPEN)
    broken = reads.pool.conns[0]

    mongod.kill()
    mongod.start()

    assert await mongo.find(COLLECTION, {}, {}) == []
    await eventually(reads.is_at_rest)
    assert broken not in reads.pool.conns
    assert counted(OPEN) <= opened
    await mongo.close()


@pytest.mark.parametrize("options", ["readPreference=nearest", "readConcernLevel=majority", "maxIdleTimeMS=1000"])
async def test_what_an_address_wants_of_reads_is_the_drivers_business(mongodb: str, options: str) -> None:
    async with AsyncMongoClient[Document](mongodb.partition("?")[0] + f"?{options}", timeoutMS=1000) as client:
        assert direct_reads(client) is None


async def test_who_listens_to_commands_is_told_of_reads(mongodb: str, commands: Commands) -> None:
    listeners = [commands.listener]

    async with AsyncMongoClient[Document](mongodb, timeoutMS=1000, event_listeners=listeners) as client:
        assert direct_reads(client) is None


async def test_a_driver_that_is_not_known_is_asked_in_the_ordinary_way(
    mongodb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with AsyncMongoClient[Document](mongodb, timeoutMS=1000) as client:
        assert direct_reads(client) is not None

        monkeypatch.setattr(pymongo, "version_tuple", (4, 99, 0))

        assert direct_reads(client) is None
    assert direct_reads(object()) is None
