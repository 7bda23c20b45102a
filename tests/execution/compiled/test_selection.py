import pytest
from graphql import FragmentDefinitionNode, GraphQLObjectType, OperationDefinitionNode, parse

from execution.compiled.selection import ALWAYS, NotCompiled, Selected, Selection
from tests.execution.compiled.library import SCHEMA


def selected(query: str) -> list[Selected]:
    document = parse(query)
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    of_type = SCHEMA._schema.type_map["Book"]
    assert isinstance(of_type, GraphQLObjectType)
    return Selection(fragments, of_type).of([(operation.selection_set, ALWAYS)])


def test_keys_come_in_the_order_of_the_answer() -> None:
    found = selected("{ b: id title ...F id title } fragment F on Book { pages b: id }")

    assert [(one.key, one.name) for one in found] == [
        ("b", "id"),
        ("title", "title"),
        ("pages", "pages"),
        ("id", "id"),
    ]


def test_a_key_that_is_there_whatever_the_variables_has_no_condition() -> None:
    (found,) = selected("query($a: Boolean!) { id id @include(if: $a) }")

    assert found.condition == frozenset()


def test_conditions_are_gathered_from_all_around_a_field() -> None:
    (found,) = selected("query($a: Boolean!, $b: Boolean!) { ... @include(if: $a) { id @skip(if: $b) } }")

    assert found.condition == {frozenset({("a", True), ("b", False)})}


@pytest.mark.parametrize(
    "query",
    [
        "{ id @include(if: false) }",
        "{ id @skip(if: true) }",
        "{ ... @include(if: false) { id } }",
        "query($a: Boolean!) { id @include(if: $a) @skip(if: $a) }",
        "{ ... on Loan { id } }",
        "{ ...F } fragment F on Loan { reader }",
    ],
)
def test_what_never_comes_to_pass_is_left_out(query: str) -> None:
    assert selected(query) == []


def test_a_fragment_counts_once() -> None:
    (found,) = selected("{ ...F ...F } fragment F on Book { id }")

    assert len(found.nodes) == 1


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("query($a: Boolean!) { id @include(if: $a) title id }", "order by condition"),
        ("{ ... @defer { id } }", "@defer"),
        ("{ id @other }", "directive"),
        ('{ id @include(if: "yes") }', "directive"),
    ],
)
def test_what_is_left_to_graphql_core_is_named(query: str, reason: str) -> None:
    with pytest.raises(NotCompiled, match=reason):
        selected(query)
