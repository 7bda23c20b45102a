"""The store on both drivers, and a mongod that can be stopped, killed and started again."""

import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from services.store import Driver, Store, guard, open_store
from services.store.client import connect
from services.store.driver import Mongo
from services.store.embedded import find_mongod
from tests import stopping
from tests.builders import Document
from tests.conftest import Database, Listeners

# For modules whose clients are closed while they connect: PyMongo leaves those sockets open (PYTHON-5867).
SOCKETS_LEFT_OPEN = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.usefixtures("_sockets_are_found_at_the_end"),
]

# The deadline of clients that find theirs away.
TIMEOUT_MS = 300

Connect = Callable[..., Mongo]

DRIVERS: tuple[Driver, ...] = ("pymongo", "motor")


class Mongod:
    """A mongod of the test's own, at one address for as long as the test lasts, whatever happens to it."""

    def __init__(self, folder: Path, *options: str, wants: str = "") -> None:
        """In the folder, with these options; `wants` is what its address has to say of it."""
        self._folder = folder
        self._options = options
        self._wants = wants
        self._guard: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def uri(self) -> str:
        return f"mongodb://{self.host}/?{self._wants}"

    def start(self) -> None:
        command = [
            str(find_mongod()),
            "--dbpath",
            str(self._folder),
            "--bind_ip",
            "127.0.0.1",
            "--port",
            str(self._port),
        ]
        self._guard = subprocess.Popen(
            [sys.executable, "-I", guard.__file__, *command, *self._options],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        with MongoClient[Document](self.uri, serverSelectionTimeoutMS=60_000) as client:
            client.admin.command("ping")

    def stop(self) -> None:
        """Have it answer nothing, with its connections open."""
        stopping.stop(self._pid)

    def go_on(self) -> None:
        stopping.go_on(self._pid)

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        self.end()

    def end(self) -> None:
        if self._guard and self._guard.stdin:
            self._guard.stdin.close()
            self._guard.wait(60)

    @property
    def _pid(self) -> int:
        return int((self._folder / "mongod.lock").read_text())


@pytest.fixture(scope="module")
def _sockets_are_found_at_the_end() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(params=DRIVERS)
def driver(request: pytest.FixtureRequest) -> Driver:
    found: Driver = request.param
    return found


@pytest.fixture
async def store(mongodb: str, database: Database, listeners: Listeners, driver: Driver) -> AsyncIterator[Store]:
    async with open_store(mongodb, driver=driver, prefix=database.prefix, listeners=listeners) as store:
        yield store


@pytest.fixture
def mongo(store: Store) -> Mongo:
    return store.mongo


@pytest.fixture
def mongod(tmp_path: Path) -> Iterator[Mongod]:
    """One that is not started yet."""
    mongod = Mongod(tmp_path)
    yield mongod
    mongod.end()


@pytest.fixture(scope="module")
def shared_mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    """One that a module's tests share; whoever stops it has it go on."""
    mongod = Mongod(tmp_path_factory.mktemp("mongod"))
    mongod.start()
    yield mongod
    mongod.end()


@pytest.fixture(scope="session")
def locked_mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    """One that lets nobody do anything who hasn't said who they are."""
    mongod = Mongod(tmp_path_factory.mktemp("locked"), "--auth")
    mongod.start()
    yield mongod
    mongod.end()


@pytest.fixture
async def connected(driver: Driver) -> AsyncIterator[Connect]:
    """Connects to an address, as the options have it."""
    opened: list[Mongo] = []

    def open_one(uri: str, **options: Any) -> Mongo:
        mongo = connect(uri, **({"driver": driver, "timeout_ms": TIMEOUT_MS, "pool_size": 5} | options))
        opened.append(mongo)
        return mongo

    yield open_one
    for mongo in opened:
        await mongo.close()
