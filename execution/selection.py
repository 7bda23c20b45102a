"""What a selection asks for: the Python names of the fields below the one that is being resolved."""

from collections.abc import Hashable, Iterator, MutableMapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
    VariableValues,
    get_directive_values,
    get_named_type,
)
from graphql.language import DirectiveNode
from strawberry.schema.schema_converter import GraphQLCoreConverter

_NOTHING: frozenset[str] = frozenset()


def selected(info: GraphQLResolveInfo[Any], kept: MutableMapping[Hashable, frozenset[str]]) -> frozenset[str]:
    """The names selected below this field, fragments and directives considered; empty for a leaf.

    `kept` holds the answers of the request: the rows of a list have one selection.
    """
    key = (info.parent_type.name, *map(id, info.field_nodes))
    found = kept.get(key)
    if found is None:
        found = kept[key] = _selected(info)
    return found


def _selected(info: GraphQLResolveInfo[Any]) -> frozenset[str]:
    return_type = get_named_type(info.return_type)
    if not isinstance(return_type, GraphQLObjectType):
        return _NOTHING
    names = python_names(return_type)
    sets = (node.selection_set for node in info.field_nodes if node.selection_set)
    asked = (node.name.value for selection_set in sets for node in _fields(selection_set, info))
    return frozenset(names[name] for name in asked if name in names)


def python_names(graphql_type: GraphQLObjectType) -> dict[str, str]:
    """The Python name of each field of a type, by its GraphQL name."""
    found: dict[str, str] = {}
    for name, field in graphql_type.fields.items():
        definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if definition is not None:
            found[name] = definition.python_name
    return found


def _fields(selection_set: SelectionSetNode, info: GraphQLResolveInfo[Any]) -> Iterator[FieldNode]:
    for node in selection_set.selections:
        if not _included(node, info):
            continue
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, info)
        else:
            yield from _fields(info.fragments[node.name.value].selection_set, info)  # type: ignore[attr-defined]


def _included(node: object, info: GraphQLResolveInfo[Any]) -> bool:
    directives: tuple[DirectiveNode, ...] = getattr(node, "directives", ()) or ()
    if not directives:
        return True
    # Strawberry hands resolvers the variables as a plain dict.
    variables = VariableValues({}, info.variable_values)  # type: ignore[arg-type]
    skip = get_directive_values(GraphQLSkipDirective, node, variables)  # type: ignore[arg-type]
    include = get_directive_values(GraphQLIncludeDirective, node, variables)  # type: ignore[arg-type]
    return not (skip and skip["if"]) and not (include and not include["if"])
