"""A server of bytes: it reads a request, and then does with the connection what the test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Play = Callable[["Connection"], Awaitable[None]]


class Connection:
    """A connection on which a request was read."""

    def __init__(self, request: str, writer: asyncio.StreamWriter) -> None:
        self.request = request
        self._writer = writer

    async def send(self, part: bytes) -> None:
        self._writer.write(part)
        await self._writer.drain()

    def cut(self) -> None:
        self._writer.close()

    async def say_nothing(self) -> None:
        """Wait for the client to give up."""
        await asyncio.get_running_loop().create_future()


class Wire:
    """Plays a provider to whoever connects, and keeps what it was asked."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.plays: list[Play] = []
        self.connections = 0
        self._port = 0
        self._news = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def answers(self, *answers: bytes | Play) -> None:
        """What it does with the requests to come, one after the other, and the last for all further ones."""
        self.plays = [_sends(answer) if isinstance(answer, bytes) else answer for answer in answers]

    async def asked(self, times: int) -> None:
        """Return when so many requests have come."""
        while len(self.requests) < times:
            self._news.clear()
            await self._news.wait()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Wire"]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._under_way:
                task.cancel()
            if self._under_way:
                await asyncio.wait(self._under_way)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    request = (await reader.readuntil(b"\r\n\r\n")).decode()
                    self.requests.append(request)
                    self._news.set()
                    play = self.plays.pop(0) if len(self.plays) > 1 else self.plays[0]
                    await play(Connection(request, writer))
        finally:
            writer.close()


def _sends(answer: bytes) -> Play:
    async def play(connection: Connection) -> None:
        await connection.send(answer)

    return play


def answer(body: bytes = b"{}", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """An answer in full; `length` is what it claims to be long."""
    claimed = f"content-length: {len(body) if length is None else length}"
    return "\r\n".join([f"HTTP/1.1 {status}", claimed, *headers, "", ""]).encode() + body
