"""How a plan asks: the calls that `both`'s desks were given."""

import pytest

from tests.execution.compiled.library import Both, Call, both


def called(answered: Both) -> list[tuple[str, int]]:
    return [(call.name, call.parents) for call in answered.compiled.calls]


async def test_a_level_is_one_call_of_each_batch_function() -> None:
    answered = await both("{ books(ids: [1, 2, 9]) { score loans(most: 2) { book { score } } } }")

    # Who lent is asked for ahead, by the ids that were asked for.
    assert sorted(called(answered)) == [("books", 1), ("lent", 3), ("loans", 2), ("score", 2), ("score", 4)]


async def test_what_a_level_foresees_is_asked_for_before_its_parents_are_found() -> None:
    answered = await both("{ books(ids: [1, 2]) { loans { reader } } }")

    assert answered.compiled.calls == [
        Call("books", 1, frozenset({"loans"})),
        Call("lent", 2, frozenset({"reader", "key"})),
        Call("loans", 2, frozenset({"reader"})),
    ]


@pytest.mark.parametrize(
    ("book", "order"),
    [("book", ["loans", "lent", "overdue"]), ("leftBook", ["loans", "overdue", "lent"])],
    ids=["foreseen", "not foreseen"],
)
async def test_functions_that_need_the_same_ask_for_it_once(book: str, order: list[str]) -> None:
    answered = await both(f"{{ {book} {{ overdue loans {{ reader }} }} }}")

    assert [call.name for call in answered.compiled.calls if call.name in order] == order


async def test_one_function_with_the_same_arguments_is_called_once() -> None:
    answered = await both("{ a: book { id } b: book(id: 1) { title } c: book(id: 2) { id } }")

    assert called(answered) == [("book", 1), ("book", 1)]
    assert {call.fields for call in answered.compiled.calls} == {frozenset({"id", "title"}), frozenset({"id"})}


async def test_nothing_is_asked_where_there_are_no_parents() -> None:
    answered = await both("{ book(id: 99) { score loans { reader } } }")

    assert called(answered) == [("book", 1)]


@pytest.mark.parametrize("a", [True, False])
async def test_nothing_is_asked_that_is_not_included(a: bool) -> None:
    answered = await both("query($a: Boolean!) { book { id score @include(if: $a) } }", {"a": a})

    assert called(answered) == [("book", 1), *([("score", 1)] if a else [])]


async def test_each_call_is_told_with_its_number_of_parents() -> None:
    answered = await both("{ books(ids: [1, 2]) { score } }")

    assert answered.compiled.told == [("library.find_books", 1), ("library.score_of", 2)]
