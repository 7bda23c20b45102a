"""Builds an answer as GraphQL has it where something in it is not as it should be.

Slow and exact: each value completed by its type, errors at their paths, nulls handed up to where one may stand.
"""

from typing import Any

from graphql import GraphQLError, GraphQLObjectType, is_list_type, is_non_null_type, located_error
from graphql.pyutils import Undefined, inspect, is_iterable

from execution.compiled.plan import FieldPlan, Kind, ObjectPlan, Plan
from execution.compiled.running import Found, value_of

Path = tuple[str | int, ...]


def complete(plan: Plan, found: Found, request: int = 0) -> tuple[dict[str, Any] | None, list[GraphQLError]]:
    """The data of the answer to one of the requests, and the errors in the order of the answer."""
    completion = _Completion(found)
    try:
        return completion.object(plan.root, None, request, ()), completion.errors
    except GraphQLError as error:
        return None, [*completion.errors, error]


class _Rows:
    """The places of a field's objects in the level below, one after the other."""

    def __init__(self, first: int) -> None:
        self._next = first

    def take(self) -> int:
        taken = self._next
        self._next += 1
        return taken


class _Completion:
    def __init__(self, found: Found) -> None:
        self._found = found
        self._firsts: dict[int, list[int]] = {}
        self.errors: list[GraphQLError] = []

    def object(self, plan: ObjectPlan, source: Any, row: int, path: Path) -> dict[str, Any]:
        """One object; `row` is its place among those of its level, where that is one."""
        held = self._found.held
        return {one.key: self._field(one, source, row, (*path, one.key)) for one in plan.fields if one.is_asked(held)}

    def _field(self, one: FieldPlan, source: Any, row: int, path: Path) -> Any:
        try:
            value, rows = self._value(one, source, row)
            if not isinstance(value, Exception):
                return self._complete(one, one.type, value, rows, path)
        except Exception as error:
            value = error
        # What was answered is not raised: each time would lengthen what its traceback tells.
        return self._met(value, one, one.type, path)

    def _value(self, one: FieldPlan, source: Any, row: int) -> tuple[Any, _Rows]:
        if one.kind is Kind.TYPENAME:
            return one.parent_type.name, _Rows(0)
        if one.slot is None:
            return value_of(one, source, self._found.keywords), _Rows(0)
        return self._found.answers[one.slot][row], _Rows(self._first(one, row))

    def _first(self, one: FieldPlan, row: int) -> int:
        """Where the objects of the field's answer for this parent begin in the level below."""
        firsts = self._firsts.get(one.slot)  # type: ignore[arg-type]
        if firsts is None:
            firsts = [0]
            for answer in self._found.answers[one.slot]:  # type: ignore[index]
                firsts.append(firsts[-1] + _count(answer))
            self._firsts[one.slot] = firsts  # type: ignore[index]
        return firsts[row]

    def _complete(self, one: FieldPlan, of_type: Any, value: Any, rows: _Rows, path: Path) -> Any:
        if is_non_null_type(of_type):
            completed = self._complete(one, of_type.of_type, value, rows, path)
            if completed is None:
                raise TypeError(f"Cannot return null for non-nullable field {one.parent_type}.{one.name}.")
            return completed
        if value is None or value is Undefined:
            return None
        if is_list_type(of_type):
            return self._list(one, of_type.of_type, value, rows, path)
        if isinstance(of_type, GraphQLObjectType):
            return self.object(one.child, value, rows.take(), path)  # type: ignore[arg-type]
        return leaf(of_type, value)

    def _list(self, one: FieldPlan, item_type: Any, values: Any, rows: _Rows, path: Path) -> list[Any]:
        if not is_iterable(values):
            told = f"Expected Iterable, but did not find one for field '{one.parent_type}.{one.name}'."
            raise GraphQLError(told)
        return [self._item(one, item_type, value, rows, (*path, index)) for index, value in enumerate(values)]

    def _item(self, one: FieldPlan, item_type: Any, value: Any, rows: _Rows, path: Path) -> Any:
        try:
            if not isinstance(value, Exception):
                return self._complete(one, item_type, value, rows, path)
        except Exception as error:
            value = error
        return self._met(value, one, item_type, path)

    def _met(self, error: Exception, one: FieldPlan, of_type: Any, path: Path) -> None:
        located = located_error(error, one.nodes, list(path))
        if is_non_null_type(of_type):
            raise located from error
        self.errors.append(located)


def leaf(of_type: Any, value: Any) -> Any:
    """A scalar's or enum's value as it is written; raises where it is none."""
    if isinstance(value, Exception):
        raise value
    written = of_type.coerce_output_value(value)
    if written is Undefined or written is None:
        raise TypeError(
            f"Expected `{inspect(of_type)}.coerce_output_value({inspect(value)})` to return non-nullable value, "
            f"returned: {inspect(written)}"
        )
    return written


def _count(answer: Any) -> int:
    """How many objects an answer has."""
    if type(answer) in (list, tuple):
        return sum(map(_count, answer))
    return int(answer is not None and not isinstance(answer, Exception))
