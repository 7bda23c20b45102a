from collections.abc import Callable
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, GraphQLSchema, build_schema, get_introspection_query

from execution import documents as limits
from execution.documents import Documents, KeptDocuments

SCHEMA = build_schema("type Query { a: Int  b(x: Int): Int  q: Query }")


def codes(text: str, schema: GraphQLSchema = SCHEMA) -> list[Any]:
    """The codes of what is wrong with a document."""
    try:
        faults = Documents().prepare(schema, text).faults
    except GraphQLError as error:
        faults = (error,)
    return [(fault.extensions or {}).get("code") for fault in faults]


def nested(levels: int) -> str:
    return "{ q " * (levels - 1) + "{ a }" + " }" * (levels - 1)


def aliases(number: int) -> str:
    return " ".join(f"a{i}: a" for i in range(number))


def chain(length: int, *, times: int = 1, last: str = "a") -> str:
    """A query over so many fragments, each spreading the next one so many times."""
    links = [f"fragment F{i} on Query {{ {f'...F{i + 1} ' * times}}}" for i in range(length)]
    return "\n".join(["{ q { ...F0 } }", *links, f"fragment F{length} on Query {{ {last} }}"])


def test_a_document_is_parsed_and_validated_once() -> None:
    documents = Documents()

    first = documents.prepare(SCHEMA, "{ a }")

    assert documents.prepare(SCHEMA, "{ a }") is first


def test_the_document_that_was_used_least_lately_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_KEPT", 2)
    documents = Documents()
    a, b = documents.prepare(SCHEMA, "{ a }"), documents.prepare(SCHEMA, "{ b }")

    documents.prepare(SCHEMA, "{ a }")
    documents.prepare(SCHEMA, "{ a b }")

    assert documents.prepare(SCHEMA, "{ a }") is a
    assert documents.prepare(SCHEMA, "{ b }") is not b


def test_however_many_documents_come_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nearly all of the time that a document takes.
    monkeypatch.setattr(limits, "validate", lambda *_, **__: [])
    documents = Documents()

    for number in range(10_000):
        documents.prepare(SCHEMA, f"{{ a{number}: a }}")

    assert len(documents) == limits.MAX_KEPT


def test_the_lengths_of_what_is_kept_are_bounded_too() -> None:
    documents = Documents()
    length = limits.MAX_KEPT_LENGTHS // 20

    for number in range(30):
        documents.prepare(SCHEMA, f"{{ a{number:02}: a }}".ljust(length))

    assert len(documents) == 20


def test_a_very_long_document_is_not_kept() -> None:
    documents = Documents()

    for length in (limits.MAX_KEPT_LENGTH, limits.MAX_KEPT_LENGTH + 1):
        documents.prepare(SCHEMA, "{ a }".ljust(length))

    assert len(documents) == 1


def test_a_document_that_can_not_be_parsed_is_not_kept() -> None:
    documents = Documents()

    for _ in range(2):
        with pytest.raises(GraphQLError, match="Syntax Error"):
            documents.prepare(SCHEMA, "{ a")

    assert len(documents) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{ a }", []),
        ("", ["GRAPHQL_PARSE_FAILED"]),
        ("{ a", ["GRAPHQL_PARSE_FAILED"]),
        ("{ c }", ["GRAPHQL_VALIDATION_FAILED"]),
        ("{ c d }", ["GRAPHQL_VALIDATION_FAILED", "GRAPHQL_VALIDATION_FAILED"]),
        ("query($x: Int!) { a }", ["GRAPHQL_VALIDATION_FAILED"]),
        ('{ b(x: "one") }', ["GRAPHQL_VALIDATION_FAILED"]),
        ("{ ...F } fragment F on Query { a ...F }", ["GRAPHQL_VALIDATION_FAILED"]),
        ("{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }", ["GRAPHQL_VALIDATION_FAILED"]),
        ("{ ...F }", ["GRAPHQL_VALIDATION_FAILED"]),
        ("mutation { a }", ["GRAPHQL_VALIDATION_FAILED"]),
        ("type Query { a: Int }", ["GRAPHQL_VALIDATION_FAILED"]),
    ],
    ids=[
        "nothing",
        "empty",
        "open brace",
        "unknown field",
        "two unknown fields",
        "unused variable",
        "wrong literal",
        "circle of one",
        "circle of two",
        "unknown fragment",
        "no mutations",
        "a schema",
    ],
)
def test_what_is_wrong_with_a_document_has_its_code(text: str, found: list[str]) -> None:
    assert codes(text) == found


# Documents that are so much over a limit: 0 is at it.
LIMITS: dict[str, Callable[[int], str]] = {
    "tokens": lambda over: f"{{ b(x: [{'1 ' * (limits.MAX_TOKENS - 9 + over)}]) }}",
    "levels": lambda over: nested(limits.MAX_DEPTH + over),
    "levels through a fragment": lambda over: (
        f"{{ q {{ ...F }} }} fragment F on Query {nested(limits.MAX_DEPTH - 1 + over)}"
    ),
    "fields": lambda over: f"{{ q {{ {aliases(limits.MAX_FIELDS - 1 + over)} }} }}",
    "fields through a fragment": lambda over: (
        f"{{ q {{ ...F ...F {aliases(limits.MAX_FIELDS - 201 + over)} }} }} fragment F on Query {{ {aliases(100)} }}"
    ),
    "roots": lambda over: f"{{ {aliases(limits.MAX_ROOT_FIELDS + over)} }}",
    "roots through a fragment": lambda over: (
        f"{{ a ...F }} fragment F on Query {{ {aliases(limits.MAX_ROOT_FIELDS - 1 + over)} }}"
    ),
    "fragments in each other": lambda over: chain(limits.MAX_NESTING - 3 + over),
    "selections": lambda over: (
        f"{{ q {{ {'...F ' * 99} {'a ' * (limits.MAX_SELECTIONS - 9_901 + over)} }} }}"
        f" fragment F on Query {{ {'...F ' * 99} }}"
    ),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_a_document_at_a_limit_is_let_through_and_one_over_it_is_not(limit: str) -> None:
    at_the_limit, over_it = (LIMITS[limit](over) for over in (0, 1))

    assert "LIMIT_EXCEEDED" not in codes(at_the_limit)
    assert codes(over_it) == ["LIMIT_EXCEEDED"]


@pytest.mark.parametrize("last", ["a", "...F20", "...Nowhere"], ids=["a field", "a circle", "an unknown fragment"])
def test_fragments_that_double_at_each_step_are_soon_refused(last: str) -> None:
    assert codes(chain(20, times=2, last=last)) == ["LIMIT_EXCEEDED"]


def test_more_fragments_in_each_other_than_python_nests_calls_are_refused() -> None:
    assert codes(chain(1_200)) == ["LIMIT_EXCEEDED"]


def test_each_operation_of_a_document_is_held_to_the_limits() -> None:
    assert codes(f"query A {{ a }} query B {nested(limits.MAX_DEPTH + 1)}") == ["LIMIT_EXCEEDED"]


def test_the_limit_that_was_passed_is_told() -> None:
    faults = Documents().prepare(SCHEMA, nested(limits.MAX_DEPTH + 1)).faults

    assert [fault.message for fault in faults] == [f"The query is more than {limits.MAX_DEPTH} levels deep."]


def test_introspection_as_tools_send_it_is_within_the_limits() -> None:
    assert codes(get_introspection_query()) == []


def test_introspection_may_be_deeper_than_a_query() -> None:
    assert codes("{ __schema { types { " + "ofType { " * 30 + "name" + " }" * 33) == []


def test_the_fields_of_introspection_count() -> None:
    names = " ".join(f"a{i}: name" for i in range(limits.MAX_FIELDS))

    assert codes(f"{{ __schema {{ types {{ {names} }} }} }}") == ["LIMIT_EXCEEDED"]


async def test_the_kept_document_is_what_is_executed() -> None:
    seen: list[Any] = []

    @strawberry.type
    class Query:
        @strawberry.field
        def a(self, info: strawberry.Info) -> int:
            seen.append(info.operation)
            return 1

    documents = Documents()
    schema = strawberry.Schema(Query, extensions=[lambda: KeptDocuments(documents)])
    prepared = documents.prepare(schema._schema, "{ a }")

    await schema.execute("{ a }")

    assert len(seen) == 1
    assert seen[0] is prepared.document.definitions[0]
