import asyncio
import struct
from types import SimpleNamespace
from typing import Any

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.errors import ProtocolError

from services.store.wire import Wire

PING = bson.encode({"ping": 1, "$db": "admin"})
PONG = bson.encode({"ok": 1.0, "text": "é" * 40})
MAX_MESSAGE_BYTES = 10_000


class Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.ended = False

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return self.ended

    def abort(self) -> None:
        self.ended = True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        pass


async def asked_wire() -> tuple[Wire, Transport, "asyncio.Future[memoryview]"]:
    """A wire on which a command was asked; what comes on it, the test says."""
    transport = Transport()
    driver = SimpleNamespace(transport=transport, connection_lost=lambda error: None)
    connection = SimpleNamespace(conn=SimpleNamespace(get_conn=driver), max_message_size=MAX_MESSAGE_BYTES)
    wire = Wire(None, connection, asyncio.get_running_loop())
    return wire, transport, wire.ask(PING)


def message(body: bytes = PONG, *, answers: int = 1, operation: int = 2013, flags: int = 0) -> bytes:
    return struct.pack("<iiiiIB", 21 + len(body), 7, answers, operation, flags, 0) + body


@given(cuts=st.lists(st.integers(0, len(message()))))
async def test_a_reply_is_the_same_in_whatever_pieces_it_comes(cuts: list[int]) -> None:
    wire, _, reply = await asked_wire()
    whole, ends = message(), sorted({*cuts, len(message())} - {0})

    for start, end in zip([0, *ends], ends, strict=False):
        assert not reply.done()
        wire.data_received(whole[start:end])

    assert bytes(await reply) == PONG


async def test_one_reply_after_another_is_taken() -> None:
    wire, transport, first = await asked_wire()
    wire.data_received(message())
    second = wire.ask(PING)
    wire.data_received(message(answers=2)[:50])
    wire.data_received(message(answers=2)[50:])

    assert (bytes(await first), bytes(await second)) == (PONG, PONG)
    assert [struct.unpack_from("<ii", sent) for sent in transport.written] == [(21 + len(PING), 1), (21 + len(PING), 2)]


@pytest.mark.parametrize(
    "received",
    [
        message(answers=2),
        message(operation=2012),
        message(flags=2),
        message() + b"more",
        message(b"x" * MAX_MESSAGE_BYTES)[:100],
        struct.pack("<i", -1) + message()[4:],
    ],
    ids=["of another request", "compressed", "with more to come", "and more", "too long", "of no length"],
)
async def test_what_is_no_reply_breaks_the_connection_off(received: bytes) -> None:
    wire, transport, reply = await asked_wire()

    wire.data_received(received)

    with pytest.raises(ProtocolError):
        await reply
    assert transport.ended


async def test_what_comes_without_being_asked_for_breaks_the_connection_off() -> None:
    wire, transport, reply = await asked_wire()
    wire.data_received(message())

    wire.data_received(message(answers=0))

    assert bytes(await reply) == PONG
    assert transport.ended


async def test_the_end_of_a_connection_is_told_to_who_waits() -> None:
    wire, _, reply = await asked_wire()

    wire.connection_lost(None)

    with pytest.raises(OSError, match=r"^connection closed$"):
        await reply
