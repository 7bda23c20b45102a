import asyncio
import traceback
from typing import Any, cast

import pytest
from pymongo import UpdateOne
from pymongo.monitoring import (
    ConnectionCheckedInEvent,
    ConnectionCheckedOutEvent,
    ConnectionCheckOutFailedEvent,
    ConnectionCheckOutStartedEvent,
    ConnectionClosedEvent,
    ConnectionCreatedEvent,
    ConnectionPoolListener,
    ConnectionReadyEvent,
    PoolClearedEvent,
    PoolClosedEvent,
    PoolCreatedEvent,
    PoolReadyEvent,
)

from services.store.client import StoreAddressInvalid
from tests.conftest import Commands, Database
from tests.services.store.conftest import SOCKETS_LEFT_OPEN, Connect

pytestmark = SOCKETS_LEFT_OPEN


class PoolListener(ConnectionPoolListener):
    """Counts the connections that were made."""

    created = 0

    def connection_created(self, event: ConnectionCreatedEvent) -> None:
        self.created += 1

    def pool_created(self, event: PoolCreatedEvent) -> None: ...

    def pool_ready(self, event: PoolReadyEvent) -> None: ...

    def pool_cleared(self, event: PoolClearedEvent) -> None: ...

    def pool_closed(self, event: PoolClosedEvent) -> None: ...

    def connection_ready(self, event: ConnectionReadyEvent) -> None: ...

    def connection_closed(self, event: ConnectionClosedEvent) -> None: ...

    def connection_check_out_started(self, event: ConnectionCheckOutStartedEvent) -> None: ...

    def connection_check_out_failed(self, event: ConnectionCheckOutFailedEvent) -> None: ...

    def connection_checked_out(self, event: ConnectionCheckedOutEvent) -> None: ...

    def connection_checked_in(self, event: ConnectionCheckedInEvent) -> None: ...


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://",
        "mongodb://kisum:sesame@host:port/",
        "mongodb://kisum:sesame@host:99999/",
        "mongodb://kisum:sesame@x@host/",
        "mongodb://kisum:sesame@host/?replicaSet",
        "mongodb+srv://kisum:sesame@localhost:27017/",
        "http://kisum:sesame@host/",
    ],
)
async def test_an_address_that_is_none_is_told_without_its_password(connected: Connect, uri: str) -> None:
    with pytest.raises(StoreAddressInvalid) as raised:
        connected(uri)

    assert str(raised.value) == "DB_MONGO_PROD_KISUM: not an address that MongoDB's driver understands"
    assert "sesame" not in "".join(traceback.format_exception(raised.value))


async def test_an_address_that_names_a_missing_file_says_so(connected: Connect) -> None:
    with pytest.raises(StoreAddressInvalid) as raised:
        connected("mongodb://kisum:sesame@host/?tls=true&tlsCAFile=nowhere.pem")

    assert str(raised.value) == "DB_MONGO_PROD_KISUM: a file that it names can't be read (No such file or directory)"


@pytest.mark.parametrize("options", ["", "&w=0&journal=false"], ids=["plain address", "careless address"])
async def test_writes_are_acknowledged_once_they_survive_a_crash(
    mongodb: str, database: Database, commands: Commands, connected: Connect, options: str
) -> None:
    mongo = connected(mongodb + options, timeout_ms=5000, prefix=database.prefix, listeners=[commands.listener])

    await mongo.bulk_write("data_analyst.artist_data", [UpdateOne({"_id": 1}, {"$set": {"a": 1}}, upsert=True)])

    assert commands.sent[0]["writeConcern"] == {"w": "majority", "j": True}


async def test_no_more_connections_are_made_than_the_pool_may_hold(mongodb: str, connected: Connect) -> None:
    listener = PoolListener()
    mongo = connected(mongodb, timeout_ms=10_000, pool_size=2, listeners=[cast(Any, listener)])

    await asyncio.gather(*(mongo.ping() for _ in range(50)))

    assert 1 <= listener.created <= 2
