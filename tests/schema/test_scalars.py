"""The scalars, over a throwaway schema that answers what it is given."""

from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from execution.documents import Documents, KeptDocuments
from execution.executor import Request, StrawberryExecutor
from schema import format_errors
from schema.scalars import SCALARS, Long

Info = strawberry.Info[list[Any], None]


@strawberry.type
class Query:
    """Each field notes in the context what it was given."""

    @strawberry.field
    def long(self, info: Info, value: Long) -> Long:
        info.context.append(value)
        return value

    @strawberry.field
    def day(self, info: Info, value: date) -> date:
        info.context.append(value)
        return value

    @strawberry.field
    def instant(self, info: Info, value: datetime) -> datetime:
        info.context.append(value)
        return value

    @strawberry.field
    def stored_day(self) -> date:
        return "2026-11-18"  # type: ignore[return-value]

    @strawberry.field
    def too_long(self) -> Long | None:
        return Long(2**63)


async def answer(query: str, *, seen: list[Any] | None = None, **variables: Any) -> dict[str, Any]:
    schema = strawberry.Schema(
        Query, extensions=[lambda: KeptDocuments(Documents())], config=StrawberryConfig(scalar_map=SCALARS)
    )
    executor = StrawberryExecutor(schema, format_errors=format_errors)
    found = await executor.execute(Request(query, variables), [] if seen is None else seen)
    body: dict[str, Any] = orjson.loads(found.body)
    return body


async def both_ways(field: str, scalar: str, value: Any) -> list[dict[str, Any]]:
    """The answers to the value as a literal, and as a variable."""
    literal = orjson.dumps(value).decode()
    return [
        await answer(f"{{ {field}(value: {literal}) }}"),
        await answer(f"query($value: {scalar}!) {{ {field}(value: $value) }}", value=value),
    ]


@pytest.mark.parametrize(
    "value",
    [0, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63)],
    ids=["0", "-1", "over int32", "over a double", "greatest", "least"],
)
async def test_a_long_is_any_whole_number_of_64_bits(value: int) -> None:
    assert await both_ways("long", "Long", value) == [{"data": {"long": value}}] * 2


@pytest.mark.parametrize(
    "value",
    [2**63, -(2**63) - 1, True, 1.0, 1.5, "1", [1], {"a": 1}],
    ids=["too great", "too small", "boolean", "whole double", "fraction", "text", "list", "object"],
)
async def test_nothing_else_is_a_long(value: Any) -> None:
    found = await answer("query($value: Long!) { long(value: $value) }", value=value)

    (error,) = found["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize("literal", ["true", "1.0", '"1"', "9223372036854775808", "ONE"])
async def test_nothing_else_is_a_long_in_the_query_itself(literal: str) -> None:
    (error,) = (await answer(f"{{ long(value: {literal}) }}"))["errors"]

    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


async def test_a_number_of_more_than_64_bits_is_never_answered() -> None:
    found = await answer("{ tooLong }")

    assert found["data"] == {"tooLong": None}
    assert found["errors"][0]["extensions"]["code"] == "INTERNAL"


async def test_a_date_is_a_calendar_day() -> None:
    assert await both_ways("day", "Date", "2024-02-29") == [{"data": {"day": "2024-02-29"}}] * 2


async def test_a_date_is_python_s_own() -> None:
    seen: list[Any] = []

    await answer('{ day(value: "2024-02-29") }', seen=seen)

    assert seen == [date(2024, 2, 29)]


async def test_a_day_that_is_stored_as_a_text_is_answered_as_it_is() -> None:
    assert await answer("{ storedDay }") == {"data": {"storedDay": "2026-11-18"}}


NO_DAYS = {
    "30 February": "2026-02-30",
    "29 February of a common year": "2026-02-29",
    "one digit": "2026-1-1",
    "no dashes": "20261120",
    "week": "2026-W47-5",
    "datetime": "2026-11-20T08:00:00Z",
    "space after": "2026-11-20 ",
    "line end": "2026-11-20\n",
    "year 0": "0000-01-01",
    "other digits": "\N{FULLWIDTH DIGIT TWO}026-11-20",
    "empty": "",
    "number": 20261120,
    "boolean": True,
}


@pytest.mark.parametrize("value", NO_DAYS.values(), ids=NO_DAYS)
async def test_nothing_else_is_a_date(value: Any) -> None:
    errors = [found["errors"][0] for found in await both_ways("day", "Date", value)]

    assert [error["extensions"]["code"] for error in errors] == ["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"]
    assert all("a Date is a calendar day, YYYY-MM-DD" in error["message"] for error in errors)


@pytest.mark.parametrize(
    ("written", "answered"),
    [
        ("2026-11-20T08:00:00Z", "2026-11-20T08:00:00.000Z"),
        ("2026-11-20T08:00:00.123456Z", "2026-11-20T08:00:00.123Z"),
        ("2026-11-20T08:00:00.5+00:00", "2026-11-20T08:00:00.500Z"),
        ("2026-11-20T01:30:00+05:30", "2026-11-19T20:00:00.000Z"),
        ("2026-11-20T20:00:00-04:00", "2026-11-21T00:00:00.000Z"),
        ("2026-11-20t08:00:00z", "2026-11-20T08:00:00.000Z"),
        ("2026-11-20 08:00:00Z", "2026-11-20T08:00:00.000Z"),
        ("2026-11-20T08:00:00", "2026-11-20T08:00:00.000Z"),
    ],
    ids=["UTC", "microseconds", "offset of nothing", "east", "west", "small letters", "a space", "no offset is UTC"],
)
async def test_an_instant_is_answered_in_utc_to_the_millisecond(written: str, answered: str) -> None:
    assert await both_ways("instant", "DateTime", written) == [{"data": {"instant": answered}}] * 2


async def test_a_datetime_is_python_s_own_and_in_utc() -> None:
    seen: list[Any] = []

    await answer('{ instant(value: "2026-11-20T01:30:00+05:30") }', seen=seen)

    assert seen == [datetime(2026, 11, 19, 20, 0, tzinfo=UTC)]
    assert seen[0].tzinfo is UTC


NO_INSTANTS = {
    "day": "2026-11-20",
    "no such day": "2026-02-30T08:00:00Z",
    "hour 25": "2026-11-20T25:00:00Z",
    "before the first year": "0001-01-01T00:00:00+01:00",
    "after the last year": "9999-12-31T23:59:59-01:00",
    "words": "yesterday",
    "number": 1_795_000_000,
}


@pytest.mark.parametrize("value", NO_INSTANTS.values(), ids=NO_INSTANTS)
async def test_nothing_else_is_a_datetime(value: Any) -> None:
    errors = [found["errors"][0] for found in await both_ways("instant", "DateTime", value)]

    assert [error["extensions"]["code"] for error in errors] == ["GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"]
    assert all("such as 2026-11-20T08:00:00Z" in error["message"] for error in errors)
