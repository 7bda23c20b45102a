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
from execution.executor import Answer, Executor, Part, Request
from resolvers.context import Context
from routes.access import REQUEST_ID_HEADER, ended, log_unexpected
from routes.event_stream import wants_events
from routes.gate import GRAPHQL_PATH, Keys
from routes.graphql import COMPILED_EXECUTION_HEADER, JSON, head_of, media_type, operation_of, request_of
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


Tell = Callable[[Answered | None], None]


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

    def begin(self, taken: Taken, tell: Tell) -> "UnderWay":
        """Answer the request. `tell` is called once, later: with the answer, or with None where there is none."""
        one = UnderWay(taken, tell, self._tasks)
        copy_context().run(one.begin, self._executor, self._services)
        return one


class UnderWay:
    """A request that is being answered, with what it has in the log and its time."""

    __slots__ = ("_began", "_notes", "_part", "_taken", "_tasks", "_tell", "_under_way")
    _under_way: Part | asyncio.Task[None]

    def __init__(self, taken: Taken, tell: Tell, tasks: set[asyncio.Task[None]]) -> None:
        self._taken = taken
        self._tell = tell
        self._tasks = tasks

    def begin(self, executor: Executor, services: Services) -> None:
        """Begin with it, in the context of its own."""
        taken = self._taken
        self._began = time.perf_counter()
        self._notes = telemetry.begin_request(taken.offered_id)
        self._notes["operation"] = operation_of(taken.request)
        try:
            begun = executor.begin(taken.request, Context(services, taken.caller))
        except Exception as error:
            begun = _raise(error)
        if isinstance(begun, Part):
            self._part = self._under_way = begun
            begun.when_ended(self._part_ended)
        else:
            self._await(begun)

    def cancel(self, msg: object = None) -> None:
        """Leave it: there will be no answer."""
        self._under_way.cancel()

    def _await(self, answer: Coroutine[Any, Any, Answer]) -> None:
        task = self._under_way = asyncio.get_running_loop().create_task(self._awaited(answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _awaited(self, answer: Coroutine[Any, Any, Answer]) -> None:
        answered: Answered | None = None
        try:
            answered = _answered(self._taken, await answer)
        except Exception as error:
            answered = _masked(error)
        finally:
            self._end(answered)

    def _part_ended(self) -> None:
        answered: Answered | None = None
        try:
            answer = self._part.answer()
            if answer is None:
                self._await(self._part.apart())
                return
            answered = _answered(self._taken, answer)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            answered = _masked(error)
        self._end(answered)

    def _end(self, answered: Answered | None) -> None:
        """Count it and have it in the log, and tell who asked."""
        status = answered.status if answered is not None else 0
        ended("POST", GRAPHQL_PATH, GRAPHQL_PATH, status, time.perf_counter() - self._began, self._notes)
        if answered is not None:
            answered.headers.append((REQUEST_ID_HEADER, telemetry.request_id.get().encode("latin-1")))
        self._tell(answered)


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
