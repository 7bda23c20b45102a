"""The way that nearly all requests take: GraphQL by POST, past what an ASGI server and its app tell each other.

Those messages, and the layers that look at them, take as long as a small query does. So a request that has come whole
is offered here first. Only what is plain and permitted is taken; the rest, and so every refusal, is the app's.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import Scope

import telemetry
from execution.executor import Answer, Begun, Executor, Part, Request
from resolvers.context import Context
from routes.access import REQUEST_ID_HEADER, ended, log_unexpected
from routes.event_stream import wants_events
from routes.gate import GRAPHQL_PATH, Keys
from routes.graphql import COMPILED_EXECUTION_HEADER, JSON, head_of, media_type, note_operation, request_of
from routes.headers import header
from routes.problems import UNEXPECTED, problem
from services import Services
from services.errors import Code, ServiceError, Unauthenticated
from services.freshness import Caller

Headers = Sequence[tuple[bytes, bytes]]

PATH = GRAPHQL_PATH.encode()
# How many heads are known, and how long one is at most: clients send the same with every request, but for the length.
MAX_HEADS, MAX_HEAD_BYTES = 1024, 2048
_END = b"\r\n\r\n"


@dataclass(slots=True)
class Taken:
    """A request that is taken."""

    request: Request
    caller: Caller
    media_type: str
    offered_id: str | None


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
        self._tasks: set[asyncio.Task[None]] = set()

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
        scope: Scope = {"method": "POST", "headers": headers}
        says_how = header(scope, COMPILED_EXECUTION_HEADER) is not None
        if header(scope, b"content-type") != JSON or wants_events(scope) or says_how:
            return None
        try:
            caller = self._keys.caller(headers)
        except Unauthenticated:
            return None
        request = _request(body)
        return None if request is None else Taken(request, caller, media_type(scope), header(scope, REQUEST_ID_HEADER))

    def begin(self, taken: Taken, tell: Callable[[Answered], None]) -> "asyncio.Future[Any]":
        """Answer the request; `tell` is called with the answer, if there is one. What is given ends with it."""
        return copy_context().run(self._begin, taken, tell)

    def _begin(self, taken: Taken, tell: Callable[[Answered], None]) -> "asyncio.Future[Any]":
        one = _UnderWay(taken, tell, time.perf_counter(), telemetry.begin_request(taken.offered_id))
        note_operation(taken.request)
        begun = self._begun(taken)
        if not isinstance(begun, Part):
            return self._awaited(one, begun)
        begun.ended.add_done_callback(lambda ended: self._ended(one, begun))
        return begun.ended

    def _begun(self, taken: Taken) -> Begun:
        try:
            return self._executor.begin(taken.request, Context(self._services, taken.caller))
        except Exception as error:
            return _raise(error)

    def _awaited(self, one: "_UnderWay", answer: Coroutine[Any, Any, Answer]) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(self._await(one, answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _await(self, one: "_UnderWay", answer: Coroutine[Any, Any, Answer]) -> None:
        answered: Answered | None = None
        try:
            answered = _answered(one.taken, await answer)
        except Exception as error:
            answered = _masked(error)
        finally:
            self._tell(one, answered)

    def _ended(self, one: "_UnderWay", part: Part) -> None:
        answered: Answered | None = None
        try:
            answer = part.answer()
            if answer is None:
                self._awaited(one, part.apart())
                return
            answered = _answered(one.taken, answer)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            answered = _masked(error)
        self._tell(one, answered)

    def _tell(self, one: "_UnderWay", answered: Answered | None) -> None:
        """Count it and have it in the log, and tell who asked."""
        status = answered.status if answered is not None else 0
        ended("POST", GRAPHQL_PATH, GRAPHQL_PATH, status, time.perf_counter() - one.began, one.notes)
        if answered is not None:
            answered.headers.append((REQUEST_ID_HEADER, telemetry.request_id.get().encode("latin-1")))
            one.tell(answered)


@dataclass(slots=True)
class _UnderWay:
    """A request that is being answered."""

    taken: Taken
    tell: Callable[[Answered], None]
    began: float
    notes: dict[str, object]


async def _raise(error: Exception) -> Answer:
    raise error


def _answered(taken: Taken, answer: Answer) -> Answered:
    status, headers = head_of(answer, taken.media_type)
    return Answered(status, headers, answer.body)


def _masked(error: Exception) -> Answered:
    """What is answered where nobody foresaw what happened."""
    log_unexpected(error)
    response = problem({"path": GRAPHQL_PATH}, Code.INTERNAL, UNEXPECTED)
    return Answered(response.status_code, list(response.raw_headers), bytes(response.body))


def _request(body: bytes) -> Request | None:
    """The request that the body is; None where it is none."""
    try:
        return request_of(orjson.loads(body), mutates=True)
    except (ServiceError, orjson.JSONDecodeError):
        return None
