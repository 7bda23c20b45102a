"""The database stands still or starts anew while a refresh is under way: an answer in time, and the next read works."""

import asyncio
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from app import create_app
from services.store.embedded import find_mongod
from settings import Settings
from tests import stopping
from tests.builders import NOW, stats_document
from tests.conftest import Clock
from tests.sandboxes import NOVA, Sandbox
from tests.services.conftest import DEADLINE_S, eventually

PATH = f"/analyst/artists/{NOVA}/stats"
QUERY = {"query": f"{{ artist(id: {NOVA}) {{ name stats {{ fresh }} }} }}"}
TIMEOUT_MS = 500
# The refresh's write, giving its lease back, and the reader's own look: each has the deadline of an operation.
IN_TIME_S = 3 * TIMEOUT_MS / 1000 + 2


class Mongod:
    """A stand-alone mongod that can be made to stand still, and to start anew."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = str(probe.getsockname()[1])
        where = ("--dbpath", str(folder), "--port", port, "--bind_ip", "127.0.0.1", "--nounixsocket")
        self._command = [str(find_mongod()), *where, "--wiredTigerCacheSizeGB", "0.25"]
        self.uri = f"mongodb://127.0.0.1:{port}"
        self._start()

    def stand_still(self) -> None:
        stopping.stop(self._process.pid)

    def go_on(self) -> None:
        stopping.go_on(self._process.pid)

    def start_anew(self) -> None:
        self.end()
        self._start()

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(DEADLINE_S)

    def write(self, sandbox: Sandbox, *stats: dict[str, Any]) -> None:
        """Nova Ruiz and what is stored of her, and nothing else."""
        with MongoClient[dict[str, Any]](self.uri) as client:
            for name in ("artist_data", "artist_data_history", "refresh_state"):
                client.data_analyst[name].delete_many({})
            client.kisum_data.artists_v2.delete_many({})
            client.kisum_data.artists_v2.insert_many(sandbox.documents(1))
            if stats:
                client.data_analyst.artist_data.insert_many(stats)

    def _start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        with MongoClient[dict[str, Any]](self.uri, serverSelectionTimeoutMS=1000 * DEADLINE_S) as client:
            client.admin.command("ping")


@pytest.fixture(scope="module")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    mongod = Mongod(tmp_path_factory.mktemp("mongod"))
    yield mongod
    mongod.end()


@pytest.fixture
async def client(
    mongod: Mongod, make_settings: Callable[..., Settings], sandbox: Sandbox, clock: Clock
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server whose refreshes are held up, once, when they have asked the first provider."""
    mongod.write(sandbox)
    settings = make_settings(
        embedded_mongodb_uri=mongod.uri,
        mongodb_timeout_ms=TIMEOUT_MS,
        sandbox_bases=dict(sandbox.bases),
        disabled_providers=(),
        refresh_lease_s=1,
    )
    sandbox.fault("songstats", delay_ms=300, times=1)
    app = create_app(settings, clock=clock)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
    ):
        yield client


async def in_mid_refresh(sandbox: Sandbox, read: Any) -> "asyncio.Task[httpx.Response]":
    """The read, begun, once its refresh is held up."""

    async def is_held_up() -> bool:
        return bool(sandbox.requests("songstats"))

    reading = asyncio.create_task(read)
    await eventually(is_held_up)
    return reading


async def becomes_fresh(client: httpx.AsyncClient) -> bool:
    answer = await client.get(PATH)
    return answer.status_code == 200 and bool(answer.json()["data"]["fresh"])


async def test_what_is_stored_is_answered_where_the_database_stands_still(
    mongod: Mongod, client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    mongod.write(sandbox, stats_document(NOVA, updatedAt=NOW - timedelta(days=8)))
    reading = await in_mid_refresh(sandbox, client.get(PATH))

    mongod.stand_still()
    began = time.monotonic()
    try:
        answer = await reading
    finally:
        mongod.go_on()

    assert time.monotonic() - began < IN_TIME_S
    assert (answer.status_code, answer.json()["data"]["fresh"]) == (200, False)
    assert await becomes_fresh(client)


async def test_with_nothing_stored_the_error_is_that_the_database_is_away(
    mongod: Mongod, client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    reading = await in_mid_refresh(sandbox, client.get(PATH))

    mongod.stand_still()
    began = time.monotonic()
    try:
        answer = await reading
    finally:
        mongod.go_on()

    assert time.monotonic() - began < IN_TIME_S
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert await becomes_fresh(client)


async def test_graphql_tells_the_same_beside_what_it_had_read(
    mongod: Mongod, client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    reading = await in_mid_refresh(sandbox, client.post("/graphql", json=QUERY))

    mongod.stand_still()
    try:
        answer = (await reading).json()
    finally:
        mongod.go_on()

    assert answer["data"] == {"artist": {"name": "Nova Ruiz", "stats": None}}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAVAILABLE"]
    assert await becomes_fresh(client)


async def test_a_database_that_is_started_anew_costs_one_read_at_most(
    mongod: Mongod, client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    reading = await in_mid_refresh(sandbox, client.get(PATH))

    await asyncio.to_thread(mongod.start_anew)

    answer = await reading
    assert answer.status_code == 200 or answer.json()["code"] == "UNAVAILABLE"
    assert await becomes_fresh(client)
