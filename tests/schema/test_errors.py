from collections.abc import Callable
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError
from structlog.testing import capture_logs

import telemetry
from execution.executor import Request, StrawberryExecutor
from schema import format_errors
from services import open_services
from services.errors import BadInput, Code, Forbidden, ServiceError, StoreUnavailable
from settings import Settings
from tests.builders import artist_document
from tests.conftest import Database
from tests.schema.conftest import Ask, asking, executor

INNER = "mongodb://kisum:hunter2@db/"


def located(cause: Exception, *path: str | int) -> GraphQLError:
    """An error as the execution tells it."""
    return GraphQLError(str(cause), path=list(path), original_error=cause)


@pytest.mark.parametrize("kind", ServiceError.__subclasses__(), ids=lambda kind: kind.__name__)
def test_a_fault_that_was_foreseen_has_its_own_code_and_text(kind: type[ServiceError]) -> None:
    assert format_errors([located(kind("What is wrong."), "artist")]) == [
        {"message": "What is wrong.", "path": ["artist"], "extensions": {"code": kind.code.value}}
    ]


def test_a_code_that_an_error_brings_is_kept() -> None:
    error = GraphQLError("Too deep.", extensions={"code": "LIMIT_EXCEEDED"})

    assert format_errors([error]) == [{"message": "Too deep.", "extensions": {"code": "LIMIT_EXCEEDED"}}]


@pytest.mark.parametrize(
    "cause",
    [RuntimeError(INNER), ValueError(INNER), GraphQLError(INNER), KeyError(INNER)],
    ids=["RuntimeError", "ValueError", "GraphQLError without a place in the query", "KeyError"],
)
def test_the_text_of_an_unexpected_fault_never_reaches_the_answer(cause: Exception) -> None:
    with capture_logs() as logs:
        (error,) = format_errors([located(cause, "artists", 3, "stats")])

    assert INNER not in str(error)
    assert error["message"] == "Something went wrong on our side."
    assert error["path"] == ["artists", 3, "stats"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert [(line["error_id"], line["exc_info"]) for line in logs] == [(error["extensions"]["errorId"], cause)]


def test_a_fault_that_spoils_many_fields_is_logged_once() -> None:
    cause = RuntimeError("no shelf")

    with capture_logs() as logs:
        errors = format_errors([located(cause, "artists", row, "stats") for row in range(500)])

    assert len(errors) == 500
    assert {error["extensions"]["errorId"] for error in errors} == {line["error_id"] for line in logs}
    assert len(logs) == 1


async def test_an_unexpected_fault_is_logged_by_nobody_else(
    schema: strawberry.Schema, caplog: pytest.LogCaptureFixture
) -> None:
    executor = StrawberryExecutor(schema, format_errors=format_errors)

    with capture_logs() as logs:
        answer = await executor.execute(Request("{ artist(id: 61) { name } }"), "no context")

    assert answer.codes == ("INTERNAL",)
    assert [line["event"] for line in logs] == ["unexpected_error"]
    assert caplog.records == []


def test_each_fault_has_an_id_and_a_line_of_its_own() -> None:
    with capture_logs() as logs:
        errors = format_errors([located(RuntimeError(name), name) for name in ("a", "b")])

    assert len({error["extensions"]["errorId"] for error in errors}) == 2
    assert [line["path"] for line in logs] == [["a"], ["b"]]


def test_nothing_foreseen_is_logged() -> None:
    with capture_logs() as logs:
        format_errors([located(BadInput("What is wrong."), "artist")])

    assert logs == []


def test_a_fault_before_anything_is_executed_is_masked_too() -> None:
    error = GraphQLError(INNER, original_error=RecursionError(INNER))

    (formatted,) = format_errors([error])

    assert INNER not in str(formatted)
    assert formatted["extensions"]["code"] == "INTERNAL"


@pytest.mark.parametrize("code", [Code.FORBIDDEN, Code.INTERNAL])
def test_errors_are_counted_by_their_code(code: Code) -> None:
    count = telemetry.ERRORS.labels(code)._value.get
    before = count()
    cause = Forbidden("no") if code is Code.FORBIDDEN else RuntimeError("no")

    format_errors([located(cause, "a"), located(cause, "b")])

    assert count() - before == 2


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ artist(id: 61) { name", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ artist(id: 61) { title } }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("{ artist(id: 99999999999) { name } }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query($id: Int!) { artist(id: $id) { name } }", {}, "BAD_USER_INPUT"),
        ("query($id: Int!) { artist(id: $id) { name } }", {"id": 2**31}, "BAD_USER_INPUT"),
        (
            "query($r: Boolean = true) { artist(id: 61) { stats(refresh: $r) { fresh } } }",
            {"r": None},
            "BAD_USER_INPUT",
        ),
        ("{ artist(id: 61) { stats(refresh: true, storedOnly: true) { fresh } } }", {}, "BAD_USER_INPUT"),
        ("{ artist(id: 61) { stats(maxWaitMs: -1) { fresh } } }", {}, "BAD_USER_INPUT"),
        (
            '{ artist(id: 61) { popularity(startDate: "2026-11-20", endDate: "2026-11-19") { meta { fresh } } } }',
            {},
            "BAD_USER_INPUT",
        ),
        ("{ artist(id: 61) { popularity { sparkline(points: 0) } } }", {}, "BAD_USER_INPUT"),
        ("{ artist(id: 61) { popularity { sparkline(points: 1001) } } }", {}, "BAD_USER_INPUT"),
    ],
    ids=[
        "no GraphQL",
        "unknown field",
        "literal that is no int32",
        "variable left out",
        "variable that is no int32",
        "null where none may be",
        "refresh of what is stored only",
        "negative wait",
        "dates the wrong way round",
        "no points",
        "too many points",
    ],
)
async def test_bad_input_is_told_with_its_code(
    ask: Ask, database: Database, query: str, variables: dict[str, Any], code: str
) -> None:
    await database.artists(artist_document())

    answer = await ask(query, **variables)

    assert [error["extensions"] for error in answer["errors"]] == [{"code": code}]


async def test_more_artists_than_are_answered_at_once_are_bad_input(ask: Ask) -> None:
    answer = await ask("query($ids: [Int!]!) { artists(ids: $ids) { name } }", ids=list(range(1, 502)))

    assert answer["data"] is None
    (error,) = answer["errors"]
    assert error["message"] == "501 ids are asked for: at most 500 are answered at once."
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize("field", ["stats", "popularity"])
async def test_a_caller_that_may_only_read_is_forbidden_to_refresh(ask: Ask, database: Database, field: str) -> None:
    await database.artists(artist_document())

    answer = await ask(f"{{ artist(id: 61) {{ name {field}(refresh: true) {{ __typename }} }} }}", may_refresh=False)

    assert answer["data"] == {"artist": {"name": "Nova Ruiz", field: None}}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]) == (["artist", field], {"code": "FORBIDDEN"})


@pytest.mark.parametrize("compiled", [True, False])
async def test_a_database_that_is_away_is_unavailable(make_settings: Callable[..., Settings], compiled: bool) -> None:
    settings = make_settings(embedded_mongodb_uri="mongodb://127.0.0.1:1/", mongodb_timeout_ms=100)

    async with open_services(settings) as services:
        answer = await asking(executor(compiled=compiled), services)("{ artist(id: 61) { name } metrics { label } }")

    assert answer["data"]["artist"] is None
    assert answer["data"]["metrics"][0] == {"label": "Spotify followers"}
    (error,) = answer["errors"]
    assert error["message"] == "The database is away or too slow; try again in a moment."
    assert error["extensions"] == {"code": StoreUnavailable.code.value}
