"""Parsed and validated documents, kept; and the limits that a document is held to before it is carried out."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    validate,
)
from graphql.language import FragmentSpreadNode
from strawberry.extensions import SchemaExtension

UNNAMED = "The document has several operations: `operationName` says which is meant."
MAX_TOKENS = 10_000
MAX_DEPTH = 15
MAX_NESTING = 100
MAX_FIELDS = 2_000
MAX_SELECTIONS = 10_000
MAX_ROOT_FIELDS = 50
MAX_KEPT = 512
MAX_KEPT_LENGTH = 20_000
# A parsed document takes some hundred times its text, so the texts bound what is held in memory.
MAX_KEPT_LENGTHS = 300_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was parsed, what is wrong with it, and what its operations were made into, by their names."""

    document: DocumentNode
    faults: tuple[GraphQLError, ...]
    operations: dict[str | None, Any] = field(default_factory=dict)


class Documents:
    """The documents seen of late by their text, the least used forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Prepared] = OrderedDict()
        self._lengths = 0

    def prepare(self, schema: GraphQLSchema, text: str) -> Prepared:
        """The document, parsed, within the limits and validated; raises GraphQLError where it can't be parsed."""
        prepared = self._kept.get(text)
        if prepared is not None:
            self._kept.move_to_end(text)
            return prepared
        prepared = _prepare(schema, text)
        if len(text) <= MAX_KEPT_LENGTH:
            self._keep(text, prepared)
        return prepared

    def __len__(self) -> int:
        return len(self._kept)

    def _keep(self, text: str, prepared: Prepared) -> None:
        self._kept[text] = prepared
        self._lengths += len(text)
        while len(self._kept) > MAX_KEPT or self._lengths > MAX_KEPT_LENGTHS:
            forgotten, _ = self._kept.popitem(last=False)
            self._lengths -= len(forgotten)


class KeptDocuments(SchemaExtension):
    """Hands Strawberry the kept document instead of letting it parse and validate."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._faults: tuple[GraphQLError, ...] = ()

    def on_parse(self) -> Iterator[None]:
        """Give the document, parsed."""
        context = self.execution_context
        prepared = self._documents.prepare(context.schema._schema, context.query or "")
        context.graphql_document = prepared.document
        self._faults = prepared.faults
        yield

    def on_validate(self) -> Iterator[None]:
        """Give what is wrong with it."""
        context = self.execution_context
        faults = list(self._faults)
        if not faults and context._provided_operation_name is None and _operations(context.graphql_document) > 1:
            # Strawberry would take the first.
            faults = [GraphQLError(UNNAMED, extensions={"code": "BAD_USER_INPUT"})]
        context.pre_execution_errors = faults
        yield


def _operations(document: DocumentNode | None) -> int:
    return sum(isinstance(node, OperationDefinitionNode) for node in document.definitions) if document else 0


def _prepare(schema: GraphQLSchema, text: str) -> Prepared:
    try:
        document = parse(text, max_tokens=MAX_TOKENS)
    except GraphQLSyntaxError as error:
        over = "more than" in error.message and "tokens" in error.message
        error.extensions = {"code": "LIMIT_EXCEEDED" if over else "GRAPHQL_PARSE_FAILED"}
        raise
    faults = _over_limits(document) or validate(schema, document, max_errors=20)
    for fault in faults:
        if not fault.extensions:
            fault.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}
    return Prepared(document, tuple(faults))


def _over_limits(document: DocumentNode) -> list[GraphQLError]:
    """What the document asks too much of, before validation spends time on it."""
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            size = _Size(fragments)
            size.measure(definition.selection_set)
            if told := size.told():
                return [GraphQLError(told, [definition], extensions={"code": "LIMIT_EXCEEDED"})]
    return []


class _Size:
    """How many fields an operation has with its fragments spread out, and how deep; counting stops at a limit."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._open_fragments: set[str] = set()
        self._open_sets = 0
        self.selections = 0
        self.fields = 0
        self.roots = 0
        self.depth = 0
        self.nesting = 0

    def told(self) -> str | None:
        if self.depth > MAX_DEPTH:
            return f"The query is more than {MAX_DEPTH} levels deep."
        if self.nesting > MAX_NESTING:
            return f"The query nests more than {MAX_NESTING} fields and fragments in each other."
        if self.fields > MAX_FIELDS:
            return f"The query asks for more than {MAX_FIELDS} fields."
        if self.selections > MAX_SELECTIONS:
            return f"The query has more than {MAX_SELECTIONS} selections, each fragment counted wherever it is spread."
        if self.roots > MAX_ROOT_FIELDS:
            return f"The query has more than {MAX_ROOT_FIELDS} fields at its root."
        return None

    def measure(self, selection_set: SelectionSetNode, *, depth: int = 1, deepens: bool = True) -> None:
        """Count what is selected; `deepens` is whether what stands in its fields is a level deeper."""
        self._open_sets += 1
        self.nesting = max(self.nesting, self._open_sets)
        for node in selection_set.selections:
            self.selections += 1
            if self.told():
                return
            if isinstance(node, FieldNode):
                self._field(node, depth, deepens)
            elif isinstance(node, FragmentSpreadNode):
                self._spread(node.name.value, depth, deepens)
            else:
                self.measure(node.selection_set, depth=depth, deepens=deepens)  # type: ignore[attr-defined]
        self._open_sets -= 1

    def _field(self, node: FieldNode, depth: int, deepens: bool) -> None:
        self.fields += 1
        self.roots += depth == 1
        self.depth = max(self.depth, depth)
        if node.selection_set:
            # Introspection is deep by nature; a rule of validation keeps it from going round in circles.
            deepens = deepens and not node.name.value.startswith("__")
            self.measure(node.selection_set, depth=depth + 1 if deepens else max(depth, 2), deepens=deepens)

    def _spread(self, name: str, depth: int, deepens: bool) -> None:
        # A circle of fragments is for validation to tell.
        if name in self._fragments and name not in self._open_fragments:
            self._open_fragments.add(name)
            self.measure(self._fragments[name].selection_set, depth=depth, deepens=deepens)
            self._open_fragments.discard(name)
