import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest
import uvicorn
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from execution.executor import Answer, Begun, Request
from routes.gate import Keys
from routes.lane import Lane, Taken
from routes.protocol import LANE, GatheringTransport, HttpProtocol
from tests.conftest import ServeApp
from tests.services.conftest import eventually


class Wire:
    """A transport that keeps what it is to send, a list a call."""

    def __init__(self) -> None:
        self.sent: list[list[bytes]] = []
        self.is_closed = False
        self.peer = ("127.0.0.1", 5)

    def writelines(self, parts: Iterable[bytes]) -> None:
        self.sent.append([*parts])

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True


def gathering() -> tuple[Wire, GatheringTransport]:
    wire = Wire()
    return wire, GatheringTransport(wire, asyncio.get_running_loop(), [])  # type: ignore[arg-type]


async def test_what_is_written_in_a_turn_is_sent_at_its_end_by_one_call() -> None:
    wire, transport = gathering()

    for part in (b"headers", b"body"):
        transport.write(part)
    before = list(wire.sent)
    await asyncio.sleep(0)
    transport.write(b"later")
    await asyncio.sleep(0)

    assert (before, wire.sent) == ([], [[b"headers", b"body"], [b"later"]])


async def test_what_was_written_is_sent_before_it_is_closed() -> None:
    wire, transport = gathering()

    transport.write(b"last")
    transport.close()
    await asyncio.sleep(0)

    assert (wire.sent, wire.is_closed) == ([[b"last"]], True)


async def test_nothing_is_sent_to_who_has_gone() -> None:
    wire, transport = gathering()

    transport.write(b"late")
    wire.is_closed = True
    await asyncio.sleep(0)

    assert wire.sent == []


async def test_in_all_else_it_is_the_transport_that_it_is_over() -> None:
    wire, transport = gathering()

    assert transport.peer == wire.peer


async def test_requests_of_one_connection_are_answered_one_after_the_other(serve: ServeApp) -> None:
    async with serve() as address, httpx.AsyncClient(base_url=address) as client:
        answers = [await client.get("/healthz") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3


async def quiet(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that says who answered, and how long the body was."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    text = f"app {scope['method']} {scope['path']} {size}".encode()
    headers = [(b"content-length", b"%d" % len(text))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


class Held:
    """An executor that answers each request with its query, once it is let go on."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.go_on = asyncio.Event()
        self.go_on.set()

    def begin(self, request: Request, context: Any) -> Begun:
        return self.execute(request, context)

    async def execute(self, request: Request, context: Any) -> Answer:
        self.begun.append(request.query)
        await self.go_on.wait()
        return Answer(f"lane {request.query}".encode(), executed=True)


class Talk:
    """A connection, spoken over byte by byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def say(self, *parts: bytes) -> None:
        """Send the parts, each by itself."""
        for part in parts:
            self._writer.write(part)
            await self._writer.drain()
            await asyncio.sleep(0)

    async def hear(self) -> tuple[bytes, bytes]:
        """The head and the body of the next answer."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.splitlines() if line.startswith(b"content-length: "))
        return head, await self._reader.readexactly(int(length.partition(b": ")[2]))

    async def rest(self) -> bytes:
        """What comes until the server closes the connection."""
        return await self._reader.read()

    def leave(self) -> None:
        self._writer.close()


class Server:
    """A server with a lane, and its executor."""

    def __init__(self, server: uvicorn.Server, port: int, executor: Held) -> None:
        self._server = server
        self._port = port
        self.executor = executor

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Talk]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        yield Talk(reader, writer)
        writer.close()
        await writer.wait_closed()

    def stop(self) -> None:
        self._server.should_exit = True

    async def has_part(self) -> bool:
        """Whether a request for the lane has come in part."""
        return any(connection._offered for connection in self._server.server_state.connections)  # type: ignore[union-attr]

    async def has_none(self) -> bool:
        return not await self.has_part()

    async def is_idle(self) -> bool:
        return not self._server.server_state.tasks and not self._server.server_state.connections


@pytest.fixture
def serving() -> Callable[..., Any]:
    @asynccontextmanager
    async def run(**options: Any) -> AsyncIterator[Server]:
        executor = Held()
        lane = Lane(Keys(full=[SecretStr("full")], read_only=[]), executor, None)  # type: ignore[arg-type]

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "lifespan":
                scope["state"][LANE] = lane
                for kind in ("startup", "shutdown"):
                    await receive()
                    await send({"type": f"lifespan.{kind}.complete"})
            else:
                await quiet(scope, receive, send)

        server = uvicorn.Server(uvicorn.Config(app, http=HttpProtocol, lifespan="on", log_config=None, **options))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            task = asyncio.create_task(server.serve(sockets=[listener]))
            yield Server(server, listener.getsockname()[1], executor)
            executor.go_on.set()
            server.should_exit = True
            await task

    return run


def post(query: str, *lines: bytes, path: bytes = b"/graphql", version: bytes = b"1.1", padding: int = 0) -> bytes:
    """A request as it is sent."""
    body = orjson.dumps({"query": query, "padding": "x" * padding})
    head = (
        b"POST %b HTTP/%b" % (path, version),
        b"Host: localhost",
        b"Content-Type: application/json",
        b"Authorization: Bearer full",
        b"Content-Length: %d" % len(body),
        *lines,
    )
    return b"\r\n".join(head) + b"\r\n\r\n" + body


async def test_a_request_for_the_lane_is_answered_there(serving: Callable[..., Any]) -> None:
    async with serving() as server, server.connected() as talk:
        await talk.say(post("a"))
        head, body = await talk.hear()

    assert head.startswith(b"HTTP/1.1 200 OK\r\ndate: ")
    assert b"\r\ncontent-type: application/json\r\nx-request-id: " in head
    assert body == b"lane a"


@pytest.mark.parametrize(
    ("request_", "answered"),
    [
        (post("a", path=b"/else"), b"app POST /else"),
        (post("a", path=b"/graphql?x=1"), b"app POST /graphql"),
        (post("a", padding=100_000), b"app POST /graphql 1000"),
        (post("a").replace(b"full", b"none"), b"app POST /graphql"),
        (post("a", b"Upgrade: h2c", b"Connection: Upgrade"), b"app POST /graphql"),
        (b"GET /graphql HTTP/1.1\r\nHost: localhost\r\n\r\n", b"app GET /graphql"),
    ],
    ids=["another path", "parameters", "a long body", "a wrong key", "an upgrade", "by GET"],
)
async def test_all_else_is_the_apps(serving: Callable[..., Any], request_: bytes, answered: bytes) -> None:
    async with serving() as server, server.connected() as talk:
        await talk.say(request_)
        _, body = await talk.hear()

    assert body.startswith(answered)
    assert server.executor.begun == []


async def test_what_is_expected_to_be_told_to_go_on_is_the_apps(serving: Callable[..., Any]) -> None:
    head, _, content = post("a", b"Expect: 100-continue").partition(b"\r\n\r\n")
    async with serving() as server, server.connected() as talk:
        await talk.say(head + b"\r\n\r\n")
        told = await talk._reader.readuntil(b"\r\n\r\n")
        await talk.say(content)
        _, body = await talk.hear()

    assert told == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert body.startswith(b"app POST /graphql")


async def test_a_request_that_comes_byte_by_byte_is_answered_in_the_lane(serving: Callable[..., Any]) -> None:
    async with serving() as server, server.connected() as talk:
        await talk.say(*(bytes([byte]) for byte in post("a")))
        _, body = await talk.hear()

    assert body == b"lane a"


async def test_a_head_that_has_come_before_is_known_on_every_connection(
    serving: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []
    bodies: list[bytes] = []
    take = Lane.take

    def noting(lane: Lane, headers: Any, body: bytes) -> Taken | None:
        parsed.append(body)
        return take(lane, headers, body)

    monkeypatch.setattr(Lane, "take", noting)

    async with serving() as server:
        for queries in ("ab", "c"):
            async with server.connected() as talk:
                for query in queries:
                    await talk.say(post(query))
                    bodies.append((await talk.hear())[1])

    assert bodies == [b"lane a", b"lane b", b"lane c"]
    assert parsed == [orjson.dumps({"query": "a", "padding": ""})]


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ((post("bb"),), b"lane bb"),
        ((post("b")[:-4], post("b")[-4:]), b"lane b"),
        ((post("b", b"Other: x"),), b"lane b"),
        ((post("b").replace(b'"}', b"'}"),), b"app POST"),
        ((post("b").replace(b"{", b"["),), b"app POST"),
        ((post("b").replace(b"full", b"fuil"),), b"app POST"),
    ],
    ids=["a longer body", "in parts", "one more header", "no JSON", "no request", "another key"],
)
async def test_what_comes_otherwise_after_a_head_that_is_known_is_parsed(
    serving: Callable[..., Any], sent: tuple[bytes, ...], answered: bytes
) -> None:
    async with serving() as server, server.connected() as talk:
        await talk.say(post("a"))
        await talk.hear()
        await talk.say(*sent)
        _, body = await talk.hear()

    assert body.startswith(answered)


async def test_two_at_once_after_a_head_that_is_known_are_both_answered(serving: Callable[..., Any]) -> None:
    async with serving() as server, server.connected() as talk:
        await talk.say(post("a"))
        await talk.hear()
        await talk.say(post("b") + post("c"))
        bodies = [(await talk.hear())[1] for _ in range(2)]

    assert [body[:5] for body in bodies] == [b"lane ", b"app P"]


async def test_what_looks_like_a_request_is_a_body_where_one_is_under_way(serving: Callable[..., Any]) -> None:
    whole = post("a")
    async with serving() as server, server.connected() as talk:
        await talk.say(whole)
        await talk.hear()
        await talk.say(b"POST /else HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(whole), whole)
        _, body = await talk.hear()

    assert body == b"app POST /else %d" % len(whole)


async def test_what_comes_while_one_with_a_known_head_is_under_way_waits_for_it(serving: Callable[..., Any]) -> None:
    async with serving() as server, server.connected() as talk:
        await talk.say(post("a"))
        await talk.hear()
        server.executor.go_on.clear()
        await talk.say(post("b"))
        await eventually(has_begun(server.executor, 2))
        await talk.say(post("c"))
        server.executor.go_on.set()
        bodies = [(await talk.hear())[1] for _ in range(2)]

    assert [body[:5] for body in bodies] == [b"lane ", b"app P"]


async def test_a_chunked_body_is_no_body_of_a_known_length(serving: Callable[..., Any]) -> None:
    plain = post("a")
    head, _, content = plain.partition(b"\r\n\r\n")
    chunked = head.rpartition(b"\r\n")[0] + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunked += b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content)
    async with serving() as server, server.connected() as talk:
        for _ in range(2):
            await talk.say(chunked)
            assert (await talk.hear())[1] == b"lane a"


async def test_a_connection_goes_on_between_the_lane_and_the_app(serving: Callable[..., Any]) -> None:
    bodies = []
    async with serving() as server, server.connected() as talk:
        for request_ in (post("a"), post("b", path=b"/else"), post("c"), post("d", padding=100_000), post("e")):
            await talk.say(request_)
            bodies.append((await talk.hear())[1][:8])

    assert bodies == [b"lane a", b"app POST", b"lane c", b"app POST", b"lane e"]


async def test_requests_that_are_sent_at_once_are_answered_in_their_order(serving: Callable[..., Any]) -> None:
    async with serving() as server, server.connected() as talk:
        await talk.say(post("a") + post("b") + post("c", path=b"/else") + post("d"))
        bodies = [(await talk.hear())[1] for _ in range(4)]

    assert [body[:5] for body in bodies] == [b"lane ", b"app P", b"app P", b"app P"]


@pytest.mark.parametrize(
    "request_", [post("a", b"Connection: close"), post("a", version=b"1.0")], ids=["asked to", "HTTP/1.0"]
)
async def test_a_connection_that_is_not_kept_is_closed(serving: Callable[..., Any], request_: bytes) -> None:
    async with serving() as server, server.connected() as talk:
        await talk.say(request_)
        heard = await talk.rest()

    assert b"\r\nconnection: close\r\n\r\n" in heard
    assert heard.endswith(b"lane a")


async def test_a_connection_on_which_nothing_comes_is_closed(serving: Callable[..., Any]) -> None:
    async with serving(timeout_keep_alive=1) as server, server.connected() as talk:
        await talk.say(post("a"))
        await talk.hear()
        assert await talk.rest() == b""


async def test_a_connection_is_not_closed_while_a_request_is_under_way(serving: Callable[..., Any]) -> None:
    loop = asyncio.get_running_loop()
    async with serving(timeout_keep_alive=1) as server, server.connected() as talk:
        await talk.say(post("a"))
        await talk.hear()
        server.executor.go_on.clear()
        await talk.say(post("b"))
        # Until after its time without the second request.
        loop.call_later(1.5, server.executor.go_on.set)
        _, body = await talk.hear()
        assert await talk.rest() == b""

    assert body == b"lane b"


async def test_a_server_that_stops_answers_what_is_under_way_and_closes(serving: Callable[..., Any]) -> None:
    async with serving() as server, server.connected() as talk:
        server.executor.go_on.clear()
        await talk.say(post("a"))
        await eventually(has_begun(server.executor, 1))
        server.stop()
        # The server looks every tenth of a second whether it is to stop.
        asyncio.get_running_loop().call_later(0.5, server.executor.go_on.set)
        heard = await talk.rest()

    assert b"\r\nconnection: close\r\n\r\n" in heard
    assert heard.endswith(b"lane a")


async def test_a_server_that_stops_answers_what_has_come_in_part(serving: Callable[..., Any]) -> None:
    whole = post("a")
    async with serving() as server, server.connected() as talk:
        await talk.say(whole[:-4])
        await eventually(server.has_part)
        server.stop()
        await eventually(server.has_none)
        await talk.say(whole[-4:])
        heard = await talk.rest()

    assert b"\r\nconnection: close\r\n\r\n" in heard
    assert heard.endswith(b"app POST /graphql %d" % len(whole.partition(b"\r\n\r\n")[2]))


async def test_nothing_is_sent_to_who_left_while_a_request_was_under_way(serving: Callable[..., Any]) -> None:
    async with serving() as server:
        async with server.connected() as talk:
            server.executor.go_on.clear()
            await talk.say(post("a"))
            await eventually(has_begun(server.executor, 1))
            talk.leave()
        server.executor.go_on.set()
        await eventually(server.is_idle)


def has_begun(executor: Held, count: int) -> Callable[[], Any]:
    async def begun() -> bool:
        return len(executor.begun) == count

    return begun


async def test_a_body_in_many_parts_arrives_whole() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for number in range(200):
            await send({"type": "http.response.body", "body": b"%04d" % number * 1000, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    server = uvicorn.Server(uvicorn.Config(app, http=HttpProtocol, lifespan="off", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        async with httpx.AsyncClient() as client:
            answer = await client.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        server.should_exit = True
        await serving

    assert answer.content == b"".join(b"%04d" % number * 1000 for number in range(200))
