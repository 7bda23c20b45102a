"""What a batch function is told of the selection, over a throwaway schema: a shop with one owner, and goods."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry

from execution.batching import Loads, batch_resolver
from execution.selection import python_names


@dataclass
class Carrier:
    seen: list[frozenset[str]] = field(default_factory=list)
    loads: Loads = field(init=False)

    def __post_init__(self) -> None:
        self.loads = Loads(self)


async def owner(context: Carrier, shops: Sequence[object], *, fields: frozenset[str]) -> list[None]:
    context.seen.append(fields)
    return [None] * len(shops)


async def count(context: Carrier, shops: Sequence[object], *, fields: frozenset[str]) -> list[int]:
    context.seen.append(fields)
    return [1] * len(shops)


@strawberry.type
class Street:
    name: str
    house_number: int


@strawberry.type
class Owner:
    name: str
    born_in: int
    home: Street
    age_in_2030: int


@strawberry.type
class Shop:
    owner: Owner | None = strawberry.field(resolver=batch_resolver(owner))
    count: int | None = strawberry.field(resolver=batch_resolver(count))


@strawberry.type
class Query:
    @strawberry.field
    def shops(self) -> list[Shop]:
        return [Shop(), Shop()]


SCHEMA = strawberry.Schema(Query)


async def seen(query: str, carrier: Carrier | None = None, **variables: Any) -> list[frozenset[str]]:
    carrier = carrier or Carrier()
    result = await SCHEMA.execute(query, variable_values=variables, context_value=carrier)
    assert not result.errors
    return carrier.seen


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("{ shops { owner { name bornIn } } }", {"name", "born_in"}),
        ("{ shops { owner { other: name } } }", {"name"}),
        ("{ shops { owner { home { name houseNumber } } } }", {"home"}),
        ("{ shops { owner { ageIn2030 } } }", {"age_in_2030"}),
        ("{ shops { owner { __typename } } }", set()),
        ("{ shops { owner { ...A } } } fragment A on Owner { name ...B } fragment B on Owner { bornIn }", "both"),
        ("{ shops { owner { ... { name } ... on Owner { bornIn } } } }", "both"),
        ("{ shops { owner { name } owner { bornIn } } }", "both"),
        ("{ shops { owner { name } ...A } } fragment A on Shop { owner { bornIn } }", "both"),
    ],
    ids=[
        "fields",
        "an alias",
        "the first level alone",
        "a number in the name",
        "the name of the type",
        "fragments",
        "inline fragments",
        "merged fields",
        "merged through a fragment",
    ],
)
async def test_a_batch_function_is_told_the_python_names_of_what_is_selected(query: str, fields: Any) -> None:
    expected = {"name", "born_in"} if fields == "both" else fields

    assert await seen(query) == [frozenset(expected)]


@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        ("bornIn @include(if: $flag)", True),
        ("bornIn @skip(if: $flag)", False),
        ("bornIn @include(if: $flag) @skip(if: false)", True),
        ("... @include(if: $flag) { bornIn }", True),
        ("... on Owner @skip(if: $flag) { bornIn }", False),
        ("...Birth @include(if: $flag)", True),
    ],
    ids=["field included", "field skipped", "both directives", "inline included", "inline skipped", "spread included"],
)
async def test_what_a_variable_leaves_out_is_not_told(selection: str, wanted: bool, flag: bool) -> None:
    query = f"query($flag: Boolean!) {{ shops {{ owner {{ name {selection} }} }} }}"
    fragment = "fragment Birth on Owner { bornIn }" if "...Birth" in selection else ""

    told = await seen(query + fragment, flag=flag)

    assert told == [frozenset({"name", "born_in"} if flag is wanted else {"name"})]


async def test_a_variable_left_out_has_its_default() -> None:
    query = "query($yes: Boolean! = false) { shops { owner { name bornIn @include(if: $yes) } } }"

    assert await seen(query) == [frozenset({"name"})]


@pytest.mark.parametrize(("literal", "fields"), [("true", {"name"}), ("false", {"name", "born_in"})])
async def test_what_literals_leave_out_is_not_told(literal: str, fields: set[str]) -> None:
    assert await seen(f"{{ shops {{ owner {{ name bornIn @skip(if: {literal}) }} }} }}") == [frozenset(fields)]


async def test_nothing_is_told_of_a_leaf() -> None:
    assert await seen("{ shops { count } }") == [frozenset()]


async def test_the_rows_of_a_list_have_their_selection_worked_out_once() -> None:
    carrier = Carrier()

    await seen("{ shops { owner { name } } }", carrier)

    assert list(carrier.loads.selections.values()) == [frozenset({"name"})]


def test_python_names_are_by_the_names_of_graphql() -> None:
    owner_type = SCHEMA._schema.type_map["Owner"]

    assert python_names(owner_type) == {  # type: ignore[arg-type]
        "name": "name",
        "bornIn": "born_in",
        "home": "home",
        "ageIn2030": "age_in_2030",
    }
