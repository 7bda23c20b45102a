"""What finds the fields of a level: the calls of batch functions, and in which order they are to be made."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from graphql import get_nullable_type, is_list_type

from execution.batching import Foreseen, frozen
from execution.compiled.plan import FieldPlan, Held, Kind, ObjectPlan


class Call:
    """One call for all objects of a level, of what answers these fields; the names that it is told are needed."""

    def __init__(self, fields: Sequence[FieldPlan], held: Held) -> None:
        self.fields = fields
        self.one = fields[0]
        self.function = self.one.function
        self.names = frozenset[str]().union(*(one.child.names(held) for one in fields if one.child))
        self.foreseen: Foreseen | None = getattr(self.function, "foreseen", None)
        self.children = [one.child for one in fields if one.child]
        self.is_list = is_list_type(get_nullable_type(self.one.type))

    @property
    def is_last(self) -> bool:
        """Whether nothing is found for levels below."""
        return not any(child.leveled for child in self.children)


def calls_of(plan: ObjectPlan, held: Held, keywords: Sequence[Mapping[str, Any]]) -> list[list[Call]]:
    """The calls in lists that are independent of each other, each to be made in its order."""
    if plan.has_alike:
        return _in_order(_alike(plan, held, keywords))
    calls: list[list[Call]] | None = plan.calls.get(held)
    if calls is None:
        calls = plan.calls.keep(held, _in_order([Call([one], held) for one in plan.leveled if one.is_asked(held)]))
    return calls


def _alike(plan: ObjectPlan, held: Held, keywords: Sequence[Mapping[str, Any]]) -> list[Call]:
    """One call for the fields of the same function with the same arguments."""
    groups: dict[Hashable, list[FieldPlan]] = {}
    for one in plan.leveled:
        if one.is_asked(held):
            is_batch = one.kind is Kind.BATCH
            key = (one.function, frozen(keywords[one.argument_place])) if is_batch else id(one)
            groups.setdefault(key, []).append(one)
    return [Call(group, held) for group in groups.values()]


def _in_order(calls: Sequence[Call]) -> list[list[Call]]:
    """Each call by itself, but after the one that it would wait for."""
    followed: dict[Any, list[Call]] = {}
    for call in calls:
        followed.setdefault(call.function, []).append(call)
    ordered: dict[int, list[Call]] = {}
    waiting: list[tuple[Call, Call]] = []
    for call in calls:
        first = getattr(call.function, "follows", None)
        before = followed.get(first, []) if first else []
        if len(before) == 1 and before[0].is_last and not hasattr(first, "follows"):
            waiting.append((before[0], call))
        else:
            ordered[id(call)] = [call]
    for first, call in waiting:
        ordered[id(first)].append(call)
    return list(ordered.values())
