"""The schema over a real database: `ask` gives a query's answer as a client reads it."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
import strawberry

from execution.documents import Documents
from execution.executor import Executor, Request
from resolvers.context import Context
from schema import build_executor, build_schema
from services import Services
from services.freshness import Caller

Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return build_schema()


@pytest.fixture(params=[True, False], ids=["compiled", "by graphql-core"])
def ask(request: pytest.FixtureRequest, services: Services) -> Ask:
    """Asks by one execution, and in another test by the other: both are to say the same."""
    return asking(executor(compiled=request.param), services)


def executor(*, compiled: bool) -> Executor:
    documents = Documents()
    return build_executor(build_schema(documents), documents, compiled=compiled)


def asking(carried_out_by: Executor, services: Services) -> Ask:
    async def ask(query: str, *, may_refresh: bool = True, **variables: Any) -> dict[str, Any]:
        context = Context(services, Caller(may_refresh=may_refresh))
        answer = await carried_out_by.execute(Request(query, variables), context)
        body: dict[str, Any] = orjson.loads(answer.body)
        return body

    return ask
