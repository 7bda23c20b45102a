import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from execution.executor import Answer
from routes import event_stream
from routes.event_stream import EventStream, wants_events
from services import Services
from tests.builders import NOW, artist_document
from tests.conftest import Database, MakeClient, ServeApp
from tests.services.conftest import counted, eventually
from tests.talking import LISTEN, end_refresh

EVENTS = {"accept": "text/event-stream"}
LONG_AGO = (NOW - timedelta(days=365)).isoformat()
BEGUN = [b":\n\n"]


class Wire:
    """A request of ASGI whose client stays until it is `gone`, and takes what is sent unless it is `full`."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()
        self.full = False
        self.parts: list[bytes] = []
        self.ended = False

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if self.full:
            await asyncio.get_running_loop().create_future()
        if message["type"] == "http.response.body":
            self.parts += [message["body"]] if message["body"] else []
            self.ended = not message["more_body"]

    def has_parts(self, count: int) -> Callable[[], Awaitable[bool]]:
        async def holds() -> bool:
            return len(self.parts) >= count

        return holds


class Source:
    """Answers: those that are given, and then none for ever or a fault."""

    def __init__(self, *bodies: bytes, fault: Exception | None = None, endless: bool = False) -> None:
        self._bodies = bodies
        self._fault = fault
        self._endless = endless
        self.closed = False

    async def answers(self) -> AsyncGenerator[Answer]:
        try:
            for body in self._bodies:
                yield Answer(body, executed=True)
            if self._fault:
                raise self._fault
            if self._endless:
                await asyncio.get_running_loop().create_future()
        finally:
            self.closed = True


async def stream(source: Source, wire: Wire, *, stopping: asyncio.Event | None = None) -> None:
    await EventStream(source.answers(), stopping=stopping or asyncio.Event())({}, wire.receive, wire.send)


async def test_each_answer_is_an_event_and_after_the_last_all_is_complete() -> None:
    wire = Wire()

    await stream(Source(b'{"data": 1}', b'{"data": 2}'), wire)

    assert wire.parts == [
        *BEGUN,
        b'event: next\ndata: {"data": 1}\n\n',
        b'event: next\ndata: {"data": 2}\n\n',
        b"event: complete\ndata:\n\n",
    ]
    assert wire.ended


async def test_a_client_that_goes_away_ends_the_answers() -> None:
    wire, source = Wire(), Source(endless=True)
    streaming = asyncio.create_task(stream(source, wire))
    wire.gone.set()

    await streaming

    assert source.closed
    assert b"complete" not in b"".join(wire.parts)


async def test_the_stop_of_the_server_ends_a_stream_that_is_not_complete() -> None:
    wire, source, stopping = Wire(), Source(b"{}", endless=True), asyncio.Event()
    stopping.set()

    await stream(source, wire, stopping=stopping)

    assert source.closed
    assert wire.ended
    assert b"complete" not in b"".join(wire.parts)


async def test_a_silent_stream_is_kept_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "KEEP_ALIVE_S", 0.001)
    wire = Wire()
    streaming = asyncio.create_task(stream(Source(endless=True), wire))

    await eventually(wire.has_parts(4))
    wire.gone.set()
    await streaming

    assert set(wire.parts) == {b":\n\n"}


async def test_who_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "SEND_TIMEOUT_S", 0.05)
    wire, source = Wire(), Source(b"{}", b"{}", endless=True)
    streaming = asyncio.create_task(stream(source, wire))
    await asyncio.sleep(0)
    wire.full = True

    await streaming

    assert source.closed
    assert not wire.ended


async def test_a_defect_ends_the_stream_and_is_raised() -> None:
    with pytest.raises(RuntimeError, match="a defect"):
        await stream(Source(b"{}", fault=RuntimeError("a defect")), Wire())


@pytest.mark.parametrize(
    ("method", "accept", "expected"),
    [
        ("POST", "text/event-stream", True),
        ("GET", "application/json;q=0.1, text/event-stream", True),
        ("HEAD", "text/event-stream", False),
        ("POST", "application/json", False),
    ],
)
def test_who_accepts_events_gets_them(method: str, accept: str, expected: bool) -> None:
    scope = {"type": "http", "method": method, "headers": [(b"accept", accept.encode())]}

    assert wants_events(scope) is expected


async def test_a_query_is_one_event(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document())

    answer = await client.post("/graphql", json={"query": "{ artist(id: 61) { name } }"}, headers=EVENTS)

    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.text == (
        ':\n\nevent: next\ndata: {"data":{"artist":{"name":"Nova Ruiz"}}}\n\nevent: complete\ndata:\n\n'
    )


async def test_a_document_that_cannot_be_carried_out_is_an_event_too(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": "{ nope }"}, headers=EVENTS)

    assert answer.status_code == 200
    assert '"code":"GRAPHQL_VALIDATION_FAILED"' in answer.text
    assert answer.text.endswith("event: complete\ndata:\n\n")


async def test_a_mutation_by_get_is_not_carried_out(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": "mutation { __typename }"}, headers=EVENTS)

    assert '"code":"METHOD_NOT_ALLOWED"' in answer.text


async def test_the_gate_stands_before_the_stream(make_client: MakeClient) -> None:
    async with make_client(musicdata_internal_api_key="full") as client:
        answer = await client.post("/graphql", json={"query": "{ metrics { field } }"}, headers=EVENTS)

    assert answer.status_code == 401


async def test_more_than_there_are_places_for_are_told_to_come_again(make_client: MakeClient) -> None:
    async with make_client(max_subscriptions=0) as client:
        answer = await client.post("/graphql", json={"query": "{ metrics { field } }"}, headers=EVENTS)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    assert answer.json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED"}


async def test_refreshes_are_told_as_they_end_and_how_long_is_no_duration(
    serve: ServeApp, services: Services, database: Database
) -> None:
    await database.artists(artist_document())
    await end_refresh(services.store, 61)
    query = {"query": LISTEN, "variables": {"ids": [61], "since": LONG_AGO}}
    before = counted("kisum_request_duration_seconds_count", route="/graphql")

    async with (
        serve() as address,
        httpx.AsyncClient() as client,
        client.stream("POST", f"{address}/graphql", json=query, headers=EVENTS) as answer,
    ):
        lines = answer.aiter_lines()
        for _ in range(2):
            assert await event_in(lines) == 'data: {"data":{"artistStatsRefreshed":{"id":61,"name":"Nova Ruiz"}}}'
            await end_refresh(services.store, 61)

    assert counted("kisum_request_duration_seconds_count", route="/graphql") == before


async def event_in(lines: Any) -> str:
    async with asyncio.timeout(30):
        async for line in lines:
            if line.startswith("data: "):
                return str(line)
    raise AssertionError("the stream has ended")
