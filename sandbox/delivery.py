"""Sends an answer over ASGI as it is told: at once, late, byte by byte, cut off, or not to its end."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from sandbox.named import Knobs

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Drips are sent this often in a second, where there is a byte for each.
TICKS = 10
BLANKS = b" " * 2**16


class ClientGone(Exception):
    """The client has closed the connection."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: bytes, with headers by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """The other end of a request."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self.send = send

    async def read(self) -> bytes:
        """The body of the request."""
        body = bytearray()
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            body += message.get("body", b"")
            if not message.get("more_body"):
                return bytes(body)

    async def wait(self, seconds: float | None) -> None:
        """Waits so long, None for as long as the client does; raises ClientGone as soon as it has gone."""
        try:
            async with asyncio.timeout(seconds):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            return
        raise ClientGone


async def deliver(answer: Answer, knobs: Knobs, client: Client) -> None:
    """Sends the answer. Where it ends without the whole body, the server cuts the connection. Raises ClientGone."""
    body = answer.body
    length = len(body) + knobs.padding
    headers = {**answer.headers, "content-length": str(length)}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await client.send({"type": "http.response.start", "status": answer.status, "headers": raw})
    if knobs.is_silent:
        await client.wait(None)
    await _pad(knobs.padding, client)
    is_cut = knobs.truncate_at is not None
    if is_cut:
        body = body[: knobs.truncate_at]
    if knobs.drip is None:
        await _send(body, client, more=is_cut)
    else:
        await _drip(body, knobs.drip, client, more=is_cut)


async def _send(body: bytes, client: Client, *, more: bool) -> None:
    await client.send({"type": "http.response.body", "body": body, "more_body": more})


async def _pad(blanks: int, client: Client) -> None:
    for sent in range(0, blanks, len(BLANKS)):
        await _send(BLANKS[: blanks - sent], client, more=True)
        # Where the client reads no further, the server drops what it is sent: this finds out.
        await client.wait(0)


async def _drip(body: bytes, per_s: float, client: Client, *, more: bool) -> None:
    size = max(1, round(per_s / TICKS))
    for start in range(0, len(body), size):
        await _send(body[start : start + size], client, more=more or start + size < len(body))
        await client.wait(size / per_s)
