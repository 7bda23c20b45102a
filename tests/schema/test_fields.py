"""Fields, over a throwaway schema."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as model_field
from typing import Annotated, Any

import pytest
import strawberry
from graphql import GraphQLObjectType
from strawberry.schema.config import StrawberryConfig

from execution.batching import Loads
from execution.reading import read_off
from schema.fields import field


@dataclass
class Carrier:
    loads: Loads = model_field(init=False)

    def __post_init__(self) -> None:
        self.loads = Loads(self)


async def rooms(context: Carrier, parents: Sequence[None], *, fields: frozenset[str]) -> list[list[Any]]:
    return [[Room(2.5), {"height": 3.0}]]


def volume(
    room: Any, *, area: Annotated[float, strawberry.argument(description="Of the floor, in square metres.")] = 10.0
) -> float:
    return float(read_off(room, "height")) * area


@dataclass
class Room:
    height: float


@strawberry.type(name="Room")
class RoomView:
    height: float = field("From floor to ceiling, in metres.")
    volume: float = field("In cubic metres.", read=volume)


@strawberry.type
class Query:
    rooms: list[RoomView] = field("All rooms.", batch=rooms)


SCHEMA = strawberry.Schema(Query, config=StrawberryConfig(default_resolver=read_off))


def view(name: str) -> GraphQLObjectType:
    found = SCHEMA._schema.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return found


async def test_each_kind_of_field_is_answered() -> None:
    result = await SCHEMA.execute("{ rooms { height volume small: volume(area: 2) } }", context_value=Carrier())

    assert result.errors is None
    assert result.data == {
        "rooms": [
            {"height": 2.5, "volume": 25.0, "small": 5.0},
            {"height": 3.0, "volume": 30.0, "small": 6.0},
        ]
    }


def test_a_field_needs_a_description() -> None:
    with pytest.raises(TypeError, match="description"):
        field(read=volume)  # type: ignore[call-arg]


def test_a_field_shows_its_description_and_those_of_its_arguments() -> None:
    found = view("Room").fields["volume"]

    assert found.description == "In cubic metres."
    assert found.args["area"].description == "Of the floor, in square metres."


def test_the_annotation_is_the_type_of_the_field_whatever_its_function_returns() -> None:
    assert str(view("Query").fields["rooms"].type) == "[Room!]!"


def test_what_answers_a_field_stands_in_its_metadata() -> None:
    nothing = {"batch": None, "read": None, "item": None, "rows": None}

    assert field("All rooms.", batch=rooms).metadata == nothing | {"batch": rooms}
    assert field("In cubic metres.", read=volume).metadata == nothing | {"read": volume}
    assert field("In metres.").metadata == nothing
    assert field("Its points.", rows=("x", "y")).metadata == nothing | {"rows": ("x", "y")}
    assert field("By its key.", item=("sizes", "height")).metadata["item"] == ("sizes", "height")
