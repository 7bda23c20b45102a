"""The database away: a clear answer within the deadline, and the server answers by itself when it is back."""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from app import create_app
from services.store.embedded import embedded_mongodb
from settings import Settings
from tests import stopping
from tests.builders import artist_document, stats_document
from tests.services.conftest import eventually

QUERY = {"query": "{ artist(id: 61) { name stats { spotifyFollowers } } }"}
TIMEOUT_MS = 500


class Mongod:
    """A mongod that can be made not to answer."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        with MongoClient[dict[str, Any]](uri) as client:
            client.kisum_data.artists_v2.insert_one(artist_document())
            client.data_analyst.artist_data.insert_one(stats_document())
            self._pid = int(client.admin.command("serverStatus")["pid"])

    def stop(self) -> None:
        stopping.stop(self._pid)

    def go_on(self) -> None:
        stopping.go_on(self._pid)


@pytest.fixture(scope="module")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    with embedded_mongodb(tmp_path_factory.mktemp("away")) as uri:
        yield Mongod(uri)


@pytest.fixture
async def asked(mongod: Mongod, make_settings: Callable[..., Settings]) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(make_settings(embedded_mongodb_uri=mongod.uri, mongodb_timeout_ms=TIMEOUT_MS))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
    ):
        # On a busy machine the mongod that has just started may be late at first.
        await eventually(lambda: is_ready(client))
        yield client


async def is_ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/readyz")).status_code == 200


@pytest.fixture
def away(mongod: Mongod, asked: httpx.AsyncClient) -> Iterator[None]:
    mongod.stop()
    yield
    mongod.go_on()


@pytest.mark.usefixtures("away")
async def test_rest_answers_503_within_the_deadline(asked: httpx.AsyncClient) -> None:
    began = time.monotonic()

    answer = await asked.get("/analyst/artists/61/stats")

    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert answer.headers["retry-after"] == "5"
    assert time.monotonic() - began < 4 * TIMEOUT_MS / 1000


@pytest.mark.usefixtures("away")
async def test_graphql_answers_unavailable(asked: httpx.AsyncClient) -> None:
    answer = (await asked.post("/graphql", json=QUERY)).json()

    assert answer["data"] == {"artist": None}
    assert answer["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
    assert answer["errors"][0]["message"] == "The database is away or too slow; try again in a moment."


@pytest.mark.usefixtures("away")
async def test_readyz_tells_and_healthz_does_not_care(asked: httpx.AsyncClient) -> None:
    assert (await asked.get("/readyz")).status_code == 503
    assert (await asked.get("/healthz")).status_code == 200


async def test_the_server_answers_by_itself_when_the_database_is_back(mongod: Mongod, asked: httpx.AsyncClient) -> None:
    mongod.stop()
    assert (await asked.get("/readyz")).status_code == 503

    mongod.go_on()

    deadline = time.monotonic() + 20
    while (await asked.get("/readyz")).status_code != 200:
        assert time.monotonic() < deadline
    answer = await asked.post("/graphql", json=QUERY)
    assert answer.json() == {"data": {"artist": {"name": "Nova Ruiz", "stats": {"spotifyFollowers": 1_204_331}}}}


async def test_a_server_starts_without_its_database(make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    app = create_app(make_settings(embedded_mongodb_uri="mongodb://127.0.0.1:9", mongodb_timeout_ms=TIMEOUT_MS))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as client,
    ):
        alive, ready = [(await client.get(path)).status_code for path in ("/healthz", "/readyz")]

    assert (alive, ready) == (200, 503)
