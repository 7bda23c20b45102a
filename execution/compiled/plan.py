"""A plan: what an operation asks of each type, which functions answer it, and what it needs of them.

Knows types, batch functions and leaves; what a field is answered by stands in its metadata (`schema/fields.py`).
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Any, TypeVar

import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from execution.batching import Foreseen, LoadFunction
from execution.compiled.arguments import Arguments
from execution.compiled.selection import ALWAYS, Case, NotCompiled, Selected, Selection
from execution.compiled.variables import Variables
from execution.sharing import is_shared

_TYPENAME = GraphQLNonNull(GraphQLString)

# Which conditions hold, by their place in the plan.
Held = tuple[bool, ...]
Kept = TypeVar("Kept")
MAX_KEPT = 64


class ByHeld(dict[Held, Kept]):
    """What was made for conditions that hold, which are as many as a client likes: so many of them are kept."""

    def keep(self, held: Held, made: Kept) -> Kept:
        """Keep it, and give it."""
        if len(self) >= MAX_KEPT:
            self.clear()
        self[held] = made
        return made


class Kind(Enum):
    """What answers a field."""

    TYPENAME = auto()
    PLAIN = auto()
    ITEM = auto()
    READ = auto()
    BATCH = auto()


@dataclass(slots=True, eq=False)
class FieldPlan:
    """One key of the answer's objects of a type.

    `condition` is a place among the plan's conditions, `slot` one among what is found for whole levels; each is None
    where there is none.
    """

    key: str
    name: str
    kind: Kind
    parent_type: GraphQLObjectType
    type: GraphQLOutputType
    nodes: list[FieldNode]
    python_name: str = ""
    function: Callable[..., Any] | None = None
    # The keys that the function's answers will have, by its arguments.
    foretells: Callable[..., Sequence[Hashable]] | None = None
    item: tuple[str, str] | None = None
    rows: tuple[str, ...] | None = None
    arguments: Arguments | None = None
    argument_place: int = -1
    condition: int | None = None
    child: "ObjectPlan | None" = None
    slot: int | None = None
    is_root: bool = False
    _needed: ByHeld[list[tuple[LoadFunction, frozenset[str]]]] = field(default_factory=ByHeld)

    def is_asked(self, held: Held) -> bool:
        """Whether it is in the answer."""
        return self.condition is None or held[self.condition]

    def foreseen(
        self, held: Held, calls: Sequence[Mapping[str, Any]]
    ) -> Iterator[tuple[LoadFunction, Sequence[Hashable], frozenset[str]]]:
        """What the level below will ask for once these calls are answered: the function, the keys, the fields."""
        if self.child is None or self.foretells is None:
            return
        needed = self._needed.get(held)
        if needed is None:
            needed = self._needed.keep(held, list(self.child.needed(held).items()))
        if needed and (keys := [key for keywords in calls for key in self.foretells(**keywords)]):
            yield from ((function, keys, fields) for function, fields in needed)


@dataclass(slots=True, eq=False)
class ObjectPlan:
    """What is asked of the objects of one type at one place of the operation."""

    type: GraphQLObjectType
    fields: list[FieldPlan]
    place: int = -1
    # The fields that are found for all objects at once: by a batch function, or to get at one below.
    leveled: list[FieldPlan] = field(default_factory=list)
    # Whether one function answers several of them.
    has_alike: bool = False
    _names: ByHeld[frozenset[str]] = field(default_factory=ByHeld)
    # What `calls_of` makes of it.
    calls: ByHeld[Any] = field(default_factory=ByHeld)

    def needed(self, held: Held) -> dict[LoadFunction, frozenset[str]]:
        """What the batch functions of this level foresee that they ask for, taken together."""
        needed: dict[LoadFunction, frozenset[str]] = {}
        for one in self.leveled:
            foreseen: Foreseen | None = getattr(one.function, "foreseen", None)
            if foreseen and one.is_asked(held):
                fields = foreseen.needs(one.child.names(held) if one.child else frozenset())
                needed[foreseen.function] = needed.get(foreseen.function, frozenset()) | fields
        return needed

    def names(self, held: Held) -> frozenset[str]:
        """The Python names of the fields asked for: what a batch function is told that its answers need."""
        names = self._names.get(held)
        if names is None:
            asked = (one.python_name for one in self.fields if one.is_asked(held))
            names = self._names.keep(held, frozenset(name for name in asked if name))
        return names


class Plan:
    """An operation's plan; raises NotCompiled where graphql-core is to carry it out."""

    def __init__(self, schema: strawberry.Schema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        if operation.operation is not OperationType.QUERY or operation.directives:
            raise NotCompiled(operation.operation.value)
        self._schema = schema
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._cases: dict[frozenset[Case], int] = {}
        self.operation = operation
        self.arguments: list[Arguments] = []
        self.slots = 0
        self.places = 0
        self.variables = Variables(schema._schema, operation)
        root: GraphQLObjectType = schema._schema.query_type  # type: ignore[assignment]
        self.root = self._object(root, [(operation.selection_set, ALWAYS)])
        for one in self.root.fields:
            one.is_root = True
        self._level(self.root)

    @cached_property
    def is_shared(self) -> bool:
        """Whether requests that differ in the arguments of the root's fields may be carried out as one."""
        if self.root.has_alike or any(one.kind is not Kind.BATCH for one in self.root.fields):
            return False
        varying = [one.argument_place for one in self.root.fields]
        fixed = all(arguments.fixed for place, arguments in enumerate(self.arguments) if place not in varying)
        return fixed and _is_shared(self.root, root=True)

    def keywords(self, variables: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """What each function is called with, by its place among the arguments; raises Unanswerable."""
        keywords = self._fixed.copy()
        for place, arguments in self._varying:
            keywords[place] = arguments.of(variables)
        return keywords

    @cached_property
    def _fixed(self) -> list[Mapping[str, Any]]:
        return [arguments.of({}) if arguments.fixed else {} for arguments in self.arguments]

    @cached_property
    def _varying(self) -> list[tuple[int, Arguments]]:
        return [(place, arguments) for place, arguments in enumerate(self.arguments) if not arguments.fixed]

    def foretold(self, keywords: Sequence[Mapping[str, Any]]) -> int:
        """How many objects are asked for, as far as the arguments tell."""
        asked = 0
        for place, keys in self._foretelling:
            asked += len(keys(**keywords[place]))
        return asked

    @cached_property
    def _foretelling(self) -> list[tuple[int, Callable[..., Sequence[Hashable]]]]:
        return [(one.argument_place, one.foretells) for one in self.root.leveled if one.foretells]

    @cached_property
    def conditions(self) -> list[frozenset[Case]]:
        """Each condition that a key of the answer has."""
        return list(self._cases)

    def held(self, variables: Mapping[str, Any]) -> Held:
        """Which conditions hold."""
        if not self._cases:
            return ()
        return tuple(any(_holds(case, variables) for case in condition) for condition in self.conditions)

    def _object(self, of_type: GraphQLObjectType, sets: Iterable[tuple[SelectionSetNode, Case]]) -> ObjectPlan:
        if of_type.is_type_of is not None:
            raise NotCompiled("is_type_of")
        selected = Selection(self._fragments, of_type).of(sets)
        return ObjectPlan(of_type, [self._field(of_type, one) for one in selected])

    def _field(self, parent_type: GraphQLObjectType, selected: Selected) -> FieldPlan:
        if selected.name == "__typename":
            kind, of_type = Kind.TYPENAME, _TYPENAME
            found = FieldPlan(selected.key, selected.name, kind, parent_type, of_type, selected.nodes)
        elif selected.name.startswith("__"):
            raise NotCompiled("introspection")
        else:
            found = self._answered(parent_type, selected)
        if selected.condition:
            found.condition = self._cases.setdefault(selected.condition, len(self._cases))
        return found

    def _answered(self, parent_type: GraphQLObjectType, selected: Selected) -> FieldPlan:
        definition = parent_type.fields[selected.name]
        source: StrawberryField | None = definition.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if source is None or source.extensions or source.permission_classes:
            raise NotCompiled("extension")
        kind, function = _kind(source)
        found = FieldPlan(selected.key, selected.name, kind, parent_type, definition.type, selected.nodes)
        found.python_name, found.function, found.item = source.python_name, function, source.metadata.get("item")
        found.rows, found.foretells = source.metadata.get("rows"), getattr(function, "foretold", None)
        if function is not None:
            names = {self._schema.config.name_converter.get_graphql_name(a): a.python_name for a in source.arguments}
            found.arguments = Arguments(definition, selected.nodes[0], names)
            found.argument_place = len(self.arguments)
            self.arguments.append(found.arguments)
        named = get_named_type(definition.type)
        if isinstance(named, GraphQLObjectType):
            found.child = self._object(named, selected.sets())
        elif not is_leaf_type(named):
            raise NotCompiled("abstract type")
        return found

    def _level(self, plan: ObjectPlan) -> bool:
        """Give places to what is found for whole levels; whether anything below is."""
        plan.place = self.places
        self.places += 1
        for one in plan.fields:
            below = self._level(one.child) if one.child else False
            if one.kind is Kind.BATCH or below:
                one.slot = self.slots
                self.slots += 1
                plan.leveled.append(one)
        functions = [one.function for one in plan.leveled if one.function]
        plan.has_alike = len(set(functions)) < len(functions)
        return bool(plan.leveled)


def _is_shared(plan: ObjectPlan, *, root: bool = False) -> bool:
    return all(
        (one.kind is not Kind.BATCH or is_shared(one.function, root=root))
        and (one.child is None or _is_shared(one.child))
        for one in plan.leveled
    )


def _kind(source: StrawberryField) -> tuple[Kind, Callable[..., Any] | None]:
    """By what the field is answered, and the function where it is one."""
    if batch := source.metadata.get("batch"):
        return Kind.BATCH, batch
    if source.metadata.get("item"):
        return Kind.ITEM, None
    if read := source.metadata.get("read"):
        return Kind.READ, read
    if source.base_resolver is not None:
        raise NotCompiled("resolver")
    return Kind.PLAIN, None


def _holds(case: Case, variables: Mapping[str, Any]) -> bool:
    return all(variables.get(name) is wanted for name, wanted in case)
