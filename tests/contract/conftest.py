"""Several servers over one database and one sandbox."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from services.providers import TIERS
from tests.commands.conftest import DEADLINE_S, Server, StartServer, started_servers
from tests.conftest import DATABASES
from tests.sandboxes import Sandbox

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


def _providers(sandbox: Sandbox) -> dict[str, str]:
    """The providers as somebody sets them who has their keys, at the sandbox's addresses."""
    variables = {"SPOTIFY_TOKEN_BASE_URL": sandbox.bases["spotify-accounts"]}
    for row in TIERS:
        if row.outside:
            variables[f"{row.name.upper()}_BASE_URL"] = sandbox.bases[{"instagram": "zylalabs"}.get(row.name, row.name)]
            variables |= {name.upper(): "sandbox" for name in row.credentials}
    return variables | {"SPOTIFY_CLIENT_ID": "extended"}


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=DEADLINE_S) as http:
        yield http
