"""Errors as RFC 9457 problem documents: THE place where a code has an HTTP status."""

from http import HTTPStatus
from typing import Annotated

import orjson
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope
from typing_extensions import TypedDict

import telemetry
from services.errors import Code, MethodNotAllowed, NotFound, ServiceError

STATUSES: dict[Code, HTTPStatus] = {
    Code.BAD_USER_INPUT: HTTPStatus.BAD_REQUEST,
    Code.GRAPHQL_PARSE_FAILED: HTTPStatus.BAD_REQUEST,
    Code.GRAPHQL_VALIDATION_FAILED: HTTPStatus.BAD_REQUEST,
    Code.PERSISTED_QUERY_NOT_FOUND: HTTPStatus.OK,
    Code.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Code.LIMIT_EXCEEDED: HTTPStatus.BAD_REQUEST,
    Code.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Code.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    Code.PAYLOAD_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.UNSUPPORTED_MEDIA_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Code.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
    Code.UPSTREAM_FAILED: HTTPStatus.BAD_GATEWAY,
    Code.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_AFTER_S = 5
UNEXPECTED = "Something went wrong on our side."
MEDIA_TYPE = "application/problem+json"


class Problem(TypedDict):
    """An error, as RFC 9457 has it, with its code for programs."""

    type: str
    title: str
    status: int
    detail: Annotated[str, Field(description="What was wrong, and what would be right; for people.")]
    code: Annotated[Code, Field(description="What was wrong; for programs.")]
    instance: Annotated[str, Field(description="The path that was asked for.")]
    requestId: Annotated[str, Field(description="The id that the request has in the log.")]


def problem(scope: Scope, code: Code, detail: str) -> Response:
    """The problem document of an error, with the headers that belong to its status."""
    status = STATUSES[code]
    telemetry.ERRORS.labels(code).inc()
    body: Problem = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "instance": scope["path"],
        "requestId": telemetry.request_id.get(),
    }
    return Response(orjson.dumps(body), status, headers_of(code), media_type=MEDIA_TYPE)


def headers_of(code: Code) -> dict[str, str]:
    """What an answer with this code tells beside its body."""
    if code is Code.UNAUTHENTICATED:
        return {"WWW-Authenticate": "Bearer"}
    if code in {Code.UNAVAILABLE, Code.RATE_LIMITED}:
        return {"Retry-After": str(RETRY_AFTER_S)}
    return {}


async def service_error(request: Request, error: Exception) -> Response:
    """Answer a fault that was foreseen."""
    assert isinstance(error, ServiceError)  # noqa: S101  (what the app registers this for)
    return problem(request.scope, error.code, str(error))


async def routing_error(request: Request, error: Exception) -> Response:
    """Answer an address that isn't one, or a method that it doesn't take."""
    assert isinstance(error, HTTPException)  # noqa: S101  (what the app registers this for)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response = problem(request.scope, MethodNotAllowed.code, f"{request.method} is not answered here.")
        response.headers.update(error.headers or {})
        return response
    return problem(request.scope, NotFound.code, f"Nothing is at {request.url.path}.")
