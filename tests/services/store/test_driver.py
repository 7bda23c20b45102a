import asyncio
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from bson import Int64
from bson.datetime_ms import DatetimeMS
from bson.raw_bson import RawBSONDocument
from pymongo import AsyncMongoClient, IndexModel, UpdateOne
from pymongo.errors import DuplicateKeyError, OperationFailure
from structlog.testing import capture_logs

from services.errors import StoreUnavailable
from services.store.driver import VERY_MANY_AT_ONCE, Mongo
from services.store.indexes import make_indexes
from services.store.layouts import Columns, Layout
from tests.builders import Document, stats_document
from tests.conftest import Commands, Database
from tests.services.conftest import counted, eventually
from tests.services.store.conftest import SOCKETS_LEFT_OPEN, TIMEOUT_MS, Connect, Mongod

pytestmark = SOCKETS_LEFT_OPEN

STATS = "data_analyst.artist_data"
# One without indexes that are made meanwhile.
PLAIN = "data_analyst.demo"
ALIKE = Layout({"artist_id": 0, "name": "x"})
# What a busy machine may add to a deadline.
SLACK_S = 3.0

Operation = Callable[[Mongo], Awaitable[object]]

OPERATIONS: dict[str, Operation] = {
    "find": lambda mongo: mongo.find(STATS, {}, {}),
    "find_alike": lambda mongo: mongo.find_alike(STATS, {}, {}, ALIKE, sort=[("artist_id", 1)]),
    "aggregate": lambda mongo: mongo.aggregate(STATS, [{"$match": {}}]),
    "bulk_write": lambda mongo: mongo.bulk_write(STATS, [UpdateOne({"_id": 1}, {"$set": {"a": 1}}, upsert=True)]),
    "bulk_write_whole": lambda mongo: mongo.bulk_write_whole(
        STATS, [UpdateOne({"_id": 1}, {"$set": {"a": 1}}, upsert=True)], timeout_s=TIMEOUT_MS / 1000
    ),
    "create_index": lambda mongo: mongo.create_index(STATS, IndexModel("a"), timeout_s=TIMEOUT_MS / 1000),
    "estimated_count": lambda mongo: mongo.estimated_count(STATS, timeout_s=TIMEOUT_MS / 1000),
    "drop_databases": lambda mongo: mongo.drop_databases(["data_analyst"]),
    "change_position": lambda mongo: mongo.change_position(STATS),
    "ping": lambda mongo: mongo.ping(),
}


@pytest.fixture
async def silent(shared_mongod: Mongod, connected: Connect) -> AsyncIterator[Mongo]:
    """Connected to a mongod that then stopped answering, and goes on at the end."""
    mongo = connected(shared_mongod.uri)
    await eventually(lambda: answers(mongo))
    shared_mongod.stop()
    yield mongo
    shared_mongod.go_on()


async def answers(mongo: Mongo) -> bool:
    try:
        await mongo.ping()
    except StoreUnavailable:
        return False
    return True


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
async def test_no_operation_outlasts_its_deadline(silent: Mongo, operation: Operation) -> None:
    began = time.monotonic()

    with pytest.raises(StoreUnavailable):
        await operation(silent)

    assert time.monotonic() - began < TIMEOUT_MS / 1000 + SLACK_S


async def test_a_server_that_was_silent_answers_again_by_itself(silent: Mongo, shared_mongod: Mongod) -> None:
    assert not await answers(silent)

    shared_mongod.go_on()

    await eventually(lambda: answers(silent))


async def test_a_server_that_was_killed_and_comes_back_answers_by_itself(mongod: Mongod, connected: Connect) -> None:
    mongod.start()
    mongo = connected(mongod.uri)
    await OPERATIONS["bulk_write"](mongo)

    mongod.kill()
    assert not await answers(mongo)
    mongod.start()

    await eventually(lambda: answers(mongo))
    assert await mongo.find(STATS, {}, {}) == [{"_id": 1, "a": 1}]


async def test_a_port_that_nobody_listens_on_is_unavailable(mongod: Mongod, connected: Connect) -> None:
    with pytest.raises(StoreUnavailable, match="away or too slow"):
        await connected(mongod.uri).ping()


async def test_a_name_that_is_not_to_be_found_is_unavailable(connected: Connect) -> None:
    mongo = connected("mongodb+srv://kisum:sesame@nowhere.invalid/")

    with pytest.raises(StoreUnavailable):
        await mongo.ping()


async def test_a_wrong_password_is_unavailable_and_never_logged(mongodb: str, connected: Connect) -> None:
    mongo = connected(mongodb.replace("mongodb://", "mongodb://kisum:sesame@"))

    with capture_logs() as logs, pytest.raises(StoreUnavailable) as raised:
        await mongo.ping()

    assert [event["cause"] for event in logs] == ["OperationFailure"]
    assert "sesame" not in f"{logs} {''.join(traceback.format_exception(raised.value))}"


async def test_a_read_that_is_not_permitted_is_unavailable(locked_mongod: Mongod, connected: Connect) -> None:
    with pytest.raises(StoreUnavailable):
        await connected(locked_mongod.uri).find(STATS, {}, {})


async def test_a_fault_is_counted_and_logged_once(mongod: Mongod, connected: Connect) -> None:
    before = counted("kisum_store_faults_total")

    with capture_logs() as logs, pytest.raises(StoreUnavailable):
        await connected(mongod.uri).ping()

    assert [event["event"] for event in logs] == ["store_unavailable"]
    assert counted("kisum_store_faults_total") == before + 1


async def test_a_defect_of_ours_is_not_taken_for_an_absent_server(mongo: Mongo) -> None:
    with pytest.raises(OperationFailure, match=r"\$near_enough"):
        await mongo.find(STATS, {"a": {"$near_enough": 1}}, {})


@pytest.mark.parametrize("operation", ["find", "aggregate"])
async def test_a_read_of_many_documents_is_one_round_trip(
    mongo: Mongo, database: Database, commands: Commands, operation: str
) -> None:
    await database.stats(*(stats_document(artist_id) for artist_id in range(1, 501)))

    found = await OPERATIONS[operation](mongo)

    assert len(cast(list[Document], found)) == 500
    assert commands.names == [operation]


async def test_a_find_is_sorted_and_projected(mongo: Mongo, database: Database) -> None:
    await database.stats(stats_document(2, spotify_followers=5), stats_document(1, spotify_followers=5))

    found = await mongo.find(
        STATS, {"spotify_followers": 5}, {"_id": 0, "artist_id": 1}, sort=[("spotify_followers", 1), ("artist_id", 1)]
    )

    assert found == [{"artist_id": 1}, {"artist_id": 2}]


async def test_a_find_is_limited(mongo: Mongo, database: Database) -> None:
    await database.stats(*(stats_document(artist_id) for artist_id in range(1, 6)))

    found = await mongo.find(STATS, {}, {"_id": 0, "artist_id": 1}, sort=[("artist_id", -1)], limit=2)

    assert found == [{"artist_id": 5}, {"artist_id": 4}]


async def test_documents_that_are_alike_are_found_by_field_or_one_by_one(mongo: Mongo, database: Database) -> None:
    stored = [{"artist_id": number, "name": name} for number, name in enumerate("xyz")]
    await database.insert(PLAIN, *(dict(document) for document in stored))

    found = await mongo.find_alike(PLAIN, {}, {"_id": 0}, ALIKE, sort=[("artist_id", -1)])

    if isinstance(found, Columns):
        assert (found.numbers("artist_id"), found.fields["name"]) == ([2, 1, 0], b"zyx")
    else:
        assert found == stored[::-1]


async def test_a_find_of_very_many_waits_for_its_turn(mongo: Mongo, database: Database) -> None:
    await database.insert(PLAIN, {"artist_id": 1})

    async with AsyncExitStack() as taken:
        for _ in range(VERY_MANY_AT_ONCE):
            await taken.enter_async_context(mongo._turn())
        waiting = asyncio.create_task(mongo.find_alike(PLAIN, {}, {"_id": 0}, ALIKE, sort=[("artist_id", 1)]))
        others = await mongo.find(PLAIN, {}, {"_id": 0})
        was_done = waiting.done()

    assert (others, was_done) == ([{"artist_id": 1}], False)
    assert await waiting == [{"artist_id": 1}]


async def test_a_turn_that_does_not_come_is_an_answer_that_does_not_come(mongodb: str, connected: Connect) -> None:
    mongo = connected(mongodb, timeout_ms=50)

    async with AsyncExitStack() as taken:
        for _ in range(VERY_MANY_AT_ONCE):
            await taken.enter_async_context(mongo._turn())
        with pytest.raises(StoreUnavailable):
            await OPERATIONS["find_alike"](mongo)


async def test_a_write_tells_how_many_documents_it_changed(mongo: Mongo) -> None:
    operations = [UpdateOne({"artist_id": number}, {"$set": {"a": 1}}, upsert=True) for number in range(3)]

    first = await mongo.bulk_write(STATS, operations)
    second = await mongo.bulk_write(STATS, [*operations[1:], UpdateOne({"artist_id": 0}, {"$set": {"a": 2}})])

    assert (first, second) == (3, 1)


async def test_upserts_that_another_writer_was_faster_than_find_its_document(mongo: Mongo, database: Database) -> None:
    await make_indexes(mongo)
    # No equality on the key: MongoDB doesn't try such an upsert again by itself.
    operations = [
        UpdateOne({"artist_id": {"$gte": n, "$lt": n + 1}}, [{"$set": {"artist_id": n, "a": 1}}], upsert=True)
        for n in range(50)
    ]

    written = await asyncio.gather(*(mongo.bulk_write(STATS, operations) for _ in range(8)))

    assert sum(written) == 50
    assert len(await database.all(STATS)) == 50


async def test_a_write_that_another_documents_key_stands_against_is_a_fault(mongo: Mongo, database: Database) -> None:
    await make_indexes(mongo)
    await database.stats({"artist_id": 1}, {"artist_id": 2})

    with pytest.raises(DuplicateKeyError, match=r"^1 documents of data_analyst\.artist_data have another's unique key"):
        await mongo.bulk_write(STATS, [UpdateOne({"artist_id": 1}, {"$set": {"artist_id": 2}})])


async def test_no_operations_ask_nothing(mongo: Mongo, commands: Commands) -> None:
    assert await mongo.bulk_write(STATS, []) == 0
    assert commands.names == []


async def test_int64_and_times_are_read_as_python_has_them(mongo: Mongo, database: Database) -> None:
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    await database.insert(STATS, {"views": Int64(2**40), "at": at})

    assert await mongo.find(STATS, {}, {"_id": 0}) == [{"views": 2**40, "at": at}]


async def test_a_date_that_python_lacks_spoils_no_other_document(mongo: Mongo, database: Database) -> None:
    await database.insert(STATS, {"artist_id": 1, "at": DatetimeMS(2**60)}, {"artist_id": 2})

    assert [document["artist_id"] for document in await mongo.find(STATS, {}, {})] == [1, 2]


async def test_a_text_in_a_wrong_encoding_spoils_no_other_document(
    mongo: Mongo, database: Database, mongodb: str
) -> None:
    latin_1 = RawBSONDocument(b"\x13\x00\x00\x00\x02name\x00\x04\x00\x00\x00Zo\xeb\x00\x00")
    async with AsyncMongoClient[Any](mongodb) as client:
        await client[f"{database.prefix}data_analyst"]["artist_data"].insert_one(latin_1)

    assert await mongo.find(STATS, {}, {"_id": 0}) == [{"name": "Zo\N{REPLACEMENT CHARACTER}"}]


async def test_dropping_databases_leaves_those_of_other_prefixes(mongo: Mongo, database: Database) -> None:
    await database.stats(stats_document())
    other = Database(database.client, prefix=f"{database.prefix}other_")
    await other.stats(stats_document())

    await mongo.drop_databases(["data_analyst"])

    assert (await database.all(STATS), await other.all(STATS)) == ([], [stats_document()])
    await other.drop()


async def test_writes_that_another_writer_gets_between_are_tried_again(mongo: Mongo, database: Database) -> None:
    await database.insert(PLAIN, *({"_id": number, "artist_id": number} for number in range(2)))
    updates = [UpdateOne({"_id": number}, {"$set": {"by": "us"}}) for number in range(2)]
    async with database.client.start_session() as session, await session.start_transaction():
        await database.collection(PLAIN).update_one({"_id": 1}, {"$set": {"by": "them"}}, session=session)
        writing = asyncio.create_task(mongo.bulk_write_whole(PLAIN, updates, timeout_s=30))
        await asyncio.wait([writing], timeout=0.05)

    await writing

    assert [document["by"] for document in await database.all(PLAIN)] == ["us", "us"]


async def test_of_writes_that_belong_together_all_or_none_is_carried_out(mongo: Mongo, database: Database) -> None:
    await mongo.create_index(PLAIN, IndexModel("artist_id", unique=True), timeout_s=30)
    updates = [UpdateOne({"_id": number}, {"$set": {"artist_id": 1}}, upsert=True) for number in range(2)]

    with pytest.raises(OperationFailure):
        await mongo.bulk_write_whole(PLAIN, updates, timeout_s=30)

    assert await database.all(PLAIN) == []
