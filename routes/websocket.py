"""GraphQL over WebSocket, by the protocol graphql-transport-ws and no other.

A connection begins with `connection_init`, whose payload may have the key where no header has it. From then on each
`subscribe` is an operation with an id of the client's, many at once; what is wrong with one is told to it alone, and
what is no message of the protocol closes the connection, with the code that the protocol has for it.
"""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import orjson
import structlog
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

import telemetry
from execution.executor import Request
from execution.streams import Streams
from resolvers.context import Context
from routes.body import MAX_BYTES
from routes.gate import Keys
from routes.graphql import format_refusal, request_of
from routes.places import Places
from routes.requests import services_of
from services import end_tasks
from services.errors import BadInput, RateLimited, ServiceError, Unauthenticated
from services.freshness import Caller

PROTOCOL = "graphql-transport-ws"
INIT_TIMEOUT_S = 10.0
SEND_TIMEOUT_S = 20.0
MAX_OPERATIONS = 20
MAX_REASON_BYTES = 120

log = structlog.get_logger(__name__)


class CloseCode(IntEnum):
    """Why a connection is closed: WebSocket's own codes, and those of the protocol."""

    GONE = 1006
    TOO_LARGE = 1009
    BROKEN = 1011
    TRY_LATER = 1013
    BAD_MESSAGE = 4400
    NOT_BEGUN = 4401
    FORBIDDEN = 4403
    OTHER_PROTOCOL = 4406
    NEVER_BEGUN = 4408
    ID_TAKEN = 4409
    BEGUN_TWICE = 4429


class Closed(Exception):
    """The connection is over, or to be closed."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class GraphQLSocket:
    """Answers connections; `sockets` are the places for those with a key, `subscriptions` for what runs in them.

    Who hasn't shown a key takes no place, lest it keep out those that have one; it isn't waited for long.
    """

    streams: Streams
    keys: Keys
    sockets: Places
    subscriptions: Places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept the connection, and answer until either side closes it."""
        spoken = PROTOCOL in scope["subprotocols"]
        await receive()
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL if spoken else None})
        try:
            if not spoken:
                raise Closed(CloseCode.OTHER_PROTOCOL, f"The one protocol that is spoken here is {PROTOCOL}")
            with ExitStack() as held:
                await _Connection(self, held, scope, receive, send).serve()
        except Closed as closed:
            await _close(send, closed)


class _Connection:
    """One connection: its caller, once that is known, and its operations by their ids; `held` is given back after."""

    def __init__(self, socket: GraphQLSocket, held: ExitStack, scope: Scope, receive: Receive, send: Send) -> None:
        self._socket = socket
        self._held = held
        self._scope = scope
        self._receive = receive
        self._send = send
        self._caller: Caller | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # Broken after its end, nobody is there to take the cause.
        self._broken.add_done_callback(lambda broken: broken.cancelled() or broken.exception())

    async def serve(self) -> None:
        """Take message after message; raises Closed."""
        reading = asyncio.create_task(self._read())
        try:
            await asyncio.wait([reading, self._broken], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end_tasks(reading, *self._operations.values())
        faults = [end.exception() for end in (self._broken, reading) if end.done() and not end.cancelled()]
        raise next(fault for fault in faults if fault)

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(INIT_TIMEOUT_S) as begun:
                while True:
                    await self._take(await self._next_message())
                    if self._caller is not None:
                        begun.reschedule(None)
        except TimeoutError:
            raise Closed(CloseCode.NEVER_BEGUN, "Connection initialisation timeout") from None

    async def _next_message(self) -> Mapping[str, Any]:
        received = await self._receive()
        if received["type"] == "websocket.disconnect":
            raise Closed(CloseCode.GONE)
        text = received.get("text")
        if text is None:
            raise Closed(CloseCode.BAD_MESSAGE, "A message is a text, in JSON")
        if len(text) > MAX_BYTES:
            raise Closed(CloseCode.TOO_LARGE, f"A message has at most {MAX_BYTES} bytes")
        try:
            message = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise Closed(CloseCode.BAD_MESSAGE, "A message is JSON") from None
        if not isinstance(message, dict):
            raise Closed(CloseCode.BAD_MESSAGE, "A message is an object")
        return message

    async def _take(self, message: Mapping[str, Any]) -> None:
        match message.get("type"):
            case "connection_init":
                await self._begin(message.get("payload"))
            case "ping":
                await self._tell({"type": "pong"})
            case "pong":
                pass
            case "subscribe":
                await self._subscribe(_id_of(message), message.get("payload"))
            case "complete":
                await self._complete(_id_of(message))
            case _:
                raise Closed(CloseCode.BAD_MESSAGE, "The type of the message is none of the protocol")

    async def _begin(self, payload: object) -> None:
        if self._caller is not None:
            raise Closed(CloseCode.BEGUN_TWICE, "Too many initialisation requests")
        if payload is not None and not isinstance(payload, dict):
            raise Closed(CloseCode.BAD_MESSAGE, "The payload of connection_init is an object")
        try:
            self._caller = self._socket.keys.caller(_headers_with(self._scope, payload or {}).raw)
            self._held.enter_context(self._socket.sockets.taken())
        except Unauthenticated as error:
            raise Closed(CloseCode.FORBIDDEN, str(error)) from None
        except RateLimited as error:
            raise Closed(CloseCode.TRY_LATER, str(error)) from None
        await self._tell({"type": "connection_ack"})

    async def _subscribe(self, operation_id: str, payload: object) -> None:
        if self._caller is None:
            raise Closed(CloseCode.NOT_BEGUN, "Unauthorized")
        if operation_id in self._operations:
            raise Closed(CloseCode.ID_TAKEN, f"Subscriber for {operation_id} already exists")
        try:
            request = request_of(payload, mutates=True)
            if len(self._operations) >= MAX_OPERATIONS:
                raise RateLimited(f"{MAX_OPERATIONS} operations of this connection are open already.")
        except BadInput as error:
            raise Closed(CloseCode.BAD_MESSAGE, str(error)) from None
        except ServiceError as error:
            await self._tell({"id": operation_id, "type": "error", "payload": format_refusal(error)})
            return
        context = Context(services_of(self._scope), self._caller)
        self._operations[operation_id] = asyncio.create_task(self._run(operation_id, request, context))

    async def _complete(self, operation_id: str) -> None:
        if operation := self._operations.pop(operation_id, None):
            await end_tasks(operation)

    async def _run(self, operation_id: str, request: Request, context: Context) -> None:
        """Answer an operation to its end; what breaks it breaks the connection."""
        try:
            last = await self._answer(operation_id, request, context)
            if self._is_open(operation_id):
                # The id is free before the client hears so.
                del self._operations[operation_id]
                await self._tell({"id": operation_id, **last})
        except Exception as error:
            if not self._broken.done():
                self._broken.set_exception(error)

    async def _answer(self, operation_id: str, request: Request, context: Context) -> Mapping[str, Any]:
        """Send the answers, in a place of its own; what is to be sent last."""
        try:
            with self._socket.subscriptions.taken():
                return await self._send_answers(operation_id, request, context)
        except RateLimited as error:
            return {"type": "error", "payload": format_refusal(error)}

    async def _send_answers(self, operation_id: str, request: Request, context: Context) -> Mapping[str, Any]:
        async with aclosing(self._socket.streams.answers(request, context)) as answers:
            async for answer in answers:
                if not answer.executed:
                    return {"type": "error", "payload": orjson.loads(answer.body)["errors"]}
                if not self._is_open(operation_id):
                    break
                await self._tell({"id": operation_id, "type": "next", "payload": orjson.Fragment(answer.body)})
                telemetry.SUBSCRIPTION_EVENTS.labels("websocket").inc()
        return {"type": "complete"}

    def _is_open(self, operation_id: str) -> bool:
        """Whether the client hasn't ended the operation that asks."""
        return self._operations.get(operation_id) is asyncio.current_task()

    async def _tell(self, message: Mapping[str, Any]) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._send({"type": "websocket.send", "text": orjson.dumps(message).decode()})
        except TimeoutError:
            log.info("subscriber_too_slow", transport="websocket")
            raise Closed(CloseCode.TRY_LATER, "Messages were not taken in time") from None
        except OSError:
            raise Closed(CloseCode.GONE) from None


def _id_of(message: Mapping[str, Any]) -> str:
    found = message.get("id")
    if not isinstance(found, str) or not found:
        raise Closed(CloseCode.BAD_MESSAGE, "The id of the message is missing")
    return found


def _headers_with(scope: Scope, payload: Mapping[str, Any]) -> Headers:
    """The headers, and the texts of the payload as if they were some: a page can set no header of a WebSocket."""
    offered = [(name.lower().encode(), value.encode()) for name, value in payload.items() if isinstance(value, str)]
    return Headers(raw=[*scope["headers"], *offered])


async def _close(send: Send, closed: Closed) -> None:
    telemetry.note(close_code=int(closed.code))
    if closed.code == CloseCode.GONE:
        return
    reason = str(closed).encode()[:MAX_REASON_BYTES].decode(errors="ignore")
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await send({"type": "websocket.close", "code": int(closed.code), "reason": reason})
