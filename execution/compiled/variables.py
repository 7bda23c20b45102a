"""A request's variables, checked by functions made once for an operation.

They pass what is surely right. What isn't goes to graphql-core, which says what is wrong in its own words.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    VariableDefinitionNode,
    is_list_type,
    is_non_null_type,
    type_from_ast,
)
from graphql.execution import get_variable_values

_ABSENT: Any = object()

# Whether a value is one that coercion would leave as it is.
Check = Callable[[Any], bool]


class Variables:
    """The variables that one operation declares."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._definitions: tuple[VariableDefinitionNode, ...] = tuple(operation.variable_definitions or ())
        self._checked = [_Variable(node, type_from_ast(schema, node.type)) for node in self._definitions]

    def of(self, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The values by name, as the operation means them; None where something is wrong with them."""
        values: dict[str, Any] = {}
        for variable in self._checked:
            value = given.get(variable.name, _ABSENT)
            if value is _ABSENT and variable.may_be_absent:
                continue
            if not (variable.check(value) or (value is None and variable.nullable)):
                return self._by_graphql_core(given)
            values[variable.name] = value
        return values

    def _by_graphql_core(self, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        found = get_variable_values(self._schema, self._definitions, dict(given))
        return None if isinstance(found, list) else found.coerced


class _Variable:
    def __init__(self, node: VariableDefinitionNode, declared: Any) -> None:
        self.name = node.variable.name.value
        self.nullable = not is_non_null_type(declared)
        self.may_be_absent = self.nullable and node.default_value is None
        self.check = _check(declared if self.nullable else declared.of_type)


def _check(of_type: Any) -> Check:
    """What passes values of the type other than null; nothing where only graphql-core knows."""
    return _check_list(of_type.of_type) if is_list_type(of_type) else _LEAVES.get(of_type, _nothing)


def _check_list(item: Any) -> Check:
    if not is_non_null_type(item):
        return _nothing
    if item.of_type is GraphQLInt:
        return _are_ints
    return _are_texts if item.of_type in (GraphQLString, GraphQLID) else _nothing


def _nothing(value: Any) -> bool:
    return False


def _is_int(value: Any) -> bool:
    return type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT


def _are_ints(value: Any) -> bool:
    if type(value) is not list or not value:
        return False
    return set(map(type, value)) == {int} and min(value) >= GRAPHQL_MIN_INT and max(value) <= GRAPHQL_MAX_INT


def _are_texts(value: Any) -> bool:
    return type(value) is list and set(map(type, value)) == {str}


_LEAVES: dict[Any, Check] = {
    GraphQLInt: _is_int,
    GraphQLString: lambda value: type(value) is str,
    GraphQLID: lambda value: type(value) is str,
    GraphQLBoolean: lambda value: type(value) is bool,
    GraphQLFloat: lambda value: type(value) is float and value - value == 0.0,
}
