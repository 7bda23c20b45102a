import pytest

from execution.compiled.building import Builder, Odd
from execution.compiled.running import run
from tests.execution.compiled.library import BookModel, Desk
from tests.execution.compiled.test_plan import plan


async def test_rows_are_built_in_the_order_of_the_selection() -> None:
    found = plan("{ books(ids: [2, 9, 1]) { b: id tags a: title loans(most: 1) { reader } } }")

    keywords = found.keywords({})
    (built,) = Builder(found).build(await run(found, Desk(), [keywords], ()))

    assert [list(row) for row in built["books"] if row] == [["b", "tags", "a", "loans"]] * 2
    assert [row and row["b"] for row in built["books"]] == [2, None, 1]


async def test_rows_that_are_written_as_they_stand_are_not_made_anew() -> None:
    marks = [{"page": 1, "note": "here"}]
    found = plan("{ book { marks { page note } } }")

    (built,) = Builder(found).build(await run(found, Desk(books={1: BookModel(1, marks=marks)}), [[{}]], ()))

    assert built["book"]["marks"] is marks


async def test_an_exception_among_the_answers_is_not_built_over() -> None:
    found = plan("{ book { score } }")
    answers = await run(found, Desk(loans={1: ValueError("lost")}), [[{}, {}]], ())

    with pytest.raises((Odd, ValueError)):
        Builder(found).build(answers)
