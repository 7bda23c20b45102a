"""The source of a function that makes the rows of a level, and what it needs by name.

The text has no value of a request and no literal of a document, so that documents which differ in those alone share
the code. The function is `build(objects, answers, below, held, keywords)` (see `building`).
"""

from dataclasses import dataclass, field
from functools import lru_cache, partial
from types import CodeType
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLString,
    is_list_type,
    is_non_null_type,
)
from graphql.pyutils import Undefined

from execution.compiled.completion import leaf
from execution.compiled.plan import FieldPlan, Kind, ObjectPlan

MAX_CODES = 1000

# A type's fast test: what fails it is written the slow way.
_TESTS: dict[Any, str] = {
    GraphQLInt: f"{{0}}.__class__ is not int or not {GRAPHQL_MIN_INT} <= {{0}} <= {GRAPHQL_MAX_INT}",
    GraphQLString: "{0}.__class__ is not str",
    GraphQLID: "{0}.__class__ is not str",
    GraphQLBoolean: "{0}.__class__ is not bool",
}


@dataclass(slots=True)
class Source:
    """A function's text, and the values of the names in it."""

    lines: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)

    def add(self, depth: int, line: str) -> None:
        """Add a line, indented."""
        self.lines.append("    " * depth + line)

    def name(self, value: Any) -> str:
        """A name for the value."""
        given = f"k{len(self.names)}"
        self.names[given] = value
        return given


def level_source(plan: ObjectPlan) -> Source:
    """The source for the objects of a level."""
    return _Level(plan).source


def loaded(source: Source) -> Any:
    """The function."""
    names = dict(source.names)
    # What is run is made of the names of the schema and the document, which are GraphQL's, and quoted.
    exec(_code("\n".join(source.lines)), names)  # noqa: S102
    return names["build"]


@lru_cache(MAX_CODES)
def _code(text: str) -> CodeType:
    return compile(text, "<compiled operation>", "exec")


class _Level:
    def __init__(self, plan: ObjectPlan) -> None:
        self.source = Source()
        self._variables = 0
        add = self.source.add
        add(0, "def build(objects, answers, below, held, keywords):")
        for index, _ in enumerate(plan.leveled):
            add(1, f"n{index} = below[{index}]")
        add(1, "rows = []")
        slots = {id(one): index for index, one in enumerate(plan.leveled)}
        answers = "".join(f", a{index}" for index in slots.values())
        over = f"zip(objects{''.join(f', answers[{index}]' for index in slots.values())})" if slots else "objects"
        add(1, f"for o{answers} in {over}:")
        row = self._object(2, plan, "o", slots)
        add(2, f"rows.append({row})")
        add(1, "return rows")

    def _object(self, depth: int, plan: ObjectPlan, source: str, slots: dict[int, int]) -> str:
        """Lines that make an object's row; answers what the row is called."""
        add = self.source.add
        getters = self._getters(depth, plan, source)
        if any(one.kind is Kind.PLAIN and one.slot is None for one in plan.fields):
            add(depth, f"{source}d = {source}.__class__ is dict")
        if all(one.condition is None for one in plan.fields):
            values = [f"{one.key!r}: {self._field(depth, one, source, getters, slots)}" for one in plan.fields]
            return "{" + ", ".join(values) + "}"
        row = self._variable()
        add(depth, f"{row} = {{}}")
        for one in plan.fields:
            inner = depth
            if one.condition is not None:
                add(depth, f"if held[{one.condition}]:")
                inner += 1
            add(inner, f"{row}[{one.key!r}] = {self._field(inner, one, source, getters, slots)}")
        return row

    def _getters(self, depth: int, plan: ObjectPlan, source: str) -> dict[str, str]:
        """What gets items of the mappings that the object carries, each looked up once."""
        getters: dict[str, str] = {}
        for mapping in sorted({one.item[0] for one in plan.fields if one.item and one.slot is None}):
            getters[mapping] = self._variable()
            self.source.add(depth, f"{getters[mapping]} = {source}.{mapping}.get")
        return getters

    def _field(self, depth: int, one: FieldPlan, source: str, getters: dict[str, str], slots: dict[int, int]) -> str:
        """Lines that make a field's value; answers what it is called."""
        if one.kind is Kind.TYPENAME:
            return repr(one.parent_type.name)
        if one.slot is not None:
            index = slots[id(one)]
            return self._value(depth, one, one.type, f"a{index}", f"n{index}()")
        if one.item and not is_non_null_type(one.type):
            return f"{getters[one.item[0]]}({one.item[1]!r})"
        value = self._variable()
        self.source.add(depth, f"{value} = {self._read(one, source, getters)}")
        if one.rows and one.child and all(f.kind is Kind.PLAIN and f.condition is None for f in one.child.fields):
            return self._rows(depth, one.rows, one.child, value)
        return self._value(depth, one, one.type, value, "")

    def _rows(self, depth: int, keys: tuple[str, ...], plan: ObjectPlan, value: str) -> str:
        """Mappings that are written as they stand: themselves, where no key is left out, renamed or elsewhere."""
        asked = [(one.key, one.python_name) for one in plan.fields]
        self.source.add(depth, f"if {value}.__class__ is not list: raise TypeError")
        if asked == [(key, key) for key in keys]:
            return value
        return f"[{{{', '.join(f'{key!r}: r[{name!r}]' for key, name in asked)}}} for r in {value}]"

    def _read(self, one: FieldPlan, source: str, getters: dict[str, str]) -> str:
        if one.item:
            return f"{getters[one.item[0]]}({one.item[1]!r})"
        if one.kind is Kind.READ:
            keywords = f", **keywords[{one.argument_place}]" if one.arguments and not one.arguments.none else ""
            return f"{self.source.name(one.function)}({source}{keywords})"
        return f"{source}[{one.python_name!r}] if {source}d else {source}.{one.python_name}"

    def _value(self, depth: int, one: FieldPlan, of_type: Any, value: str, below: str) -> str:
        """Lines that turn a value into what is written; `below` gives the next row where a level below makes them."""
        add = self.source.add
        nullable = not is_non_null_type(of_type)
        inner = of_type if nullable else of_type.of_type
        if not nullable:
            add(depth, f"if {value} is None: raise TypeError")
            return self._present(depth, one, inner, value, below)
        if inner in _TESTS:
            slow = self.source.name(partial(leaf, inner))
            add(depth, f"if {value} is not None and ({_TESTS[inner].format(value)}): {value} = {slow}({value})")
            return value
        written = self._variable()
        add(depth, f"{written} = None")
        add(depth, f"if {value} is not None:")
        add(depth + 1, f"{written} = {self._present(depth + 1, one, inner, value, below)}")
        return written

    def _present(self, depth: int, one: FieldPlan, of_type: Any, value: str, below: str) -> str:
        if is_list_type(of_type):
            return self._list(depth, one, of_type.of_type, value, below)
        if isinstance(of_type, GraphQLObjectType):
            return below or self._object(depth, one.child, value, {})  # type: ignore[arg-type]
        return self._leaf(depth, of_type, value)

    def _list(self, depth: int, one: FieldPlan, item_type: Any, value: str, below: str) -> str:
        add, written, item = self.source.add, self._variable(), self._variable()
        add(depth, f"if {value}.__class__ is not list and {value}.__class__ is not tuple: raise TypeError")
        add(depth, f"{written} = []")
        add(depth, f"for {item} in {value}:")
        add(depth + 1, f"{written}.append({self._value(depth + 1, one, item_type, item, below)})")
        return written

    def _leaf(self, depth: int, of_type: Any, value: str) -> str:
        if isinstance(of_type, GraphQLEnumType):
            return f"{self.source.name(_written_enum(of_type))}[{value}]"
        test = _TESTS.get(of_type)
        if test is not None:
            slow = self.source.name(partial(leaf, of_type))
            self.source.add(depth, f"if {test.format(value)}: {value} = {slow}({value})")
            return value
        written = self._variable()
        self.source.add(depth, f"{written} = {self.source.name(of_type.coerce_output_value)}({value})")
        self.source.add(depth, f"if {written} is None or {written} is {self.source.name(Undefined)}: raise TypeError")
        return written

    def _variable(self) -> str:
        self._variables += 1
        return f"v{self._variables}"


def _written_enum(of_type: GraphQLEnumType) -> dict[Any, str]:
    """How each member is written."""
    members = getattr(of_type, "wrapped_cls", ())
    return {member: of_type.coerce_output_value(member) for member in members}
