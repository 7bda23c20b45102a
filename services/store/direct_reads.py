"""Reads over the driver's own connections, without its cursors and sessions.

PyMongo's find costs three times what it takes to write a command to a connection and to read the reply. So the driver
keeps what is its business (servers, pools, authentication, TLS), lends a connection that is idle, and has it back. What
is not plain it is asked in the ordinary way: no idle connection, a connection that broke, a server that refuses.
"""

import struct
from collections.abc import Awaitable, Mapping
from typing import Any, TypeGuard

import bson
import pymongo
import structlog
from pymongo import AsyncMongoClient, ReadPreference
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import ExecutionTimeout, NetworkTimeout, ProtocolError

from services.store.deadlines import Deadlines
from services.store.layouts import Columns, Layout
from services.store.wire import Wire
from services.store.wires import Wires

# The driver's insides are used, so only those that are known; another's are asked in the ordinary way.
KNOWN_VERSIONS = ((4, 20),)
# Above any number of documents that a request may ask for.
BATCH_SIZE = 1_000_000
_OUT_OF_TIME = 50
# How a reply begins that has found something, up to the array of what it is, in BSON.
_CURSOR, _FIRST_BATCH, _EMPTY = b"\x03cursor\0", b"\x04firstBatch\0", bson.encode({})
_REPLY = struct.Struct(f"<i{len(_CURSOR)}si{len(_FIRST_BATCH)}s")
_LENGTH = struct.Struct("<i")

Document = dict[str, Any]
Collection = AsyncCollection[Document]

log = structlog.get_logger(__name__)


class _Refused(Exception):
    """The server's answer says that it did not do as it was asked."""

    def __init__(self, reply: Document) -> None:
        super().__init__(reply.get("errmsg"))
        self.reply = reply


class DirectReads:
    """Asks a stand-alone server or a primary for documents."""

    def __init__(self, client: AsyncMongoClient[Document], timeout_s: float) -> None:
        self.wires = Wires(client)
        self._timeout_s = timeout_s
        self._deadlines: Deadlines[Wire] = Deadlines(timeout_s, _give_up)

    def find(self, collection: Collection, **asked: Any) -> Awaitable[list[Document] | None]:
        """The documents that match; None where the driver is to be asked. Raises its faults of a server too slow."""
        return self._found(collection, _find(collection, asked))  # type: ignore[return-value]

    def find_alike(
        self, collection: Collection, layout: Layout, **asked: Any
    ) -> Awaitable[Columns | list[Document] | None]:
        """The same; field by field where all documents are as the layout has them."""
        return self._found(collection, _find(collection, asked), layout)

    def aggregate(self, collection: Collection, pipeline: list[Mapping[str, Any]]) -> Awaitable[list[Document] | None]:
        """What the pipeline gives, likewise."""
        command = {"aggregate": collection.name, "pipeline": pipeline, "cursor": {"batchSize": BATCH_SIZE}}
        return self._found(collection, command)  # type: ignore[return-value]

    async def close(self) -> None:
        """Give the driver its connections back."""
        await self.wires.close()

    async def _found(
        self, collection: Collection, command: Document, layout: Layout | None = None
    ) -> Columns | list[Document] | None:
        wire = self.wires.take()
        if wire is None:
            return None
        usable = False
        self._deadlines.begin(wire, wire.loop)
        try:
            command["maxTimeMS"] = max(1, int((self._timeout_s - wire.connection.connect_rtt) * 1000))
            reply = await wire.ask(_encoded(collection, command))
            columns = _columns(reply, layout) if layout is not None else None
            found = await _documents(wire, collection, reply) if columns is None else columns
            usable = True
            return found
        except TimeoutError as error:
            raise NetworkTimeout(f"no answer to {next(iter(command))} within {self._timeout_s} s") from error
        except (OSError, ProtocolError) as error:
            log.info("direct_read_failed", cause=type(error).__name__, detail=str(error))
            return None
        except _Refused as refused:
            # The connection has no answer left to read. What else is refused, the ordinary way will be told too.
            usable = True
            if refused.reply.get("code") == _OUT_OF_TIME:
                raise ExecutionTimeout(refused.reply["errmsg"], _OUT_OF_TIME, refused.reply) from None
            return None
        finally:
            self._deadlines.done(wire)
            self.wires.give_back(wire, usable=usable)


def direct_reads(client: Any) -> DirectReads | None:
    """Direct reads over the client; None where it has to be asked, by its kind or by what its address wants."""
    if not _is_known(client) or client.read_preference != ReadPreference.PRIMARY:
        return None
    timeout_s, listeners = client.options.timeout, client._event_listeners
    # Who listens to commands is told by the driver of those that it sends.
    listened_to = listeners is not None and listeners.enabled_for_commands
    ages = client.options.pool_options.max_idle_time_seconds is not None
    if client.read_concern.level is not None or not timeout_s or listened_to or ages:
        return None
    return DirectReads(client, timeout_s)


def _give_up(wire: Wire) -> None:
    wire.break_off(TimeoutError("timed out"))


def _find(collection: Collection, asked: Mapping[str, Any]) -> Document:
    return {"find": collection.name, **asked, "batchSize": BATCH_SIZE}


def _encoded(collection: Collection, command: Document) -> bytes:
    command["$db"] = collection.database.name
    return bson.encode(command, codec_options=collection.codec_options)


async def _documents(wire: Wire, collection: Collection, reply: memoryview) -> list[Document]:
    """All that is found: replies go on where it is more than a message holds."""
    cursor = _cursor(reply, collection)
    found: list[Document] = cursor["firstBatch"]
    while cursor["id"]:
        more = {"getMore": cursor["id"], "collection": collection.name, "batchSize": BATCH_SIZE}
        cursor = _cursor(await wire.ask(_encoded(collection, more)), collection)
        found += cursor["nextBatch"]
    return found


def _cursor(reply: memoryview, collection: Collection) -> Document:
    told = bson.decode(reply, collection.codec_options)
    if told["ok"] != 1:
        raise _Refused(told)
    cursor: Document = told["cursor"]
    return cursor


def _columns(reply: memoryview, layout: Layout) -> Columns | None:
    """What the reply has found, where that is all and as the layout has it."""
    head = _REPLY.size
    if len(reply) < head + 4:
        return None
    length, cursor_name, cursor_length, batch_name = _REPLY.unpack_from(reply)
    if (cursor_name, batch_name) != (_CURSOR, _FIRST_BATCH):
        return None
    (array_length,) = _LENGTH.unpack_from(reply, head)
    less = array_length - len(_EMPTY)
    told = bson.decode(
        _REPLY.pack(length - less, cursor_name, cursor_length - less, batch_name)
        + _EMPTY
        + reply[head + array_length :]
    )
    if told["ok"] != 1 or told["cursor"]["id"]:
        return None
    return layout.columns(bytes(reply[head : head + array_length]))


def _is_known(client: object) -> TypeGuard[AsyncMongoClient[Document]]:
    return type(client) is AsyncMongoClient and pymongo.version_tuple[:2] in KNOWN_VERSIONS
