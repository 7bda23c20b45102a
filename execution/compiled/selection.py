"""What an operation selects of a type: fields in the order of the answer, merged, fragments spread, and when.

`@include` and `@skip` stay in as conditions, which a request's variables decide.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionSetNode,
)
from graphql.language import BooleanValueNode, DirectiveNode, FragmentSpreadNode, VariableNode


class NotCompiled(Exception):
    """The operation has something that is left to graphql-core; the text, of a fixed set, says what."""


# A variable and the value that it must have.
Term = tuple[str, bool]
# All of these, or nothing to ask for.
Case = frozenset[Term]
ALWAYS: Case = frozenset()


@dataclass(slots=True)
class Selected:
    """One key of an answer's object: the nodes that select it, and the cases in which each of them does."""

    key: str
    name: str
    nodes: list[FieldNode] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)

    @property
    def condition(self) -> frozenset[Case]:
        """Any of these cases; empty where the key is always there."""
        return frozenset() if ALWAYS in self.cases else frozenset(self.cases)

    def sets(self) -> Iterator[tuple[SelectionSetNode, Case]]:
        """What is selected below, and when beyond the key's own condition."""
        alone = len(self.nodes) == 1
        for node, case in zip(self.nodes, self.cases, strict=True):
            if node.selection_set:
                yield node.selection_set, ALWAYS if alone else case


class Selection:
    """Collects what sets select of one object type."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], parent_type: GraphQLObjectType) -> None:
        self._fragments = fragments
        self._type = parent_type
        self._found: dict[str, Selected] = {}
        self._spread: dict[str, list[Case]] = {}

    def of(self, sets: Iterable[tuple[SelectionSetNode, Case]]) -> list[Selected]:
        """The keys in the order of the answer; raises NotCompiled where that order depends on variables."""
        for selection_set, case in sets:
            self._collect(selection_set, case)
        return list(self._found.values())

    def _collect(self, selection_set: SelectionSetNode, case: Case) -> None:
        for node in selection_set.selections:
            narrowed = _narrowed(getattr(node, "directives", None) or (), case)
            if narrowed is None:
                continue
            if isinstance(node, FieldNode):
                self._add(node, narrowed)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._applies(node.type_condition.name.value):
                    self._collect(node.selection_set, narrowed)
            elif isinstance(node, FragmentSpreadNode):
                self._spread_out(node.name.value, narrowed)

    def _spread_out(self, name: str, case: Case) -> None:
        fragment = self._fragments[name]
        before = self._spread.setdefault(name, [])
        # A fragment counts once, at its first spread.
        if any(earlier <= case for earlier in before) or not self._applies(fragment.type_condition.name.value):
            return
        before.append(case)
        self._collect(fragment.selection_set, case)

    def _add(self, node: FieldNode, case: Case) -> None:
        key = node.alias.value if node.alias else node.name.value
        selected = self._found.get(key)
        if selected is None:
            selected = self._found[key] = Selected(key, node.name.value)
        elif not selected.cases[0] <= case:
            raise NotCompiled("order by condition")
        selected.nodes.append(node)
        selected.cases.append(case)

    def _applies(self, type_name: str) -> bool:
        if type_name == self._type.name:
            return True
        if any(interface.name == type_name for interface in self._type.interfaces):
            raise NotCompiled("interface")
        return False


def _narrowed(directives: Iterable[DirectiveNode], case: Case) -> Case | None:
    """The case, narrowed by a selection's directives; None where it never comes to pass."""
    terms = set(case)
    for directive in directives:
        name = directive.name.value
        if name not in {"include", "skip"}:
            raise NotCompiled(f"@{name}" if name == "defer" else "directive")
        wanted, value = name == "include", (directive.arguments or ())[0].value
        if isinstance(value, BooleanValueNode):
            if value.value is not wanted:
                return None
        elif isinstance(value, VariableNode):
            terms.add((value.name.value, wanted))
        else:
            raise NotCompiled("directive")
    contradicts = any((name, not wanted) in terms for name, wanted in terms)
    return None if contradicts else frozenset(terms)
