"""Parsed and validated documents, kept; and the limits that a document is held to before it is carried out."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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

MAX_TOKENS = 10_000
MAX_DEPTH = 15
MAX_FIELDS = 2_000
MAX_ROOT_FIELDS = 50
MAX_KEPT = 512
MAX_KEPT_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was parsed, and what is wrong with it."""

    document: DocumentNode
    faults: tuple[GraphQLError, ...]


class Documents:
    """The documents seen of late by their text, the least used forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Prepared] = OrderedDict()

    def prepare(self, schema: GraphQLSchema, text: str) -> Prepared:
        """The document, parsed, within the limits and validated; raises GraphQLError where it can't be parsed."""
        prepared = self._kept.get(text)
        if prepared is not None:
            self._kept.move_to_end(text)
            return prepared
        prepared = _prepare(schema, text)
        if len(text) <= MAX_KEPT_LENGTH:
            self._kept[text] = prepared
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return prepared

    def __len__(self) -> int:
        return len(self._kept)


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
        self.execution_context.pre_execution_errors = list(self._faults)
        yield


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
            size.measure(definition.selection_set, depth=1)
            if told := size.told():
                return [GraphQLError(told, [definition], extensions={"code": "LIMIT_EXCEEDED"})]
    return []


class _Size:
    """How many fields an operation has with its fragments spread out, and how deep; counting stops at a limit."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._open: set[str] = set()
        self.fields = 0
        self.roots = 0
        self.depth = 0

    def told(self) -> str | None:
        if self.depth > MAX_DEPTH:
            return f"The query is more than {MAX_DEPTH} levels deep."
        if self.fields > MAX_FIELDS:
            return f"The query asks for more than {MAX_FIELDS} fields."
        if self.roots > MAX_ROOT_FIELDS:
            return f"The query has more than {MAX_ROOT_FIELDS} fields at its root."
        return None

    def measure(self, selection_set: SelectionSetNode, *, depth: int) -> None:
        for node in selection_set.selections:
            if self.fields > MAX_FIELDS or self.depth > MAX_DEPTH:
                return
            if isinstance(node, FieldNode):
                self._field(node, depth)
            elif isinstance(node, FragmentSpreadNode):
                self._spread(node.name.value, depth)
            else:
                self.measure(node.selection_set, depth=depth)  # type: ignore[attr-defined]

    def _field(self, node: FieldNode, depth: int) -> None:
        self.fields += 1
        self.roots += depth == 1
        self.depth = max(self.depth, depth)
        # Introspection is deep by nature and costs no I/O.
        if node.selection_set and not node.name.value.startswith("__"):
            self.measure(node.selection_set, depth=depth + 1)

    def _spread(self, name: str, depth: int) -> None:
        # A circle of fragments is for validation to tell.
        if name in self._fragments and name not in self._open:
            self._open.add(name)
            self.measure(self._fragments[name].selection_set, depth=depth)
            self._open.discard(name)
