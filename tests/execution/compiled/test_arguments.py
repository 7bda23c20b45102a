from typing import Any

import pytest
from graphql import FieldNode, GraphQLObjectType, OperationDefinitionNode, parse

from execution.compiled.arguments import Arguments, Unanswerable
from tests.execution.compiled.library import SCHEMA, Genre


def arguments(written: str, *, of_type: str = "Book", name: str = "loans") -> Arguments:
    (operation,) = parse(f"{{ {name}{written} }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    (node,) = operation.selection_set.selections
    found = SCHEMA._schema.type_map[of_type]
    assert isinstance(node, FieldNode)
    assert isinstance(found, GraphQLObjectType)
    definition = found.fields[name]
    return Arguments(definition, node, {argument: argument for argument in definition.args})


@pytest.mark.parametrize(
    ("written", "variables", "keywords"),
    [
        ("", {}, {"most": 3}),
        ("(most: 2)", {}, {"most": 2}),
        ("(most: $n)", {"n": 1}, {"most": 1}),
        ("(most: $n)", {}, {"most": 3}),
        ("(genres: null)", {}, {"most": 3, "genres": None}),
        ("(genres: POEMS)", {}, {"most": 3, "genres": [Genre.POEMS]}),
        ("(genres: [TALES, $g])", {"g": Genre.POEMS}, {"most": 3, "genres": [Genre.TALES, Genre.POEMS]}),
        ("(genres: $g)", {}, {"most": 3}),
        ("(genres: $g)", {"g": None}, {"most": 3, "genres": None}),
    ],
)
def test_keywords_are_made_of_literals_defaults_and_variables(
    written: str, variables: dict[str, Any], keywords: dict[str, Any]
) -> None:
    assert arguments(written).of(variables) == keywords


def test_a_list_of_a_request_is_never_the_one_that_is_handed_on() -> None:
    given = [Genre.POEMS]

    handed_on = arguments("(genres: $g)").of({"g": given})["genres"]

    assert handed_on == given
    assert handed_on is not given


@pytest.mark.parametrize(
    ("written", "variables"), [("(most: $n)", {"n": None}), ("(genres: [$g])", {"g": None}), ("(genres: [$g])", {})]
)
def test_variables_that_do_not_do_are_refused(written: str, variables: dict[str, Any]) -> None:
    with pytest.raises(Unanswerable):
        arguments(written).of(variables)


def test_a_required_argument_without_its_variable_is_refused() -> None:
    with pytest.raises(Unanswerable):
        arguments("(ids: $ids)", of_type="Query", name="books").of({})


def test_a_field_without_arguments_says_so() -> None:
    assert arguments("", name="score").none
    assert not arguments("").none
