"""GraphQL over HTTP: POST with a JSON body, GET with the query in the address. Plain ASGI before an executor.

Who accepts `text/event-stream` gets a stream of events instead: a subscription's, or the one answer of an operation.

Statuses follow GraphQL-over-HTTP: a request that was carried out is 200, whatever its fields met. One that wasn't is
400 for who accepts `application/graphql-response+json`, and 200 for who asks for plain JSON, as its clients expect.
"""

import re
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

import telemetry
from execution.executor import Answer, Executor, Formatted, Request
from execution.streams import Streams
from resolvers.context import Context
from routes.body import read_body
from routes.event_stream import EventStream, wants_events
from routes.headers import header
from routes.places import Places
from routes.problems import STATUSES, headers_of
from routes.requests import caller_of, services_of, stopping_of
from schema import format_errors
from services.errors import BadInput, Code, MethodNotAllowed, PersistedQueryNotFound, ServiceError, UnsupportedMediaType

# `off` has graphql-core carry out a request: to compare, and to find out.
COMPILED_EXECUTION = "X-Compiled-Execution"
COMPILED_EXECUTION_HEADER = COMPILED_EXECUTION.lower().encode()
JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"

# What plain JSON's clients are told by the status too, though nothing was carried out.
_TOLD_TO_ALL = frozenset({Code.METHOD_NOT_ALLOWED, Code.INTERNAL})
_NAME = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,99}")


class GraphQLEndpoint:
    """Reads requests, has them carried out, writes the answers."""

    def __init__(self, executor: Executor, streams: Streams, subscriptions: Places) -> None:
        self._executor = executor
        self._streams = streams
        self._subscriptions = subscriptions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request; every fault is in the answer."""
        try:
            request = await _read(scope, receive)
            telemetry.note(operation=operation_of(request))
            if wants_events(scope):
                with self._subscriptions.taken():
                    await self._stream(request, scope, receive, send)
                return
        except ServiceError as error:
            await refused(scope, error)(scope, receive, send)
            return
        answer = await self._executor.execute(request, Context(services_of(scope), caller_of(scope)))
        status, headers = head_of(answer, media_type(scope))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _stream(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        telemetry.note(streamed=True)
        answers = self._streams.answers(request, Context(services_of(scope), caller_of(scope)))
        await EventStream(answers, stopping=stopping_of(scope))(scope, receive, send)


def refused(scope: Scope, error: ServiceError) -> Response:
    """The answer to a request that can't be carried out, as GraphQL writes errors."""
    errors = format_refusal(error)
    telemetry.note(codes=error.code)
    headers = headers_of(error.code)
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = "GET, POST"
    return Response(orjson.dumps({"errors": errors}), STATUSES[error.code], headers, media_type=media_type(scope))


def format_refusal(error: ServiceError) -> list[Formatted]:
    """The fault as GraphQL writes errors."""
    return format_errors([GraphQLError(str(error), original_error=error)])


def operation_of(request: Request) -> str | None:
    """Which operation the request names, if that is a name."""
    name = request.operation_name
    return name if name and _NAME.fullmatch(name) else None


def head_of(answer: Answer, written_as: str) -> tuple[int, list[tuple[bytes, bytes]]]:
    """The status and the headers of the answer in this media type; its codes are noted."""
    if answer.codes:
        telemetry.note(codes=",".join(sorted(set(answer.codes))))
    status = 200
    headers = [(b"content-length", b"%d" % len(answer.body)), (b"content-type", written_as.encode())]
    if not answer.executed:
        code = Code(answer.codes[0])
        headers += [(name.lower().encode(), value.encode()) for name, value in headers_of(code).items()]
        if written_as == GRAPHQL_JSON or code in _TOLD_TO_ALL:
            status = int(STATUSES[code])
    return status, headers


def media_type(scope: Scope) -> str:
    """The media type of an answer to who accepts what this request says."""
    return GRAPHQL_JSON if GRAPHQL_JSON in (header(scope, b"accept") or "") else JSON


async def _read(scope: Scope, receive: Receive) -> Request:
    """The request; raises BadInput, MethodNotAllowed, PayloadTooLarge, UnsupportedMediaType, PersistedQueryNotFound."""
    method = scope["method"]
    if method == "POST":
        media_type = (header(scope, b"content-type") or "").partition(";")[0].strip().lower()
        if media_type != JSON:
            raise UnsupportedMediaType(f"A query is sent as {JSON}, and this body as {media_type or 'nothing named'}.")
        body = _parsed(await read_body(scope, receive), "body")
        return request_of(body, mutates=True, compiled=_may_compile(scope))
    if method in {"GET", "HEAD"}:
        asked: dict[str, Any] = dict(QueryParams(scope["query_string"]))
        for name in ("variables", "extensions"):
            if asked.get(name):
                asked[name] = _parsed(asked[name].encode(), name)
        return request_of(asked, mutates=False, compiled=_may_compile(scope))
    raise MethodNotAllowed(f"{method} is not answered here: queries come by POST or GET.")


def _may_compile(scope: Scope) -> bool:
    return header(scope, COMPILED_EXECUTION_HEADER) != "off"


def _parsed(text: bytes, name: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"The {name} is not JSON: {error}.") from None


def request_of(asked: Any, *, mutates: bool, compiled: bool = True) -> Request:
    """The request that was sent as JSON; raises BadInput, PersistedQueryNotFound."""
    if not isinstance(asked, dict):
        raise BadInput("A request is one JSON object with `query`, and optionally `variables` and `operationName`.")
    query, variables, name = asked.get("query"), asked.get("variables"), asked.get("operationName")
    if not query and _names_persisted_query(asked.get("extensions")):
        # Clients that try with a hash first send the text when they read exactly this.
        raise PersistedQueryNotFound("PersistedQueryNotFound")
    if not isinstance(query, str) or not query:
        raise BadInput("`query` is missing: it is the text of a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise BadInput("`variables` is a JSON object, by the variables' names.")
    if name is not None and not isinstance(name, str):
        raise BadInput("`operationName` is the name of an operation in the document.")
    return Request(query, variables, name or None, mutates, compiled)


def _names_persisted_query(extensions: object) -> bool:
    return isinstance(extensions, dict) and "persistedQuery" in extensions
