"""Compiled and ordinary execution say the same; `both` asserts it of every query here."""

from typing import Any

import pytest

from execution.compiled.executor import COMPILED
from tests.execution.compiled.library import BookModel, both

QUERIES = {
    "every kind of field": """{ books(ids: [1, 2, 9, 2]) { __typename id title genre pages words since tags maybe sizes
        short marks { page note } cover { note } loans { reader } score } shelves }""",
    "order of the selection": "{ shelves book { title id genre } }",
    "aliases": "{ a: book(id: 1) { id } b: book(id: 2) { id number: id } c: book(id: 1) { title } }",
    "fields selected twice": "{ book { id title } book { id loans { reader } } book { loans { book { id } } } }",
    "fragments": """query { book { ...Parts ... on Book { tags } ... { genre } ...Parts } }
        fragment Parts on Book { id loans(most: 1) { ...Who } }  fragment Who on Loan { reader book { title } }""",
    "levels": "{ books(ids: [1, 2]) { loans { book { loans(most: 1) { book { id score } } } } } }",
    "literals": '{ book { short(length: 5, mark: "!", since: "2026-01-02") loans(genres: [POEMS]) { reader } } }',
    "null literals": "{ book(id: 3) { short(since: null) loans(genres: null) { reader } } }",
    "one value for a list": "{ books(ids: 1) { id } }",
    "nothing found": "{ book(id: 99) { id loans { reader } } books(ids: []) { loans { reader } } }",
    "renamed rows": "{ book { marks { remark: note page } } }",
    "rows in part": "{ book { marks { page } } }",
    "typenames of rows": "{ __typename book { marks { __typename page } } }",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
async def test_a_query_is_answered_alike(query: str) -> None:
    marks = [{"page": 1, "note": "here"}, {"page": 2, "note": None}]

    answered = await both(query, books={i: BookModel(i, marks=marks) for i in (1, 2, 3)})

    assert answered.execution == COMPILED
    assert answered.messages == []


CONDITIONAL = """query($a: Boolean!, $b: Boolean = true) {
  book { id @include(if: $a) title @skip(if: $a) ... @include(if: $b) { genre loans @skip(if: $a) { reader } }
    score @include(if: $b) @skip(if: $a)
    ...Tags @include(if: $a)  sizes @include(if: false) pages @skip(if: false) id
  }
  shelves @include(if: $a)
}
fragment Tags on Book { tags marks @include(if: $b) { page } }"""


@pytest.mark.parametrize("a", [True, False])
@pytest.mark.parametrize("b", [True, False, None])
async def test_conditions_are_answered_alike(a: bool, b: bool | None) -> None:
    # `id` comes first where $a, and last where not: that order is left to graphql-core.
    variables = {"a": a} | ({} if b is None else {"b": b})

    answered = await both(CONDITIONAL.replace("id\n", "words\n"), variables)
    left = await both(CONDITIONAL, variables)

    assert (answered.execution, left.execution) == (COMPILED, "order by condition")
    assert answered.messages == []


@pytest.mark.parametrize(
    ("declared", "used", "values"),
    [
        ("$id: Int!", "book(id: $id) { id }", [{"id": 2}, {"id": 2.0}, {"id": "2"}, {"id": 2**31}, {"id": None}, {}]),
        ("$id: Int = 3", "book(id: $id) { id }", [{"id": 2}, {}]),
        ("$id: Int!, $n: Int", "book(id: $id) { loans(most: $n) { reader } }", [{"id": 1}, {"id": 1, "n": 1}]),
        (
            "$ids: [Int!]!",
            "books(ids: $ids) { id }",
            [{"ids": [1, 2]}, {"ids": []}, {"ids": 3}, {"ids": [None]}, {"ids": [True]}],
        ),
        ("$x: Int!", "books(ids: [$x, 2]) { id }", [{"x": 1}, {"x": "1"}]),
        ("$g: [Genre!]", "book { loans(genres: $g) { reader } }", [{}, {"g": None}, {"g": ["POEMS"]}, {"g": ["NONE"]}]),
        ("$g: Genre!", "book { loans(genres: [$g, TALES]) { reader } }", [{"g": "POEMS"}, {"g": 1}]),
        (
            "$m: String, $d: Date",
            "book { short(mark: $m, since: $d) }",
            [{}, {"m": "!"}, {"m": None, "d": None}, {"d": "2026-02-03"}, {"d": "soon"}],
        ),
    ],
    ids=["required", "default", "absent", "list", "in a list", "enums", "an enum in a list", "texts and days"],
)
async def test_variables_are_taken_alike(declared: str, used: str, values: list[dict[str, Any]]) -> None:
    for variables in values:
        await both(f"query({declared}) {{ {used} }}", variables)


FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "a null where none may be": (
        "{ books(ids: [1, 2]) { id genre } }",
        {"books": {1: BookModel(1), 2: BookModel(2, genre=None)}},
    ),
    "a null in a list of none": ("{ sureBooks(ids: [1, 7]) { id } shelves }", {}),
    "a null at the root": ("{ sureBook(id: 7) { id } shelves }", {}),
    "a leaf of another type": (
        "{ books(ids: [1]) { title tags sizes } }",
        {"books": {1: BookModel(1, title=5, tags=[1, True], sizes="2.5")}},
    ),
    "a leaf that is none": (
        "{ books(ids: [1]) { title sizes since } }",
        {"books": {1: BookModel(1, title=[1], sizes="x", since=4)}},
    ),
    "an enum that is none": (
        "{ books(ids: [1, 2]) { genre } }",
        {"books": {1: BookModel(1, genre="poems"), 2: BookModel(2)}},
    ),
    "a null in a list": ("{ books(ids: [1]) { maybe tags } }", {"books": {1: BookModel(1, tags=["a", None])}}),
    "no list": ("{ books(ids: [1]) { tags maybe } }", {"books": {1: BookModel(1, tags="ab")}}),
    "an attribute that is missing": ("{ books(ids: [1, 2]) { title } }", {"books": {1: object(), 2: BookModel(2)}}),
    "a read that fails": ("{ books(ids: [1]) { short id } }", {"books": {1: BookModel(1, title=None)}}),
    "a batch function that fails": (
        "{ books(ids: [1, 2]) { id loans { reader } } }",
        {"fault": RuntimeError("no loans")},
    ),
    "one that fails, where null may stand": (
        "{ books(ids: [1, 2]) { id maybeLoans { reader } } }",
        {"fault": RuntimeError("no loans")},
    ),
    "an exception for a parent": (
        "{ books(ids: [1, 2, 3]) { score maybeLoans { reader book { id } } } }",
        {"loans": {2: ValueError("lost")}},
    ),
    "an exception in a list": (
        "{ books(ids: [1]) { maybeLoans { reader } } }",
        {"loans": {1: [ValueError("lost"), {"reader": "a", "book": None}]}},
    ),
    "an exception of one who must be": ("{ books(ids: [1, 2]) { sureScore id } }", {"loans": {2: ValueError("lost")}}),
    "a null below a list": (
        "{ books(ids: [1, 2]) { loans { book { id } } maybeLoans { book { id } } } }",
        {"loans": {1: [{"reader": "a", "book": None}]}},
    ),
}


@pytest.mark.parametrize(("query", "desk"), FAULTS.values(), ids=FAULTS.keys())
async def test_faults_are_told_alike(query: str, desk: dict[str, Any]) -> None:
    answered = await both(query, **desk)

    assert answered.execution == COMPILED
    assert answered.messages or answered.data


@pytest.mark.parametrize(
    ("query", "execution"),
    [
        ("{ __schema { types { name } } }", "introspection"),
        ("{ nobody }", "invalid"),
        ("{ book { id }", "invalid"),
        ("query A { shelves } query B { shelves }", "operation name"),
        ("query($id: Int!) { book(id: $id) { id } }", "variables"),
        ("{ shelves @nothing }", "invalid"),
    ],
)
async def test_what_has_no_plan_is_left_to_graphql_core(query: str, execution: str) -> None:
    answered = await both(query)

    assert answered.execution == execution


async def test_an_operation_is_chosen_by_its_name() -> None:
    answered = await both("query A { shelves } query B { book { id } }", name="B")

    assert (answered.execution, answered.data) == (COMPILED, {"book": {"id": 1}})
