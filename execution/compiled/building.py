"""Builds answers in which all is as it should be, by code that is generated for a plan.

One function for each level makes the rows of all its objects, in the order of the selection. Whatever a type's fast
test does not pass raises, and then `completion` builds the answer.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from execution.compiled.plan import Held, ObjectPlan, Plan
from execution.compiled.running import Found
from execution.compiled.source import level_source, loaded

Row = dict[str, Any]
# The objects of a level, the answers of its slots, what gives the rows below each, conditions, keywords → its rows.
BuildLevel = Callable[[list[Any], list[Sequence[Any]], list[Callable[[], Row]], Held, Sequence[Any]], list[Row]]


class Odd(Exception):
    """Something is not as it should be; `completion` says what."""


class Builder:
    """Builds the answers of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._levels: dict[int, BuildLevel] = {}
        for level in _levels(plan.root):
            self._levels[level.place] = loaded(level_source(level))

    def build(self, found: Found) -> list[Row]:
        """The data of each request's answer; raises where something in one is not as it should be."""
        if found.odd:
            raise Odd
        return self._rows(self._plan.root, found)

    def _rows(self, plan: ObjectPlan, found: Found) -> list[Row]:
        objects = found.objects[plan.place]
        if not objects:
            return []
        answers: list[Sequence[Any]] = []
        below: list[Callable[[], Row]] = []
        for one in plan.leveled:
            asked = one.is_asked(found.held)
            answers.append(found.answers[one.slot] if asked else objects)  # type: ignore[index]
            below.append(iter(self._rows(one.child, found)).__next__ if asked and one.child else dict)
        return self._levels[plan.place](objects, answers, below, found.held, found.keywords)


def _levels(plan: ObjectPlan) -> Iterator[ObjectPlan]:
    """The plans of objects whose rows are made level by level; those within them are made with them."""
    yield plan
    for one in plan.leveled:
        if one.child:
            yield from _levels(one.child)
