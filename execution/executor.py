"""Executes requests: a request in, the answer's bytes out. How an operation is carried out can change behind this."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
import strawberry
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

Formatted = dict[str, Any]


# Not frozen, as the two are made for every request, and that would take twice as long.
@dataclass(slots=True)
class Request:
    """One GraphQL request; `mutates` says whether it may be a mutation, `compiled` whether a plan may carry it out."""

    query: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    mutates: bool = True
    compiled: bool = True


@dataclass(slots=True)
class Answer:
    """The answer as JSON. Without `executed` nothing was carried out, and the body has errors and no data."""

    body: bytes
    executed: bool
    codes: tuple[str, ...] = ()


class Part:
    """A request that is carried out with others, whether or not anybody waits for it.

    No ABC: to ask of every request whether it is one would take as long as to read its variables.
    """

    __slots__ = ()

    def when_ended(self, tell: Callable[[], object]) -> None:
        """Have this called once they are carried out, in the context in which it began. To be asked at once."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Leave the others: there will be no answer. `when_ended` is told."""
        raise NotImplementedError

    def answer(self) -> Answer | None:
        """Its answer, at the end; None where it has left the others for more. Raises what nobody foresaw."""
        raise NotImplementedError

    def apart(self) -> Coroutine[Any, Any, Answer]:
        """Its answer, where it has left the others for more."""
        raise NotImplementedError


# What is to be awaited, or goes on by itself.
Begun = Coroutine[Any, Any, Answer] | Part


class Executor(Protocol):
    """Anything that carries out GraphQL requests."""

    def begin(self, request: Request, context: Any) -> Begun:
        """Begin with the request; every fault is in its answer. For who can't afford a task for each."""
        ...

    async def execute(self, request: Request, context: Any) -> Answer:
        """Carry out the request; every fault is in the answer."""
        ...


class StrawberryExecutor:
    """Carries out requests with Strawberry's own execution; `format_errors` says how errors are told."""

    def __init__(
        self, schema: strawberry.Schema, *, format_errors: Callable[[Sequence[GraphQLError]], list[Formatted]]
    ) -> None:
        self._schema = schema
        self._format_errors = format_errors

    def begin(self, request: Request, context: Any) -> Begun:
        """Begin with the request: it is to be awaited."""
        return self.execute(request, context)

    async def execute(self, request: Request, context: Any) -> Answer:
        """Carry out the request; every fault is in the answer."""
        allowed = [OperationType.QUERY, OperationType.MUTATION] if request.mutates else [OperationType.QUERY]
        try:
            result = await self._schema.execute(
                request.query,
                variable_values=dict(request.variables or {}),
                context_value=context,
                operation_name=request.operation_name,
                allowed_operation_types=allowed,
            )
        except MissingQueryError:
            return self._refused("The document is empty.", "GRAPHQL_PARSE_FAILED")
        except CannotGetOperationTypeError:
            named = f" named {request.operation_name!r}" if request.operation_name else ""
            return self._refused(f"The document has no operation{named}.")
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.SUBSCRIPTION:
                return self._refused("A subscription is not answered here.")
            return self._refused(error.as_http_error_reason("GET"), "METHOD_NOT_ALLOWED")
        errors = self._format_errors(result.errors) if result.errors else []
        codes = tuple(error["extensions"]["code"] for error in errors)
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            return Answer(orjson.dumps({"errors": errors}), executed=False, codes=codes)
        body = {"data": result.data, "errors": errors} if errors else {"data": result.data}
        return Answer(orjson.dumps(body), executed=True, codes=codes)

    def _refused(self, message: str, code: str = "BAD_USER_INPUT") -> Answer:
        errors = self._format_errors([GraphQLError(message, extensions={"code": code})])
        return Answer(orjson.dumps({"errors": errors}), executed=False, codes=(code,))
