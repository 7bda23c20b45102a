from collections.abc import Mapping
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from execution.compiled.variables import Variables
from tests.execution.compiled.library import SCHEMA, Genre


def values(declared: str, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    (operation,) = parse(f"query({declared}) {{ shelves }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    return Variables(SCHEMA._schema, operation).of(given)


@pytest.mark.parametrize(
    ("declared", "given", "meant"),
    [
        ("$n: Int!", {"n": 5}, {"n": 5}),
        ("$n: Int!", {"n": 5.0}, {"n": 5}),
        ("$n: Int", {}, {}),
        ("$n: Int", {"n": None}, {"n": None}),
        ("$n: Int = 4", {}, {"n": 4}),
        ("$n: Int = 4", {"n": None}, {"n": None}),
        ("$n: [Int!]!", {"n": [1, -2]}, {"n": [1, -2]}),
        ("$n: [Int!]!", {"n": 7}, {"n": [7]}),
        ("$n: [Int]", {"n": [None, 1]}, {"n": [None, 1]}),
        ("$n: [String!]", {"n": ["a"]}, {"n": ["a"]}),
        ("$t: String!, $f: Float!, $b: Boolean!", {"t": "", "f": 1, "b": False}, {"t": "", "f": 1.0, "b": False}),
        ("$g: Genre!", {"g": "POEMS"}, {"g": Genre.POEMS}),
        ("$n: Int!", {"n": 1, "other": 2}, {"n": 1}),
    ],
)
def test_values_are_taken_as_the_operation_means_them(
    declared: str, given: dict[str, Any], meant: dict[str, Any]
) -> None:
    assert values(declared, given) == meant


@pytest.mark.parametrize(
    ("declared", "given"),
    [
        ("$n: Int!", {}),
        ("$n: Int!", {"n": None}),
        ("$n: Int!", {"n": True}),
        ("$n: Int!", {"n": "1"}),
        ("$n: Int!", {"n": 2**31}),
        ("$n: [Int!]!", {"n": [1, None]}),
        ("$n: [Int!]!", {"n": [1, True]}),
        ("$n: [Int!]!", {"n": [-(2**31) - 1]}),
        ("$f: Float!", {"f": float("nan")}),
        ("$f: Float!", {"f": float("inf")}),
        ("$t: String!", {"t": 1}),
        ("$b: Boolean!", {"b": 1}),
        ("$g: Genre!", {"g": "poems"}),
    ],
)
def test_values_that_are_wrong_are_none(declared: str, given: dict[str, Any]) -> None:
    assert values(declared, given) is None
