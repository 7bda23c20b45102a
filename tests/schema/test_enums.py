from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import GraphQLEnumType

from schema import enums
from schema.enums import Interval, Metric, Platform, PopularityPlatform
from services.metrics import METRICS
from services.platforms import Platform as ModelPlatform
from tests.builders import artist_document, point_document
from tests.conftest import Database
from tests.schema.conftest import Ask


@pytest.mark.parametrize("enum", [Interval, Metric, Platform, PopularityPlatform], ids=lambda enum: enum.__name__)
def test_the_values_have_the_names_of_the_model(schema: strawberry.Schema, enum: type[Enum]) -> None:
    found = schema._schema.type_map[enum.__name__]

    assert isinstance(found, GraphQLEnumType)
    assert list(found.values) == [member.name for member in enum]


def test_a_metric_is_described_as_its_row_is(schema: strawberry.Schema) -> None:
    found = schema._schema.type_map["Metric"]

    assert isinstance(found, GraphQLEnumType)
    assert {name: value.description for name, value in found.values.items()} == {
        row.name.upper(): row.description for row in METRICS
    }


def test_the_platform_is_the_model_s_own() -> None:
    assert enums.Platform is ModelPlatform


@pytest.mark.parametrize("written", ["literal", "variable"])
async def test_a_value_reaches_the_services_as_the_model_s_own(ask: Ask, database: Database, written: str) -> None:
    await database.artists(artist_document())
    await database.points(
        point_document("2026-11-17", 40, platform="tidal"),
        point_document("2026-11-18", 43, platform="tidal"),
        point_document("2026-11-18", 71),
    )
    queries = {
        "literal": "{ artist(id: 61) { popularity(platform: TIDAL, interval: MONTH) { items { date value } } } }",
        "variable": (
            "query($p: PopularityPlatform! = DEEZER, $i: Interval!) {"
            " artist(id: 61) { popularity(platform: $p, interval: $i) { items { date value } } } }"
        ),
    }
    variables: dict[str, Any] = {"p": "TIDAL", "i": "MONTH"} if written == "variable" else {}

    answer = await ask(queries[written], **variables)

    assert answer == {"data": {"artist": {"popularity": {"items": [{"date": "2026-11-01", "value": 42}]}}}}
