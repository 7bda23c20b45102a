"""Runs a plan: level by level, each batch function with all parents of its level at once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import get_nullable_type, is_list_type
from graphql.pyutils import is_iterable

from execution.batching import HasLoads, LoadFunction, name_of
from execution.compiled.calls import Call, calls_of
from execution.compiled.plan import FieldPlan, Held, Kind, ObjectPlan, Plan
from execution.reading import read_off
from execution.sharing import answers_at_root

Keywords = Mapping[str, Any]


@dataclass(slots=True)
class Found:
    """What was found: for each slot an answer a parent, an exception where that is what it met.

    `calls` has the arguments of all fields, for each request that is carried out; those of the root's fields may
    differ. `objects` has, for each place of the plan, the objects of a whole level: at the root one a request.
    """

    held: Held
    calls: Sequence[list[Keywords]]
    answers: list[Sequence[Any]]
    objects: list[list[Any]]
    # Whether an exception is among the answers.
    odd: bool = False

    @property
    def keywords(self) -> list[Keywords]:
        """The arguments of the fields below the root."""
        return self.calls[0]


async def run(plan: Plan, context: HasLoads, calls: Sequence[list[Keywords]], held: Held) -> Found:
    """Find all that the plan asks for, for one request or several; faults are among the answers."""
    found = Found(held, calls, [()] * plan.slots, [[] for _ in range(plan.places)])
    await _Run(context, found).of(plan.root, [None] * len(calls))
    return found


class _Run:
    def __init__(self, context: HasLoads, found: Found) -> None:
        self._context = context
        self._found = found

    async def of(self, plan: ObjectPlan, parents: list[Any]) -> None:
        found = self._found
        found.objects[plan.place] = parents
        if not parents or not plan.leveled:
            return
        calls = calls_of(plan, found.held, found.keywords)
        if not all(len(several) == 1 or self._have_begun(several) for several in calls):
            # At once, what they ask for is one load; one after the other it would be two.
            calls = [[call] for several in calls for call in several]
        if len(calls) == 1:
            self._begin(calls[0][0])
            await self._in_order(calls[0], parents)
        elif calls:
            await _together([self._in_order(several, parents) for several in calls])

    def _have_begun(self, calls: Sequence[Call]) -> bool:
        """Whether what these calls ask for is being found already."""
        loads = self._context.loads
        return all(call.foreseen and loads.has_begun(call.foreseen.function) for call in calls)

    def _begin(self, call: Call) -> None:
        """Have the level below begin with what it foresees; beside others it would be asked for in parts."""
        found = self._found
        begun: dict[LoadFunction, tuple[Sequence[Hashable], frozenset[str]]] = {}
        for one in call.fields:
            for function, keys, fields in one.foreseen(found.held, [each[one.argument_place] for each in found.calls]):
                begun[function] = (keys, fields | begun[function][1] if function in begun else fields)
        for function, (keys, fields) in begun.items():
            self._context.loads.begin(function, keys, fields=fields)

    async def _in_order(self, calls: Sequence[Call], parents: list[Any]) -> None:
        """Call one after the other, and for each the levels below it."""
        found = self._found
        for call in calls:
            answers = await self._asked(call, parents) if call.one.kind is Kind.BATCH else self._read(call.one, parents)
            if call.is_list:
                answers = _lists(answers)
            for one in call.fields:
                found.answers[one.slot] = answers  # type: ignore[index]
            if not call.children:
                continue
            objects = self._objects(answers, call.one.type) if call.is_list else self._present(answers)
            if len(call.children) == 1:
                await self.of(call.children[0], objects)
            else:
                await _together([self.of(child, objects) for child in call.children])

    async def _asked(self, call: Call, parents: list[Any]) -> Sequence[Any]:
        function: Callable[..., Awaitable[Sequence[Any]]] = call.function  # type: ignore[assignment]
        several, place = self._found.calls, call.one.argument_place
        try:
            self._context.loads.observe(function, len(parents))
            if call.one.is_root and len(several) > 1:
                asked = [each[place] for each in several]
                answers = await answers_at_root(function, self._context, asked, fields=call.names)
            else:
                answers = await function(self._context, parents, fields=call.names, **several[0][place])
            if len(answers) != len(parents):
                raise ValueError(f"{name_of(function)} answered {len(answers)} of {len(parents)} parents")
        except Exception as error:
            self._found.odd = True
            return [error] * len(parents)
        return answers

    def _read(self, one: FieldPlan, parents: list[Any]) -> Sequence[Any]:
        answers: list[Any] = []
        for parent in parents:
            try:
                answers.append(value_of(one, parent, self._found.keywords))
            except Exception as error:
                self._found.odd = True
                answers.append(error)
        return answers

    def _objects(self, answers: Sequence[Any], of_type: Any) -> list[Any]:
        """The objects among the answers in their order, those in lists too: the parents of the level below."""
        of_type = get_nullable_type(of_type)
        if is_list_type(of_type):
            inside = [item for answer in answers if type(answer) in _LISTS for item in answer]
            return self._objects(inside, of_type.of_type)
        return self._present(answers)

    def _present(self, answers: Sequence[Any]) -> list[Any]:
        objects = [answer for answer in answers if answer is not None]
        if any(map(_is_fault, set(map(type, objects)))):
            self._found.odd = True
            return [found for found in objects if not isinstance(found, Exception)]
        return objects


@cache
def _is_fault(of_type: type) -> bool:
    return issubclass(of_type, Exception)


def value_of(one: FieldPlan, parent: Any, keywords: Sequence[Keywords]) -> Any:
    """The value of a field that no batch function answers."""
    if one.kind is Kind.ITEM:
        mapping, key = one.item  # type: ignore[misc]
        return read_off(parent, mapping).get(key)
    if one.kind is Kind.READ:
        return one.function(parent, **keywords[one.argument_place])  # type: ignore[misc]
    return read_off(parent, one.python_name)


async def _together(coroutines: list[Coroutine[Any, Any, None]]) -> None:
    """Run them at once; the first in this very task, as a task costs more than many a batch function."""
    if not coroutines:
        return
    first, *rest = coroutines
    tasks = [asyncio.ensure_future(coroutine) for coroutine in rest]
    try:
        await first
        for task in tasks:
            await task
    finally:
        for task in tasks:
            task.cancel()


def _lists(answers: Sequence[Any]) -> Sequence[Any]:
    """The answers, each iterable one as a list: it is gone through more than once."""
    if set(map(type, answers)) <= _AS_THEY_ARE:
        return answers
    return [list(a) if is_iterable(a) and type(a) not in _LISTS else a for a in answers]


_LISTS = frozenset({list, tuple})
_AS_THEY_ARE = _LISTS | {type(None)}
