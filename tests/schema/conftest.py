"""The schema over a real database: `ask` gives a query's answer as a client reads it."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
import strawberry

from execution.executor import Request, StrawberryExecutor
from resolvers.context import Context
from schema import build_schema, format_errors
from services import Services
from services.freshness import Caller

Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return build_schema()


@pytest.fixture
def ask(schema: strawberry.Schema, services: Services) -> Ask:
    return asking(schema, services)


def asking(schema: strawberry.Schema, services: Services) -> Ask:
    executor = StrawberryExecutor(schema, format_errors=format_errors)

    async def ask(query: str, *, may_refresh: bool = True, **variables: Any) -> dict[str, Any]:
        context = Context(services, Caller(may_refresh=may_refresh))
        answer = await executor.execute(Request(query, variables), context)
        body: dict[str, Any] = orjson.loads(answer.body)
        return body

    return ask
