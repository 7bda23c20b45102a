"""Answers in which something is not as it should be, and what they say of it."""

from typing import Any

import pytest

from execution.compiled.completion import complete
from execution.compiled.running import run
from tests.execution.compiled.library import BookModel, Desk, both
from tests.execution.compiled.test_plan import plan

ODD = {1: BookModel(1), 2: BookModel(2, genre=None), 3: BookModel(3, title=[])}


async def test_a_null_goes_up_to_where_one_may_stand() -> None:
    answered = await both("{ books(ids: [1, 2]) { id genre } shelves }", books=ODD)

    assert answered.data == {"books": [{"id": 1, "genre": "TALES"}, None], "shelves": 4}
    assert answered.messages == [(["books", 1, "genre"], "Cannot return null for non-nullable field Book.genre.")]


async def test_a_null_at_the_root_leaves_no_data() -> None:
    answered = await both("{ shelves sureBook(id: 99) { id } }")

    assert answered.data is None


async def test_one_bad_value_costs_its_own_cell() -> None:
    answered = await both("{ books(ids: [1, 3]) { id title } }", books=ODD)

    assert answered.data == {"books": [{"id": 1, "title": "A title"}, {"id": 3, "title": None}]}
    assert answered.messages == [(["books", 1, "title"], "String cannot represent value: []")]


async def test_a_fault_of_a_whole_level_is_told_of_each_parent() -> None:
    answered = await both("{ books(ids: [1, 2]) { maybeLoans { reader } } }", fault=RuntimeError("no loans"))

    assert answered.messages == [
        (["books", 0, "maybeLoans"], "no loans"),
        (["books", 1, "maybeLoans"], "no loans"),
    ]


@pytest.mark.parametrize("loan", [ValueError("lost"), None], ids=["an exception", "null"])
async def test_objects_after_a_bad_one_keep_their_own_values(loan: Any) -> None:
    loans = {1: [loan, {"reader": "b", "book": BookModel(7)}], 2: [{"reader": "c", "book": BookModel(8)}]}

    answered = await both("{ books(ids: [1, 2]) { maybeLoans { reader book { score } } } }", loans=loans)

    assert answered.data == {
        "books": [
            {"maybeLoans": [None, {"reader": "b", "book": {"score": 70}}]},
            {"maybeLoans": [{"reader": "c", "book": {"score": 80}}]},
        ]
    }


async def test_a_fault_that_many_are_told_is_no_longer_for_the_last() -> None:
    fault = ValueError("lost")
    asked = plan("{ book { score } }")
    found = await run(asked, Desk(loans={1: fault}), [[{"id": 1}, {}]], ())

    told = [complete(asked, found)[1] for _ in range(3)]

    assert [[error.original_error for error in errors] for errors in told] == [[fault]] * 3
    assert fault.__traceback__ is None
