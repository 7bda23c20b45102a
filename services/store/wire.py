"""A connection of the driver's on which direct reads ask, by a protocol that does no more than that needs.

The driver's own stops and starts to read for each reply, and reads it in two parts.
"""

import asyncio
import struct
from typing import Any

from pymongo.errors import ProtocolError

_OP_MSG = 2013
# Length, request, response to, operation, flags and the kind of what follows: a document.
_HEADER = struct.Struct("<iiiiIB")
_LENGTH = struct.Struct("<i")


class Wire(asyncio.Protocol):
    """A connection on which one command at a time is asked."""

    def __init__(self, pool: Any, connection: Any, loop: asyncio.AbstractEventLoop) -> None:
        self.pool = pool
        self.connection = connection
        self.loop = loop
        self._driver = connection.conn.get_conn
        self._transport = self._driver.transport
        self._request_id = 0
        self._reply: asyncio.Future[memoryview] | None = None
        # What has come of a reply, and how long it has to be until more can be said.
        self._parts: list[bytes] = []
        self._come = self._wanted = 0
        self._transport.pause_reading()
        self._transport.set_protocol(self)
        self._transport.resume_reading()

    def ask(self, command: bytes) -> "asyncio.Future[memoryview]":
        """The document that the server answers the command with, both as BSON. Raises OSError, ProtocolError."""
        self._reply = self.loop.create_future()
        self._request_id = (self._request_id + 1) & 0x7FFFFFFF
        header = _HEADER.pack(_HEADER.size + len(command), self._request_id, 0, _OP_MSG, 0, 0)
        self._transport.write(header + command)
        return self._reply

    def is_broken(self) -> bool:
        """Whether it has ended, or is about to."""
        ended: bool = self._transport.is_closing()
        return ended

    def is_stale(self) -> bool:
        """Whether the driver has given up all that it opened before some time, and this one with them."""
        stale: bool = self.pool.stale_generation(self.connection.generation, self.connection.service_id)
        return stale

    def hand_back(self) -> None:
        """Have the driver's protocol on it again."""
        if not self.is_broken():
            self._transport.pause_reading()
            self._transport.set_protocol(self._driver)

    def break_off(self, error: Exception) -> None:
        """Close it; who waits for a reply is told the error."""
        self._transport.abort()
        self._fail(error)

    def data_received(self, data: bytes) -> None:
        """Take in what came: nearly always a whole reply."""
        if self._parts:
            self._parts.append(data)
            self._come += len(data)
            if self._come < self._wanted:
                return
            data = b"".join(self._parts)
            self._parts = []
        wanted = _HEADER.size if len(data) < _HEADER.size else _LENGTH.unpack_from(data)[0]
        if len(data) < wanted <= self.connection.max_message_size:
            self._parts, self._come, self._wanted = [data], len(data), wanted
            return
        self._take(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """End with the connection, and tell the driver's protocol, for which the driver will wait."""
        self._fail(exc or OSError("connection closed"))
        self._driver.connection_lost(exc)

    def _take(self, message: bytes) -> None:
        length, _, response_to, operation, flags, kind = _HEADER.unpack_from(message)
        expected = (len(message), self._request_id, _OP_MSG, 0, 0)
        if (length, response_to, operation, flags, kind) != expected or self._reply is None:
            self.break_off(ProtocolError(f"a reply of another kind: {operation}"))
        elif not self._reply.done():
            self._reply.set_result(memoryview(message)[_HEADER.size :])

    def _fail(self, error: Exception) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(error)
