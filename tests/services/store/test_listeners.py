import asyncio
from typing import Any

import pytest
from pymongo.errors import OperationFailure
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from services.errors import StoreUnavailable
from services.store import Driver, Store, open_store
from tests.builders import artist_document
from tests.conftest import Database
from tests.services.conftest import counted, eventually

COLLECTION = "kisum_data.artists_v2"


def commands(command: str, outcome: str) -> float:
    return counted("kisum_mongodb_commands_total", command=command, outcome=outcome)


def connections() -> tuple[float, float]:
    """Those that are open, and those at work."""
    return counted("kisum_mongodb_connections_open"), counted("kisum_mongodb_connections_in_use")


async def test_a_command_is_counted_with_its_time(store: Store) -> None:
    seconds = "kisum_mongodb_command_duration_seconds"
    before = commands("find", "succeeded"), counted(f"{seconds}_count", command="find")

    await store.artists.find_many([61], fields=frozenset({"name"}))

    assert commands("find", "succeeded") == before[0] + 1
    assert counted(f"{seconds}_count", command="find") == before[1] + 1
    assert counted(f"{seconds}_sum", command="find") > 0


async def test_a_command_that_mongodb_refuses_is_counted_as_failed(store: Store) -> None:
    before = commands("aggregate", "failed")

    with pytest.raises(OperationFailure):
        await store.mongo.aggregate(COLLECTION, [{"$nonsense": {}}])

    assert commands("aggregate", "failed") == before + 1


class Watching(CommandListener):
    """Keeps how many connections were at work whenever a ping began."""

    def __init__(self) -> None:
        self.at_work: list[float] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "ping":
            self.at_work.append(connections()[1])

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


async def test_connections_are_told_while_they_are_open_and_at_work(mongodb: str, driver: Driver) -> None:
    watching, before = Watching(), connections()

    async with open_store(mongodb, driver=driver, listeners=[watching], read_only=True) as store:
        await store.mongo.ping()
        open_while_used = connections()[0]

    assert open_while_used > before[0]
    assert watching.at_work == [before[1] + 1]
    await eventually(lambda: are(before))


async def are(expected: tuple[float, float]) -> bool:
    return connections() == expected


async def test_waiting_for_a_connection_is_told_in_vain_too(mongodb: str, database: Database, driver: Driver) -> None:
    await database.artists(artist_document())
    waited = "kisum_mongodb_connection_wait_seconds_sum"
    options: Any = {"driver": driver, "timeout_ms": 300, "pool_size": 1, "prefix": database.prefix, "read_only": True}

    async with open_store(mongodb, **options) as store:
        await store.mongo.ping()
        before = counted(waited)
        slow = (store.mongo.find(COLLECTION, {"$where": "sleep(1000)"}, {"_id": 1}) for _ in range(2))
        ended = await asyncio.gather(*slow, return_exceptions=True)

    assert [type(fault) for fault in ended] == [StoreUnavailable] * 2
    assert counted(waited) - before > 0.2
