import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.store.client import connect
from services.store.direct_reads import DirectReads
from services.store.driver import Mongo
from services.store.wires import Wires
from tests.conftest import Database
from tests.services.conftest import counted, eventually
from tests.services.store.conftest import SOCKETS_LEFT_OPEN, Mongod

pytestmark = SOCKETS_LEFT_OPEN

COLLECTION = "data_analyst.demo"
IN_USE, OPEN = "kisum_mongodb_connections_in_use", "kisum_mongodb_connections_open"
SLOW_FIND = {"$where": "sleep(300) || true"}


class Lent:
    """A client's wires, and the pool that lends them."""

    def __init__(self, mongo: Mongo) -> None:
        self.mongo = mongo
        assert isinstance(mongo._direct, DirectReads)
        self.direct = mongo._direct
        self.wires: Wires = mongo._direct.wires

    @property
    def collection(self) -> Any:
        return self.mongo._collection(COLLECTION)

    async def warm(self, connections: int) -> None:
        """Have the driver open so many connections."""
        await self.collection.insert_one({"a": 1})
        slow = (self.collection.find(SLOW_FIND).to_list(None) for _ in range(connections))
        await asyncio.gather(*slow)
        assert len(self.wires.pool.conns) == connections

    async def find(self, query: Any) -> Any:
        return await self.direct.find(self.collection, filter=query, projection={"_id": 0})


Lend = Callable[[int], Lent]


@pytest.fixture
async def lend(mongodb: str, database: Database) -> AsyncIterator[Lend]:
    """Connects with so large a pool."""
    opened: list[Mongo] = []

    def lend(pool_size: int) -> Lent:
        mongo = connect(mongodb, driver="pymongo", timeout_ms=30_000, pool_size=pool_size, prefix=database.prefix)
        opened.append(mongo)
        return Lent(mongo)

    yield lend
    for mongo in opened:
        await mongo.close()


async def test_a_connection_stays_lent(lend: Lend) -> None:
    lent = lend(4)
    await lent.warm(1)
    (connection,) = lent.wires.pool.conns

    for _ in range(3):
        assert await lent.find({}) == [{"a": 1}]

    assert [wire.connection for wire in lent.wires._free] == [connection]
    assert (len(lent.wires.pool.conns), lent.wires.pool.requests) == (0, 1)


async def test_what_is_lent_to_no_purpose_is_given_to_who_asks_the_pool(lend: Lend) -> None:
    lent = lend(1)
    await lent.warm(1)
    opened = counted(OPEN)

    for _ in range(3):
        assert await lent.find({}) == [{"a": 1}]
        assert await lent.collection.find({}, {"_id": 0}).to_list(None) == [{"a": 1}]

    assert counted(OPEN) == opened


async def test_what_is_lent_stays_so_while_the_pool_has_room(lend: Lend) -> None:
    lent = lend(2)
    await lent.warm(2)
    await lent.find({})

    await lent.collection.find_one({})

    assert len(lent.wires._free) == 1


async def test_what_is_at_work_is_not_given_to_who_asks_the_pool(lend: Lend) -> None:
    lent = lend(1)
    await lent.warm(1)

    reading = asyncio.create_task(lent.find(SLOW_FIND))
    await asyncio.sleep(0)
    other = await lent.collection.find({}, {"_id": 0}).to_list(None)

    assert reading.done()
    assert (await reading, other) == ([{"a": 1}], [{"a": 1}])


async def test_who_waits_for_the_pool_gets_the_connection_next(lend: Lend) -> None:
    lent = lend(2)
    await lent.warm(2)
    opened = counted(OPEN)

    reading = asyncio.create_task(lent.find(SLOW_FIND))
    others = [asyncio.create_task(lent.collection.find(SLOW_FIND).to_list(None)) for _ in range(3)]

    async def somebody_waits() -> bool:
        return bool(lent.wires.pool.size_cond._waiters)

    await eventually(somebody_waits)
    assert await reading == [{"a": 1}]

    assert lent.wires._free == []
    assert [len(found) for found in await asyncio.gather(*others)] == [1, 1, 1]
    assert (lent.wires.pool.requests, counted(OPEN)) == (0, opened)


async def test_with_the_client_all_connections_close(lend: Lend) -> None:
    opened, in_use = counted(OPEN), counted(IN_USE)
    lent = lend(4)
    await lent.warm(2)
    await lent.find({})
    reading = asyncio.create_task(lent.find(SLOW_FIND))
    await asyncio.sleep(0)

    await lent.mongo.close()
    await reading

    async def all_closed() -> bool:
        return counted(OPEN) == opened

    await eventually(all_closed)
    assert (lent.wires._free, counted(IN_USE)) == ([], in_use)


async def test_a_free_connection_that_broke_is_found_out_before_it_is_used(mongod: Mongod) -> None:
    mongod.start()
    lent = Lent(connect(mongod.uri, driver="pymongo", timeout_ms=30_000, pool_size=4))
    await lent.warm(1)
    opened, in_use = counted(OPEN), counted(IN_USE)
    await lent.find({})
    (broken,) = lent.wires._free

    mongod.kill()
    mongod.start()

    async def is_broken() -> bool:
        return broken.is_broken()

    await eventually(is_broken)
    assert await lent.mongo.find(COLLECTION, {}, {"_id": 0}) == [{"a": 1}]

    async def is_gone() -> bool:
        return broken.connection.closed and broken not in lent.wires._free and counted(IN_USE) == in_use

    await eventually(is_gone)
    assert counted(OPEN) <= opened
    await lent.mongo.close()


@pytest.fixture(scope="module")
def encrypted_mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    """One that speaks TLS alone."""
    folder = tmp_path_factory.mktemp("encrypted")
    key_file, certificate_file = folder / "key.pem", folder / "certificate.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mongod")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    written = certificate.public_bytes(serialization.Encoding.PEM)
    certificate_file.write_bytes(written)
    form, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, no_password) + written)
    options = ("--tlsMode", "requireTLS", "--tlsCertificateKeyFile", str(key_file))
    mongod = Mongod(folder, *options, wants=f"tls=true&tlsCAFile={certificate_file}")
    mongod.start()
    yield mongod
    mongod.end()


async def test_a_connection_with_tls_is_lent_and_given_back(encrypted_mongod: Mongod) -> None:
    lent = Lent(connect(encrypted_mongod.uri, driver="pymongo", timeout_ms=30_000, pool_size=4))
    await lent.warm(1)
    long = {"text": "x" * 3_000_000}
    await lent.collection.insert_one(dict(long))

    assert [await lent.find({"a": None}) for _ in range(2)] == [[long], [long]]
    assert len(lent.wires._free) == 1
    await lent.wires.close()

    assert len(lent.wires.pool.conns) == 1
    assert await lent.collection.count_documents({}) == 2
    await lent.mongo.close()
