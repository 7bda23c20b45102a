import asyncio
import socket
from collections.abc import Iterable

import httpx
import uvicorn
from starlette.types import Receive, Scope, Send

from routes.protocol import GatheringTransport, HttpProtocol
from tests.conftest import ServeApp


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
    return wire, GatheringTransport(wire, asyncio.get_running_loop())  # type: ignore[arg-type]


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
