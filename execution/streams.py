"""Subscriptions: stream functions, how a schema's field is answered by one, and how an operation's answers come.

A stream function is `async (context, *, <arguments>, fields) -> AsyncGenerator`: it raises at once what is wrong with
its arguments, and then gives events one by one, `fields` being the names that the selection needs of each. The
selection of each event is answered by the ordinary execution, before the next event is asked for.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any, Protocol

import orjson
import strawberry
from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSyntaxError
from graphql.error import located_error
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from execution.batching import with_arguments_of
from execution.executor import Answer, Formatted, Request
from execution.selection import selected

StreamFunction = Callable[..., Awaitable[AsyncGenerator[Any]]]


class HasEvents(Protocol):
    """A context that outlives an event."""

    def begin_event(self) -> None:
        """Forget what the event before was answered with."""
        ...


def stream_resolver(function: StreamFunction) -> Callable[..., Awaitable[AsyncGenerator[Any]]]:
    """A resolver of a subscription, with the stream function's own arguments as its signature."""

    async def resolve(info: strawberry.Info[HasEvents, Any], **arguments: Any) -> AsyncGenerator[Any]:
        fields = selected(info._raw_info, {})
        return _events(await function(info.context, fields=fields, **arguments), info.context, info._raw_info)

    return with_arguments_of(function, resolve, ("info",))


class Streams:
    """Carries operations out answer by answer: a subscription's events, or the one answer of a query or mutation."""

    def __init__(
        self, schema: strawberry.Schema, *, format_errors: Callable[[Sequence[GraphQLError]], list[Formatted]]
    ) -> None:
        self._schema = schema
        self._format_errors = format_errors

    async def answers(self, request: Request, context: Any) -> AsyncGenerator[Answer]:
        """The answers as they come; every fault is in one. To be closed, which ends the subscription."""
        allowed = [kind for kind in OperationType if request.mutates or kind is not OperationType.MUTATION]
        results = await self._schema.stream(
            request.query,
            variable_values=dict(request.variables or {}),
            context_value=context,
            operation_name=request.operation_name,
            allowed_operation_types=allowed,
        )
        async with aclosing(results):
            try:
                async for result in results:
                    yield self._answer(result)
            except GraphQLSyntaxError as error:
                # What an extension raises instead of a document, Strawberry lets through.
                yield self._answer(PreExecutionError(data=None, errors=[error]))

    def _answer(self, result: Any) -> Answer:
        errors = self._format_errors([_told(error) for error in result.errors or ()])
        codes = tuple(error["extensions"]["code"] for error in errors)
        if isinstance(result, PreExecutionError):
            return Answer(orjson.dumps({"errors": errors}), executed=False, codes=codes)
        assert isinstance(result, ExecutionResult)  # noqa: S101  (nothing is deferred in this schema)
        body = {"data": result.data} | ({"errors": errors} if errors else {})
        return Answer(orjson.dumps(body), executed=True, codes=codes)


async def _events(
    events: AsyncGenerator[Any], context: HasEvents, info: GraphQLResolveInfo[Any]
) -> AsyncGenerator[Any]:
    """The events, each with a context that is as new; a fault is one of the field, as in a query."""
    try:
        async with aclosing(events):
            async for event in events:
                context.begin_event()
                yield event
    except Exception as error:
        raise located_error(error, info.field_nodes, info.path.as_list()) from error


def _told(error: GraphQLError) -> GraphQLError:
    """The error; what Strawberry says of an operation that can't be carried out in the words of our own."""
    cause = error.original_error
    if isinstance(cause, CannotGetOperationTypeError):
        named = f" named {cause.operation_name!r}" if cause.operation_name else ""
        return GraphQLError(f"The document has no operation{named}.", extensions={"code": "BAD_USER_INPUT"})
    if isinstance(cause, InvalidOperationTypeError):
        return GraphQLError(cause.as_http_error_reason("GET"), extensions={"code": "METHOD_NOT_ALLOWED"})
    return error
