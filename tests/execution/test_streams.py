"""Streams, over a throwaway schema that counts."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Annotated, Any

import orjson
import pytest
import strawberry
from graphql import GraphQLError
from strawberry import argument

from execution.documents import Documents, KeptDocuments
from execution.executor import Answer, Request
from execution.streams import Streams, stream_resolver


@dataclass
class Counting:
    """A context that notes what it was asked for."""

    events: int = 0
    fields: list[frozenset[str]] = field(default_factory=list)
    closed: bool = False

    def begin_event(self) -> None:
        self.events += 1


async def count(
    context: Counting, *, fields: frozenset[str], to: Annotated[int, argument(description="Where it ends.")] = 2
) -> AsyncGenerator[Any]:
    context.fields.append(fields)
    if to < 0:
        raise ValueError("to is negative")
    return _counted(context, to)


async def _counted(context: Counting, to: int) -> AsyncGenerator[Any]:
    try:
        for number in range(to):
            if number == 3:
                raise ValueError("a secret of the count")
            yield Number(number)
    finally:
        context.closed = True


@dataclass
class Number:
    value: int


@strawberry.type(name="Number")
class NumberView:
    value: int
    unasked: int = 0


@strawberry.type
class Query:
    @strawberry.field
    def one(self) -> int:
        return 1


@strawberry.type
class Mutation:
    @strawberry.mutation
    def two(self) -> int:
        return 2


@strawberry.type
class Subscription:
    count: NumberView = strawberry.subscription(resolver=stream_resolver(count))


class QuietSchema(strawberry.Schema):
    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Errors are asserted, not logged."""


def format_errors(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    return [
        {"message": error.message, "path": error.path, "extensions": {"code": (error.extensions or {}).get("code")}}
        for error in errors
    ]


def streams() -> Streams:
    documents = Documents()
    schema = QuietSchema(Query, Mutation, Subscription, extensions=[lambda: KeptDocuments(documents)])
    return Streams(schema, format_errors=format_errors)


async def answers(query: str, *, context: Counting | None = None, **request: Any) -> list[Answer]:
    found = streams().answers(Request(query, **request), context or Counting())
    return [answer async for answer in found]


def bodies(found: Sequence[Answer]) -> list[Any]:
    return [orjson.loads(answer.body) for answer in found]


async def test_each_event_is_an_answer_with_a_context_as_new() -> None:
    context = Counting()

    found = await answers("subscription { count { value } }", context=context)

    assert bodies(found) == [{"data": {"count": {"value": 0}}}, {"data": {"count": {"value": 1}}}]
    assert all(answer.executed for answer in found)
    assert (context.events, context.fields, context.closed) == (2, [frozenset({"value"})], True)


async def test_a_query_and_a_mutation_are_one_answer() -> None:
    assert bodies(await answers("{ one }")) == [{"data": {"one": 1}}]
    assert bodies(await answers("mutation { two }")) == [{"data": {"two": 2}}]


async def test_what_is_closed_early_ends_the_source() -> None:
    context = Counting()

    async with aclosing(streams().answers(Request("subscription { count { value } }"), context)) as found:
        await anext(found)

    assert context.closed


async def test_a_fault_of_the_source_is_one_of_the_field_and_the_last_answer() -> None:
    *_, last = await answers("subscription { count(to: 9) { value } }")

    assert orjson.loads(last.body) == {
        "data": None,
        "errors": [{"message": "a secret of the count", "path": ["count"], "extensions": {"code": None}}],
    }
    assert last.executed


async def test_arguments_that_cannot_be_are_told_before_anything_is_carried_out() -> None:
    (answer,) = await answers("subscription { count(to: -1) { value } }")

    assert not answer.executed
    assert orjson.loads(answer.body)["errors"][0]["path"] == ["count"]


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        ({"query": "{ three }"}, "GRAPHQL_VALIDATION_FAILED", "Cannot query field 'three' on type 'Query'."),
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."),
        (
            {"query": "query A { one }", "operation_name": "B"},
            "BAD_USER_INPUT",
            "The document has no operation named 'B'.",
        ),
        (
            {"query": "mutation { two }", "mutates": False},
            "METHOD_NOT_ALLOWED",
            "mutations are not allowed when using GET",
        ),
    ],
    ids=["unknown field", "no GraphQL", "no operation", "a mutation by GET"],
)
async def test_what_cannot_be_carried_out_says_why(request_: dict[str, Any], code: str, message: str) -> None:
    (answer,) = await answers(**request_)

    assert (answer.executed, answer.codes) == (False, (code,))
    assert orjson.loads(answer.body)["errors"][0]["message"] == message
