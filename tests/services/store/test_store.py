import time

import pytest

from services.errors import StoreUnavailable
from services.store import Driver, Store, open_store
from services.store.client import StoreAddressInvalid
from services.store.indexes import STOP_TIMEOUT_S
from tests.builders import stats_document
from tests.conftest import Database
from tests.services.store.conftest import SOCKETS_LEFT_OPEN, Mongod

pytestmark = SOCKETS_LEFT_OPEN


async def test_stores_of_different_prefixes_never_meet(
    store: Store, mongodb: str, database: Database, driver: Driver
) -> None:
    await database.stats(stats_document())

    async with open_store(mongodb, driver=driver, prefix=f"{database.prefix}other_") as other:
        ours = await store.stats.find_many([61], fields=frozenset())
        theirs = await other.stats.find_many([61], fields=frozenset())
        await other.mongo.drop_databases(["data_analyst"])

    assert (len(ours), len(theirs)) == (1, 0)


async def test_a_store_opens_without_its_database_and_closes_without_waiting_for_it(
    mongod: Mongod, driver: Driver
) -> None:
    async with open_store(mongod.uri, driver=driver, timeout_ms=100) as store:
        with pytest.raises(StoreUnavailable):
            await store.mongo.ping()
        began = time.monotonic()

    assert time.monotonic() - began < STOP_TIMEOUT_S + 3


async def test_an_address_that_is_none_is_told_before_anything_is_opened(driver: Driver) -> None:
    with pytest.raises(StoreAddressInvalid):
        async with open_store("mongodb://", driver=driver):
            pass
