"""One refresh at a time over server processes, those included that die or stand still in the middle of one."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pymongo import AsyncMongoClient, MongoClient

from services.providers import TIERS
from tests.builders import NOW, stats_document
from tests.commands.conftest import DEADLINE_S, Server, StartServer, started_servers
from tests.conftest import DATABASES, Database
from tests.sandboxes import NOVA, Sandbox
from tests.services.conftest import eventually

ARTISTS, STATES = "kisum_data.artists_v2", "data_analyst.refresh_state"
STATS, HISTORY = "data_analyst.artist_data", "data_analyst.artist_data_history"
PATH = f"/analyst/artists/{NOVA}/stats"
STALE = stats_document(NOVA, updatedAt=NOW - timedelta(days=30))
SONGSTATS = "/songstats/enterprise/v1/artists/stats"
LEASE_S = 2


@dataclass
class Fleet:
    """Servers over one database and one sandbox; one that has died is replaced at the next test."""

    start: StartServer
    variables: dict[str, str]
    servers: list[Server] = field(default_factory=list)

    def running(self, count: int) -> list[Server]:
        self.servers = [server for server in self.servers if server.process.poll() is None]
        while len(self.servers) < count:
            self.servers.append(self.start(**self.variables))
        return [server.started() for server in self.servers[:count]]


@pytest.fixture(scope="module")
def fleet(mongodb: str, _sandbox: Sandbox) -> Iterator[Fleet]:
    database = {"DB_MONGO_PROD_KISUM": mongodb, "REFRESH_LEASE_S": str(LEASE_S)}
    with started_servers() as start:
        yield Fleet(start, database | _providers(_sandbox))
    with MongoClient[dict[str, Any]](mongodb) as client:
        for name in DATABASES:
            client.drop_database(name)


@pytest.fixture
async def served(mongodb: str, sandbox: Sandbox) -> AsyncIterator[Database]:
    """The database of the servers, in which Nova Ruiz is stale."""
    async with AsyncMongoClient[dict[str, Any]](mongodb, tz_aware=True) as client:
        database = Database(client, prefix="")
        await database.artists(*sandbox.documents(1))
        await database.stats(STALE)
        yield database
        # The indexes stay: they are made when a server starts.
        for name in (ARTISTS, STATS, HISTORY, STATES):
            await database.collection(name).delete_many({})


def _providers(sandbox: Sandbox) -> dict[str, str]:
    """The providers as somebody sets them who has their keys, at the sandbox's addresses."""
    variables = {"SPOTIFY_TOKEN_BASE_URL": sandbox.bases["spotify-accounts"]}
    for row in TIERS:
        if row.outside:
            variables[f"{row.name.upper()}_BASE_URL"] = sandbox.bases[{"instagram": "zylalabs"}.get(row.name, row.name)]
            variables |= {name.upper(): "sandbox" for name in row.credentials}
    return variables | {"SPOTIFY_CLIENT_ID": "extended"}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=DEADLINE_S) as client:
        yield client


async def asked(sandbox: Sandbox, provider: str) -> None:
    async def is_asked() -> bool:
        return bool(sandbox.requests(provider))

    await eventually(is_asked)


def requests(sandbox: Sandbox) -> Counter[tuple[str, str]]:
    log = sandbox.control.get("/requests").json()["requests"]
    return Counter((entry["provider"], entry["path"]) for entry in log)


async def test_fifty_readers_over_three_servers_cost_one_refresh(
    fleet: Fleet, served: Database, sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    servers = fleet.running(3)
    sandbox.fault("viberate", delay_ms=300)

    answers = await asyncio.gather(*(client.get(servers[n % 3].url + PATH) for n in range(50)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["data"]["fresh"]
    made = requests(sandbox)
    assert {"viberate", "songstats", "soundcharts", "lastfm"} <= {provider for provider, _ in made}
    assert set(made.values()) == {1}


async def test_what_a_killed_server_refreshed_is_refreshed_by_the_next_read(
    fleet: Fleet, served: Database, sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    killed, other = fleet.running(2)
    sandbox.fault("songstats", delay_ms=int(1000 * DEADLINE_S), times=1)
    reading = asyncio.create_task(client.get(killed.url + PATH))
    await asked(sandbox, "songstats")

    killed.process.kill()

    with pytest.raises(httpx.TransportError):
        await reading
    assert await served.all(STATS) == [STALE]
    assert await served.all(HISTORY) == []
    answer = await client.get(other.url + PATH)
    assert answer.json()["data"]["fresh"]
    assert requests(sandbox)["songstats", SONGSTATS] == 2


async def test_the_late_write_of_a_server_that_stood_still_changes_nothing(
    fleet: Fleet, served: Database, sandbox: Sandbox, client: httpx.AsyncClient
) -> None:
    stopped, other = fleet.running(2)
    sandbox.fault("songstats", delay_ms=400, times=1)
    reading = asyncio.create_task(client.get(stopped.url + PATH))
    await asked(sandbox, "songstats")

    os.kill(stopped.process.pid, signal.SIGSTOP)
    try:
        taken_over = (await client.get(other.url + PATH)).json()
        written = await served.all(STATS), await served.all(HISTORY)
    finally:
        os.kill(stopped.process.pid, signal.SIGCONT)

    answer = (await reading).json()
    stopped.wait_for(r'"outcome": ?"abandoned"')
    assert (await served.all(STATS), await served.all(HISTORY)) == written
    assert taken_over["data"]["fresh"]
    assert answer == taken_over
