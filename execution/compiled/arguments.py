"""What a field's function is called with: made once from literals and defaults, and filled in from variables."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLError,
    GraphQLField,
    ListValueNode,
    ValueNode,
    get_argument_values,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)
from graphql.language import NameNode, VariableNode
from graphql.pyutils import Undefined
from graphql.utilities import coerce_input_literal

from execution.compiled.selection import NotCompiled

Values = Mapping[str, Any]
# Gives the argument's value, or _ABSENT where the function's default is meant.
Filled = Callable[[Values], Any]

_ABSENT: Any = object()


class Unanswerable(Exception):
    """The variables don't do for an argument; graphql-core says how."""


class Arguments:
    """The keyword arguments of one field's function; `names` has the Python name of each argument."""

    def __init__(self, definition: GraphQLField, node: FieldNode, names: Mapping[str, str]) -> None:
        written = {argument.name.value: argument.value for argument in node.arguments or ()}
        varying = {name: value for name, value in written.items() if _has_variable(value)}
        fixed = _fixed(definition, node, leaving=varying)
        self._constant = {names[name]: value for name, value in fixed.items()}
        self._varying = [(names[name], _filled(definition.args[name], value)) for name, value in varying.items()]

    @property
    def none(self) -> bool:
        """Whether the function is called with none, whatever the variables."""
        return not self._constant and not self._varying

    @property
    def fixed(self) -> bool:
        """Whether no variable has a part in them."""
        return not self._varying

    def of(self, variables: Values) -> Mapping[str, Any]:
        """The keywords for a request's variables; raises Unanswerable."""
        if not self._varying:
            return self._constant
        keywords = dict(self._constant)
        for name, filled in self._varying:
            value = filled(variables)
            if value is not _ABSENT:
                keywords[name] = value
        return keywords


def _has_variable(value: ValueNode) -> bool:
    if isinstance(value, VariableNode):
        return True
    if isinstance(value, ListValueNode):
        return any(map(_has_variable, value.values))
    return any(_has_variable(field.value) for field in getattr(value, "fields", None) or ())


def _fixed(definition: GraphQLField, node: FieldNode, *, leaving: Mapping[str, ValueNode]) -> dict[str, Any]:
    """What literals and the schema's defaults give, for the arguments that no variable has a part in."""
    if any(_is_made_of_fields(argument.type) for argument in definition.args.values()):
        raise NotCompiled("input object")
    rest = {name: argument for name, argument in definition.args.items() if name not in leaving}
    try:
        return get_argument_values(GraphQLField(definition.type, args=rest), node)
    except GraphQLError:
        raise NotCompiled("argument") from None


def _is_made_of_fields(argument_type: Any) -> bool:
    while is_list_type(argument_type) or is_non_null_type(argument_type):
        argument_type = argument_type.of_type
    return is_input_object_type(argument_type)


def _filled(argument: GraphQLArgument, value: ValueNode) -> Filled:
    if not isinstance(value, VariableNode):
        return _item(argument.type, value)
    default = _default(argument)
    name, required, nullable = value.name.value, is_required_argument(argument), not is_non_null_type(argument.type)
    copied = is_list_type(get_nullable_type(argument.type))

    def fill(variables: Values) -> Any:
        if name not in variables:
            if required:
                raise Unanswerable(name)
            return default
        found = variables[name]
        if found is None:
            if not nullable:
                raise Unanswerable(name)
            return None
        return list(found) if copied else found

    return fill


def _default(argument: GraphQLArgument) -> Any:
    """What the schema gives where a variable is not given."""
    if is_required_argument(argument):
        return _ABSENT
    field = GraphQLField(GraphQLBoolean, args={"it": argument})
    return get_argument_values(field, FieldNode(name=NameNode(value="it"), arguments=())).get("it", _ABSENT)


def _item(of_type: Any, value: ValueNode) -> Filled:
    """A value in a list: a literal, a variable, or a list of them."""
    nullable = not is_non_null_type(of_type)
    inner = of_type if nullable else of_type.of_type
    if isinstance(value, VariableNode):
        return _variable_item(value.name.value, nullable=nullable)
    if isinstance(value, ListValueNode) and is_list_type(inner):
        items = [_item(inner.of_type, item) for item in value.values]
        return lambda variables: [fill(variables) for fill in items]
    if _has_variable(value):
        raise NotCompiled("argument")
    literal = _literal(of_type, value)
    return lambda variables: literal


def _variable_item(name: str, *, nullable: bool) -> Filled:
    def fill(variables: Values) -> Any:
        found = variables.get(name)
        if found is None and not nullable:
            raise Unanswerable(name)
        return found

    return fill


def _literal(of_type: Any, value: ValueNode) -> Any:
    found = coerce_input_literal(value, of_type)
    if found is Undefined:
        raise NotCompiled("argument")
    return found
