"""Our errors as GraphQL's: `extensions.code` on each, and the unexpected ones masked, their id in the log."""

import uuid
from collections.abc import Sequence
from typing import Any

import structlog
from graphql import GraphQLError

import telemetry
from services.errors import Code, ServiceError

log = structlog.get_logger(__name__)


def format_errors(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """The errors as they are answered; each unexpected fault is logged once, however many fields it spoilt."""
    logged: dict[int, str] = {}
    return [_format(error, logged) for error in errors]


def _format(error: GraphQLError, logged: dict[int, str]) -> dict[str, Any]:
    formatted: dict[str, Any] = dict(error.formatted)
    code = _code(error)
    extensions = {"code": str(code)}
    telemetry.ERRORS.labels(code).inc()
    if code is Code.INTERNAL:
        cause = error.original_error or error
        if id(cause) not in logged:
            logged[id(cause)] = uuid.uuid4().hex
            log.error("unexpected_error", error_id=logged[id(cause)], path=error.path, exc_info=cause)
        formatted["message"] = "Something went wrong on our side."
        extensions["errorId"] = logged[id(cause)]
    formatted["extensions"] = extensions
    return formatted


def _code(error: GraphQLError) -> Code:
    told = (error.extensions or {}).get("code")
    if told is not None:
        return Code(told)
    cause = error.original_error
    if isinstance(cause, ServiceError):
        return cause.code
    # Without a path nothing was executed: the variables were wrong. With nodes of its own, an argument was.
    if error.path is None and (cause is None or isinstance(cause, ValueError | GraphQLError)):
        return Code.BAD_USER_INPUT
    if isinstance(cause, GraphQLError) and cause.nodes:
        return Code.BAD_USER_INPUT
    return Code.INTERNAL
