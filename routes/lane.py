"""The way that nearly all requests take: GraphQL by POST, past what an ASGI server and its app tell each other.

Those messages, and the layers that look at them, take as long as a small query does. So a request that has come whole
is offered here first. Only what is plain and permitted is taken; the rest, and so every refusal, is the app's.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

import telemetry
from execution.executor import Executor, Request
from resolvers.context import Context
from routes.access import REQUEST_ID_HEADER, ended, log_unexpected
from routes.event_stream import MEDIA_TYPE as EVENTS
from routes.gate import GRAPHQL_PATH, Keys
from routes.graphql import COMPILED_EXECUTION_HEADER, JSON, head_of, media_type_for, note_operation, request_of
from routes.problems import UNEXPECTED, problem
from services import Services
from services.errors import Code, ServiceError, Unauthenticated
from services.freshness import Caller

Headers = Sequence[tuple[bytes, bytes]]

PATH = GRAPHQL_PATH.encode()
# How many heads are known, and how long one is at most: clients send the same with every request, but for the length.
MAX_HEADS, MAX_HEAD_BYTES = 1024, 2048
_END = b"\r\n\r\n"
_JSON, _EVENTS = JSON.encode(), EVENTS.encode()


@dataclass(slots=True)
class Taken:
    """A request that is taken."""

    request: Request
    caller: Caller
    media_type: str
    offered_id: bytes | None


@dataclass(slots=True)
class _Head:
    """What a head says, by which a request was taken before."""

    caller: Caller
    media_type: str
    body_length: int


@dataclass(slots=True)
class Answered:
    """A whole answer."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Lane:
    """Answers GraphQL by POST to who has a key."""

    def __init__(self, keys: Keys, executor: Executor, services: Services) -> None:
        self._keys = keys
        self._executor = executor
        self._services = services
        self._heads: dict[bytes, _Head] = {}

    def recognize(self, data: bytes) -> Taken | None:
        """The request that this is, where another came with the same head before; None where it has to be parsed."""
        head, _, body = data.partition(_END)
        known = self._heads.get(head)
        if known is None or len(body) != known.body_length:
            return None
        request = _request(body)
        return None if request is None else Taken(request, known.caller, known.media_type, None)

    def remember(self, data: bytes, body: bytes, taken: Taken) -> None:
        """Know the head of what was taken, if nothing else came with it."""
        head, _, rest = data.partition(_END)
        # As long as that, the body is as it stands there; chunks would be longer.
        if len(head) > MAX_HEAD_BYTES or len(rest) != len(body) or taken.offered_id is not None:
            return
        if len(self._heads) >= MAX_HEADS:
            self._heads.clear()
        self._heads[head] = _Head(taken.caller, taken.media_type, len(body))

    def take(self, headers: Headers, body: bytes) -> Taken | None:
        """The request that these headers and this body are; None where it is for the app."""
        first = dict(reversed(headers))
        accept = first.get(b"accept", b"")
        if first.get(b"content-type") != _JSON or _EVENTS in accept or COMPILED_EXECUTION_HEADER in first:
            return None
        try:
            caller = self._keys.caller(headers)
        except Unauthenticated:
            return None
        request = _request(body)
        return None if request is None else Taken(request, caller, media_type_for(accept), first.get(REQUEST_ID_HEADER))

    async def answer(self, taken: Taken) -> Answered:
        """The answer, counted and told in the log."""
        began, status = time.perf_counter(), 0
        offered = taken.offered_id
        notes = telemetry.begin_request(None if offered is None else offered.decode("latin-1"))
        try:
            answered = await self._carried_out(taken)
            status = answered.status
            answered.headers.append((REQUEST_ID_HEADER, telemetry.request_id.get().encode("latin-1")))
            return answered
        finally:
            ended("POST", GRAPHQL_PATH, GRAPHQL_PATH, status, time.perf_counter() - began, notes)

    async def _carried_out(self, taken: Taken) -> Answered:
        note_operation(taken.request)
        try:
            answer = await self._executor.execute(taken.request, Context(self._services, taken.caller))
            status, headers = head_of(answer, taken.media_type)
            return Answered(status, headers, answer.body)
        except Exception as error:
            log_unexpected(error)
            response = problem({"path": GRAPHQL_PATH}, Code.INTERNAL, UNEXPECTED)
            return Answered(response.status_code, list(response.raw_headers), bytes(response.body))


def _request(body: bytes) -> Request | None:
    """The request that the body is; None where it is none."""
    try:
        return request_of(orjson.loads(body), mutates=True)
    except (ServiceError, orjson.JSONDecodeError):
        return None
