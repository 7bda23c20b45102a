"""Reads over the driver's own connections, without its cursors and sessions.

PyMongo's find costs three times what it takes to write a command to a connection and to read the reply. So the driver
keeps what is its business (servers, pools, authentication, TLS), lends a connection that is idle, and has it back. What
is not plain it is asked in the ordinary way: no idle connection, a connection that broke, a server that refuses.
"""

import asyncio
import struct
from collections.abc import Mapping
from itertools import count
from typing import Any, TypeGuard, cast

import bson
import pymongo
import structlog
from pymongo import AsyncMongoClient, ReadPreference
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import ExecutionTimeout, NetworkTimeout, ProtocolError
from pymongo.pool_shared import PoolState
from pymongo.server_type import SERVER_TYPE

import telemetry
from services.store.deadlines import Deadlines
from services.store.layouts import Columns, Layout

# The driver's insides are used, so only those that are known; another's are asked in the ordinary way.
KNOWN_VERSIONS = ((4, 20),)
# Above any number of documents that a request may ask for.
BATCH_SIZE = 1_000_000
_OP_MSG = 2013
_OUT_OF_TIME = 50
# Length, request, response to, operation, flags and the kind of what follows: a document.
_HEADER = struct.Struct("<iiiiIB")
_FLAGS = struct.Struct("<IB")
# How a reply begins that has found something, up to the array of what it is, in BSON.
_CURSOR, _FIRST_BATCH, _EMPTY = b"\x03cursor\0", b"\x04firstBatch\0", bson.encode({})
_REPLY = struct.Struct(f"<i{len(_CURSOR)}si{len(_FIRST_BATCH)}s")
_LENGTH = struct.Struct("<i")
_ALONE = (SERVER_TYPE.Standalone, SERVER_TYPE.RSPrimary)

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
        self._client = client
        self._timeout_s = timeout_s
        self._deadlines: Deadlines[Any] = Deadlines(timeout_s, _give_up)
        self._request_ids = count(1)
        self._seen: object = None
        self._pool: Any = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, collection: Collection, **asked: Any) -> list[Document] | None:
        """The documents that match; None where the driver is to be asked. Raises its faults of a server too slow."""
        return cast(list[Document] | None, await self._found(collection, _find(collection, asked)))

    async def find_alike(self, collection: Collection, layout: Layout, **asked: Any) -> Columns | list[Document] | None:
        """The same; field by field where all documents are as the layout has them."""
        return await self._found(collection, _find(collection, asked), layout)

    async def aggregate(self, collection: Collection, pipeline: list[Mapping[str, Any]]) -> list[Document] | None:
        """What the pipeline gives, likewise."""
        cursor = {"batchSize": BATCH_SIZE}
        command = {"aggregate": collection.name, "pipeline": pipeline, "cursor": cursor}
        return cast(list[Document] | None, await self._found(collection, command))

    async def _found(
        self, collection: Collection, command: Document, layout: Layout | None = None
    ) -> Columns | list[Document] | None:
        pool = self._current_pool()
        connection = _lent_by(pool)
        if connection is None:
            return None
        usable = False
        try:
            found = await self._whole(connection, collection, command, layout)
            usable = True
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
            self._give_back(pool, connection, usable=usable)
        return found

    async def _whole(
        self, connection: Any, collection: Collection, command: Document, layout: Layout | None
    ) -> Columns | list[Document]:
        """All that is found: replies go on where it is more than a message holds."""
        protocol = connection.conn.get_conn
        self._deadlines.begin(protocol, asyncio.get_running_loop())
        try:
            max_time_ms = max(1, int((self._timeout_s - connection.connect_rtt) * 1000))
            reply = await self._reply(connection, collection, command | {"maxTimeMS": max_time_ms})
            if layout is not None and (columns := _columns(reply, layout)) is not None:
                return columns
            cursor = _cursor(reply, collection)
            found: list[Document] = cursor["firstBatch"]
            while cursor["id"]:
                more = {"getMore": cursor["id"], "collection": collection.name, "batchSize": BATCH_SIZE}
                cursor = _cursor(await self._reply(connection, collection, more), collection)
                found += cursor["nextBatch"]
            return found
        finally:
            self._deadlines.done(protocol)

    async def _reply(self, connection: Any, collection: Collection, command: Document) -> bytes:
        """The document that the server answers the command with."""
        command["$db"] = collection.database.name
        encoded = bson.encode(command, codec_options=collection.codec_options)
        request_id = next(self._request_ids) & 0x7FFFFFFF
        protocol = connection.conn.get_conn
        await protocol.write(_HEADER.pack(_HEADER.size + len(encoded), request_id, 0, _OP_MSG, 0, 0) + encoded)
        data, operation = await protocol.read(request_id, connection.max_message_size)
        if operation != _OP_MSG or _FLAGS.unpack_from(data) != (0, 0):
            raise ProtocolError(f"a reply of another kind: {operation}")
        reply: bytes = data[_FLAGS.size :]
        return reply

    def _give_back(self, pool: Any, connection: Any, *, usable: bool) -> None:
        waited_for = pool.size_cond._waiters or pool._max_connecting_cond._waiters
        stale = pool.stale_generation(connection.generation, connection.service_id)
        if waited_for or stale or not usable or pool.state != PoolState.READY:
            # A task of its own: whoever asked may be gone, and the pool must not lose its place.
            task = asyncio.get_running_loop().create_task(_returned(pool, connection, usable=usable))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        connection.active = False
        pool._checkin_apply(connection, False, False, False)
        telemetry.MONGODB_IN_USE.dec()

    def _current_pool(self) -> Any:
        """The pool of the one server that is to be read from, until the driver hears otherwise."""
        topology = self._client._topology
        description = topology.description if topology is not None else None
        if description is not self._seen:
            self._seen, self._pool = description, _pool_of(topology)
        return self._pool


def direct_reads(client: Any) -> DirectReads | None:
    """Direct reads over the client; None where it has to be asked, by its kind or by what its address wants."""
    if not _is_known(client) or client.read_preference != ReadPreference.PRIMARY:
        return None
    timeout_s, listeners = client.options.timeout, client._event_listeners
    # Who listens to commands is told by the driver of those that it sends.
    listened_to = listeners is not None and listeners.enabled_for_commands
    if client.read_concern.level is not None or not timeout_s or listened_to:
        return None
    return DirectReads(client, timeout_s)


def _give_up(protocol: Any) -> None:
    protocol.close(TimeoutError("timed out"))


def _find(collection: Collection, asked: Mapping[str, Any]) -> Document:
    return {"find": collection.name, **asked, "batchSize": BATCH_SIZE}


def _cursor(reply: bytes, collection: Collection) -> Document:
    told = bson.decode(reply, collection.codec_options)
    if told["ok"] != 1:
        raise _Refused(told)
    cursor: Document = told["cursor"]
    return cursor


def _columns(reply: bytes, layout: Layout) -> Columns | None:
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


def _pool_of(topology: Any) -> Any:
    if topology is None:
        return None
    known = topology.description.server_descriptions().values()
    alone = [server.address for server in known if server.server_type in _ALONE]
    server = topology.get_server_by_address(alone[0]) if len(alone) == 1 else None
    return server.pool if server is not None else None


def _lent_by(pool: Any) -> Any:
    """An idle connection, as the pool would give it; None where it has none at once."""
    if pool is None or pool.state != PoolState.READY or not pool.conns or pool.requests >= pool.max_pool_size:
        return None
    connection = pool.conns[0]
    longest = pool.opts.max_idle_time_seconds
    if (
        pool.stale_generation(connection.generation, connection.service_id)
        or connection.conn_closed()
        or (longest is not None and connection.idle_time_seconds() > longest)
    ):
        return None
    pool.conns.popleft()
    pool.requests += 1
    pool.active_sockets += 1
    pool.operation_count += 1
    pool.active_contexts.add(connection.cancel_context)
    connection.active = True
    telemetry.MONGODB_IN_USE.inc()
    telemetry.MONGODB_WAIT.observe(0.0)
    return connection


async def _returned(pool: Any, connection: Any, *, usable: bool) -> None:
    if not usable:
        await connection.close_conn(None)
    await pool.checkin(connection)
