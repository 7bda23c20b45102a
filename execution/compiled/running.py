"""Runs a plan: level by level, each batch function with all parents of its level at once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import get_nullable_type, is_list_type
from graphql.pyutils import is_iterable

from execution.batching import BatchFunction, HasLoads, frozen, name_of
from execution.compiled.plan import FieldPlan, Held, Kind, ObjectPlan, Plan
from execution.reading import read_off

Keywords = Mapping[str, Any]


@dataclass(slots=True)
class Found:
    """What was found: for each slot an answer a parent, an exception where that is what it met.

    `objects` has, for each place of the plan, the objects of a whole level.
    """

    held: Held
    keywords: list[Keywords]
    answers: list[Sequence[Any]]
    objects: list[list[Any]]
    # Whether an exception is among the answers.
    odd: bool = False


async def run(plan: Plan, context: HasLoads, keywords: list[Keywords], held: Held) -> Found:
    """Find all that the plan asks for; faults are among the answers."""
    found = Found(held, keywords, [()] * plan.slots, [[] for _ in range(plan.places)])
    await _Run(context, found).of(plan.root, [None])
    return found


class _Run:
    def __init__(self, context: HasLoads, found: Found) -> None:
        self._context = context
        self._found = found

    async def of(self, plan: ObjectPlan, parents: list[Any]) -> None:
        found = self._found
        found.objects[plan.place] = parents
        if not parents:
            return
        held = found.held
        asked = [one for one in plan.leveled if one.condition is None or held[one.condition]]
        groups = self._alike(asked) if plan.has_alike else [[one] for one in asked]
        if len(groups) == 1:
            self._begin(groups[0])
            await self._fields(groups[0], parents)
        elif groups:
            await _together([self._fields(group, parents) for group in groups])

    def _alike(self, asked: list[FieldPlan]) -> list[list[FieldPlan]]:
        """The fields in groups that one call answers: the same function with the same arguments."""
        groups: dict[Hashable, list[FieldPlan]] = {}
        for one in asked:
            keywords = self._found.keywords[one.argument_place] if one.kind is Kind.BATCH else {}
            key = (one.function, frozen(keywords)) if one.kind is Kind.BATCH else id(one)
            groups.setdefault(key, []).append(one)
        return list(groups.values())

    def _begin(self, group: list[FieldPlan]) -> None:
        """Have the level below begin with what it foresees; beside others it would be asked for in parts."""
        keywords = self._found.keywords[group[0].argument_place]
        begun: dict[BatchFunction, tuple[Sequence[Hashable], frozenset[str]]] = {}
        for one in group:
            for function, keys, fields in one.foreseen(self._found.held, keywords):
                begun[function] = (keys, fields | begun[function][1] if function in begun else fields)
        for function, (keys, fields) in begun.items():
            self._context.loads.begin(function, keys, fields=fields)

    async def _fields(self, group: list[FieldPlan], parents: list[Any]) -> None:
        """The fields of one group, and the levels below them."""
        first = group[0]
        answers = await self._asked(group, parents) if first.kind is Kind.BATCH else self._read(first, parents)
        for one in group:
            self._found.answers[one.slot] = answers  # type: ignore[index]
        objects = self._objects(answers, first.type) if first.child else []
        if len(group) == 1:
            if first.child:
                await self.of(first.child, objects)
        else:
            await _together([self.of(one.child, objects) for one in group if one.child])

    async def _asked(self, group: list[FieldPlan], parents: list[Any]) -> Sequence[Any]:
        one, held = group[0], self._found.held
        fields = frozenset().union(*(one.child.names(held) for one in group if one.child)) if one.child else _NOTHING
        function: Callable[..., Awaitable[Sequence[Any]]] = one.function  # type: ignore[assignment]
        loads, keywords = self._context.loads, self._found.keywords[one.argument_place]
        try:
            loads.observe(function, len(parents))
            answers = await function(self._context, parents, fields=fields, **keywords)
            if len(answers) != len(parents):
                raise ValueError(f"{name_of(function)} answered {len(answers)} of {len(parents)} parents")
        except Exception as error:
            self._found.odd = True
            return [error] * len(parents)
        return _lists(answers) if is_list_type(get_nullable_type(one.type)) else answers

    def _read(self, one: FieldPlan, parents: list[Any]) -> Sequence[Any]:
        answers: list[Any] = []
        for parent in parents:
            try:
                answers.append(value_of(one, parent, self._found.keywords))
            except Exception as error:
                self._found.odd = True
                answers.append(error)
        return _lists(answers) if is_list_type(get_nullable_type(one.type)) else answers

    def _objects(self, answers: Sequence[Any], of_type: Any) -> list[Any]:
        """The objects among the answers in their order, those in lists too: the parents of the level below."""
        of_type = get_nullable_type(of_type)
        if is_list_type(of_type):
            inside = [item for answer in answers if type(answer) in _LISTS for item in answer]
            return self._objects(inside, of_type.of_type)
        objects = [answer for answer in answers if answer is not None]
        if any(issubclass(found, Exception) for found in set(map(type, objects))):
            self._found.odd = True
            return [found for found in objects if not isinstance(found, Exception)]
        return objects


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


_NOTHING: frozenset[str] = frozenset()
_LISTS = frozenset({list, tuple})
_AS_THEY_ARE = _LISTS | {type(None)}
