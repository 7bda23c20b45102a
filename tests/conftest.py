"""A real mongod for the whole run, databases of its own for each test, and the services and the app over them."""

import asyncio
import inspect
import itertools
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import hypothesis
import pytest
import uvicorn
from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

import logs
from app import create_app
from routes.protocol import HttpProtocol
from services import Services, open_services
from settings import Settings
from tests.builders import NOW, Document
from tests.mongods import CHECKPOINT, TESTS_BETWEEN_CHECKPOINTS, running_mongodb
from tests.sandboxes import Sandbox, running_sandbox

KEYLESS = ("deezer", "qq")
# Nothing listens there.
NOWHERE = "http://127.0.0.1:9"
DATABASES = ("kisum_data", "data_analyst", "charts", "auth")
# What drivers say to keep a connection, and what makes the indexes.
_NOT_COUNTED = frozenset({"hello", "ismaster", "ping", "endSessions", "createIndexes"})
_numbers = itertools.count(1)

# However long an example takes beside whatever else runs.
hypothesis.settings.register_profile(
    "unhurried", hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
)
hypothesis.settings.load_profile("unhurried")


class Clock:
    """The time as the code under test has it; turned by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class Commands:
    """What MongoDB was asked, in order."""

    def __init__(self) -> None:
        self.sent: list[Document] = []
        self.listener = _Listener(self)

    @property
    def names(self) -> list[str]:
        return [next(iter(command)) for command in self.sent]


Listeners = list[CommandListener]


class _Listener(CommandListener):
    def __init__(self, commands: Commands) -> None:
        self._commands = commands

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name not in _NOT_COUNTED:
            self._commands.sent.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...


@dataclass
class Database:
    """The databases of one test, written and read past the code under test."""

    client: AsyncMongoClient[Document]
    prefix: str

    def collection(self, name: str) -> Any:
        database, _, collection = name.partition(".")
        return self.client[self.prefix + database][collection]

    async def insert(self, name: str, *documents: Document) -> None:
        await self.collection(name).insert_many([dict(document) for document in documents])

    async def artists(self, *documents: Document) -> None:
        await self.insert("kisum_data.artists_v2", *documents)

    async def stats(self, *documents: Document) -> None:
        await self.insert("data_analyst.artist_data", *documents)

    async def points(self, *documents: Document) -> None:
        await self.insert("data_analyst.artist_popularity", *documents)

    async def days(self, *documents: Document) -> None:
        await self.insert("data_analyst.artist_data_history", *documents)

    async def all(self, name: str) -> list[Document]:
        found: list[Document] = await self.collection(name).find({}, {"_id": 0}).to_list(None)
        return found

    async def drop(self) -> None:
        await asyncio.gather(*(self.client.drop_database(self.prefix + name) for name in DATABASES))


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_environment() -> Iterator[None]:
    """The tests must never reach somebody's database or providers."""
    names = {name.upper() for name in Settings.model_fields}
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper() in names:
                patch.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    logs.set_up_logs(level="info", log_format="json")


@pytest.fixture(autouse=True)
def _logs_as_they_were(_logs: None) -> Iterator[None]:
    """A test that sets the logs up anew, as every command does, does so for itself alone."""
    root = logging.getLogger()
    before = [root.level, *root.handlers]
    yield
    if [root.level, *root.handlers] != before:
        logs.set_up_logs(level="info", log_format="json")


@pytest.fixture(scope="session")
def mongodb() -> Iterator[str]:
    """The address of the run's mongod."""
    with running_mongodb() as uri:
        yield uri


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def listeners(request: pytest.FixtureRequest, commands: Commands) -> Listeners:
    """The commands' listener where a test asks for them: by itself the driver has none, and its reads are direct."""
    return [commands.listener] if "commands" in inspect.signature(request.function).parameters else []


@pytest.fixture
async def database(mongodb: str) -> AsyncIterator[Database]:
    async with AsyncMongoClient[Document](mongodb, tz_aware=True) as client:
        number = next(_numbers)
        database = Database(client, prefix=f"t{number}_")
        yield database
        await database.drop()
        if number % TESTS_BETWEEN_CHECKPOINTS == 0:
            await client.admin.command(CHECKPOINT)


@pytest.fixture
def make_settings(mongodb: str) -> Callable[..., Settings]:
    """Settings as a user's, over the run's mongod; a test names what it is about."""

    # No test asks a real provider, or a site: those that need no credentials are left out, or aren't where they are.
    defaults = {
        "embedded_mongodb_uri": mongodb,
        "disabled_providers": KEYLESS,
        "kworb_base_url": NOWHERE,
        "billboard_base_url": NOWHERE,
    }

    def make(**changes: Any) -> Settings:
        return Settings(_env_file=None, **(defaults | changes))

    return make


@pytest.fixture
async def services(
    make_settings: Callable[..., Settings], database: Database, clock: Clock, listeners: Listeners
) -> AsyncIterator[Services]:
    async with open_services(make_settings(), clock=clock, prefix=database.prefix, listeners=listeners) as services:
        yield services


MakeClient = Callable[..., Any]


@pytest.fixture
def make_client(
    make_settings: Callable[..., Settings], database: Database, clock: Clock, listeners: Listeners
) -> MakeClient:
    """A context manager that runs the app under the given settings and gives a client of it."""

    @asynccontextmanager
    async def make(
        *, host: str = "127.0.0.1", peer: str = "127.0.0.1", **changes: Any
    ) -> AsyncIterator[httpx.AsyncClient]:
        app = create_app(make_settings(**changes), clock=clock, prefix=database.prefix, listeners=listeners)
        transport = httpx.ASGITransport(app, client=(peer, 50_000), raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client,
        ):
            yield client

    return make


@pytest.fixture
async def client(make_client: MakeClient) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app without keys, from loopback."""
    async with make_client() as client:
        yield client


ServeApp = Callable[..., AbstractAsyncContextManager[str]]


@pytest.fixture
def serve(make_settings: Callable[..., Settings], database: Database, clock: Clock) -> ServeApp:
    """A context manager that serves the app under the given settings over HTTP, and gives its address."""

    @asynccontextmanager
    async def run(**changes: Any) -> AsyncIterator[str]:
        app = create_app(make_settings(**changes), clock=clock, prefix=database.prefix)
        server = uvicorn.Server(uvicorn.Config(app, http=HttpProtocol, log_config=None))
        # Who connects before the server accepts waits in the socket's queue: nobody has to ask whether it is up.
        with socket.create_server(("127.0.0.1", 0)) as listener:
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                server.should_exit = True
                await serving

    return run


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_sandbox: Sandbox) -> Sandbox:
    """The run's sandbox, without faults and calls; its time stands still at NOW."""
    _sandbox.reset()
    return _sandbox
