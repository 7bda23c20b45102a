from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.comparison import NOT_JSON, Answer, Difference, Kind, compare

Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


def answer(body: object = None, *, status: int = 200, content_type: str = "application/json") -> Answer:
    return Answer(status, content_type, body)


def differences(old: object, new: object, **options: Any) -> list[tuple[str, str, str, str]]:
    found = compare(answer(old), answer(new), **options)
    return [(difference.kind.value, difference.path, difference.old, difference.new) for difference in found]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, ("only_old", "b", "int", "")),
        ({"a": {}}, {"a": {"b": None}}, ("only_new", "a.b", "", "null")),
        ({"a": 1}, {"a": "1"}, ("type", "a", "int", "string")),
        ({"a": 1}, {"a": 1.0}, ("type", "a", "int", "float")),
        ({"a": True}, {"a": 1}, ("type", "a", "bool", "int")),
        ({"a": {"b": 1}}, {"a": [1]}, ("type", "a", "object", "list")),
        ({"a": None}, {"a": 1}, ("nullable", "a", "null", "int")),
        ({"a": {"b": 1}}, {"a": None}, ("nullable", "a", "object", "null")),
        ([], {}, ("type", "", "list", "object")),
        ({"a": [{"b": 1}, {"c": 1}]}, {"a": [{"b": 2}]}, ("only_old", "a[].c", "int", "")),
        ({"a": [1, None]}, {"a": [1]}, ("nullable", "a[]", "int or null", "int")),
        ({"a": [1, 1.5]}, {"a": [1.5]}, ("type", "a[]", "float or int", "float")),
        ({"a": [[1]]}, {"a": [["1"]]}, ("type", "a[][]", "int", "string")),
        pytest.param(NOT_JSON, {}, ("type", "", "not JSON", "object"), id="no JSON"),
    ],
    ids=str,
)
def test_a_difference_is_told_with_its_place_and_both_sides(
    old: object, new: object, expected: tuple[str, str, str, str]
) -> None:
    assert differences(old, new) == [expected]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"a": [1, 2, 3]}, {"a": [1]}),
        ({"a": []}, {"a": [{"b": 1}]}),
        ({"a": [{"b": 1}, {"b": None}]}, {"a": [{"b": None}, {"b": 1}]}),
        (NOT_JSON, NOT_JSON),
    ],
    ids=["values", "order of keys", "length", "an empty list", "order of elements", "no JSON"],
)
def test_what_is_alike_in_kind_does_not_differ(old: object, new: object) -> None:
    assert differences(old, new) == []


def test_of_different_statuses_nothing_else_is_compared() -> None:
    old, new = answer({"a": 1}), answer({"b": 1}, status=404, content_type="application/problem+json")

    assert compare(old, new) == [Difference(Kind.STATUS, "", "200", "404")]


def test_content_types_that_differ_are_told_beside_the_rest() -> None:
    found = compare(answer({"a": 1}), answer({}, content_type="text/html"))

    assert [difference.kind for difference in found] == [Kind.CONTENT_TYPE, Kind.ONLY_OLD]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 2}, ("value", "a", "1", "2")),
        ({"a": [1, 2]}, {"a": [1]}, ("value", "a[]", "length 2", "length 1")),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 3}, {"b": 4}]}, ("value", "a[].b", "1", "3")),
        ({"a": "x" * 100}, {"a": "y"}, ("value", "a", "'" + "x" * 59 + "…", "'y'")),
    ],
    ids=["a value", "a length", "the first of a list", "a long text"],
)
def test_values_are_compared_on_demand(old: object, new: object, expected: tuple[str, str, str, str]) -> None:
    assert differences(old, new) == []
    assert differences(old, new, values=True) == [expected]


@given(Json)
def test_an_answer_never_differs_from_itself(body: object) -> None:
    assert differences(body, body, values=True) == []


@given(Json, Json)
def test_the_other_way_round_the_same_differences_are_found(old: object, new: object) -> None:
    forth, back = differences(old, new), differences(new, old)
    turned = {"only_old": "only_new", "only_new": "only_old"}

    assert sorted(forth) == sorted((turned.get(kind, kind), path, a, b) for kind, path, b, a in back)
