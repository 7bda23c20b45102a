"""The GraphQL surface, name by name: what contract.graphql promises is in the schema exactly so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    parse,
    print_ast,
)

from schema import printed_schema


def types_of(text: str) -> dict[str, TypeDefinitionNode]:
    return {node.name.value: node for node in parse(text).definitions if isinstance(node, TypeDefinitionNode)}


def fields_of(types: dict[str, TypeDefinitionNode]) -> Iterator[tuple[str, FieldDefinitionNode]]:
    for name, node in types.items():
        if isinstance(node, ObjectTypeDefinitionNode):
            yield from ((f"{name}.{field.name.value}", field) for field in node.fields or ())


def values_of(node: TypeDefinitionNode) -> set[str]:
    assert isinstance(node, EnumTypeDefinitionNode)
    return {value.name.value for value in node.values or ()}


def signature(field: FieldDefinitionNode) -> dict[str, str]:
    """The field's type under its own name, and each argument's with its default."""
    arguments = {
        argument.name.value: print_ast(argument.type)
        + (f" = {print_ast(argument.default_value)}" if argument.default_value else "")
        for argument in field.arguments or ()
    }
    return {field.name.value: print_ast(field.type)} | {f"({name}:)": written for name, written in arguments.items()}


PROMISED = types_of(Path(__file__).with_name("contract.graphql").read_text(encoding="utf-8"))
PROMISED_FIELDS = dict(fields_of(PROMISED))
BUILT = types_of(printed_schema())
BUILT_FIELDS = dict(fields_of(BUILT))

ENUMS = [name for name, node in PROMISED.items() if isinstance(node, EnumTypeDefinitionNode)]


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_a_promised_type_is_there_and_of_its_kind(name: str) -> None:
    assert type(BUILT.get(name)) is type(PROMISED[name])


@pytest.mark.parametrize("name", sorted(PROMISED_FIELDS))
def test_a_promised_field_is_there_with_its_type_arguments_and_defaults(name: str) -> None:
    assert name in BUILT_FIELDS
    assert signature(PROMISED_FIELDS[name]).items() <= signature(BUILT_FIELDS[name]).items()


@pytest.mark.parametrize("name", sorted(ENUMS))
def test_a_promised_enum_has_its_values(name: str) -> None:
    assert values_of(PROMISED[name]) <= values_of(BUILT[name])


def test_the_whole_contract_is_compared() -> None:
    kinds = {type(node) for node in PROMISED.values()}

    assert kinds == {EnumTypeDefinitionNode, ObjectTypeDefinitionNode, ScalarTypeDefinitionNode}
