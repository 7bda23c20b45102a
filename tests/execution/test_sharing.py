from collections.abc import Mapping, Sequence
from typing import Any

from execution.sharing import answers_at_root, is_shared, shared


async def _squares_of_calls(context: None, calls: Sequence[Mapping[str, Any]], *, fields: frozenset[str]) -> list[int]:
    return [call["of"] ** 2 for call in calls]


@shared(at_root=_squares_of_calls)
async def square(context: None, parents: Sequence[None], *, fields: frozenset[str], of: int) -> list[int]:
    return [of**2]


@shared()
async def halves(context: None, parents: Sequence[int], *, fields: frozenset[str]) -> list[float]:
    return [number / 2 for number in parents]


async def doubles(context: None, parents: Sequence[int], *, fields: frozenset[str]) -> list[int]:
    return [number * 2 for number in parents]


def test_at_the_root_only_what_answers_several_calls_is_shared() -> None:
    functions = (square, halves, doubles)

    assert [is_shared(function, root=False) for function in functions] == [True, True, False]
    assert [is_shared(function, root=True) for function in functions] == [True, False, False]


async def test_several_calls_at_the_root_are_answered_in_their_order() -> None:
    assert await answers_at_root(square, None, [{"of": 3}, {"of": 2}], fields=frozenset()) == [9, 4]
