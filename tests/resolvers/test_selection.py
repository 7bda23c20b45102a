from collections.abc import Callable

import pytest
import strawberry
from graphql import GraphQLObjectType
from strawberry.schema.schema_converter import GraphQLCoreConverter

from resolvers.selection import of_artist, of_health, of_stats
from schema import build_schema
from services.metrics import METRIC_NAMES

SCHEMA = build_schema()


def read_off(schema: strawberry.Schema, name: str) -> set[str]:
    """The Python names of the fields of a type that are read off the model object."""
    view = schema._schema.type_map[name]
    assert isinstance(view, GraphQLObjectType)
    fields = [field.extensions[GraphQLCoreConverter.DEFINITION_BACKREF] for field in view.fields.values()]
    return {field.python_name for field in fields if not any(field.metadata.values())}


@pytest.mark.parametrize("name", sorted(read_off(SCHEMA, "Artist") - {"id"}))
def test_a_field_of_an_artist_needs_the_stored_field_of_its_name(name: str) -> None:
    assert of_artist(frozenset({name})) == {name}


def test_the_id_is_always_read() -> None:
    assert of_artist(frozenset({"id"})) == set()


def test_popularity_needs_the_uuid_of_soundcharts() -> None:
    assert of_artist(frozenset({"popularity"})) == {"soundcharts_uuid"}


def test_charts_need_what_rows_are_compared_with() -> None:
    assert of_artist(frozenset({"chart_presence"})) == {"name", "sort_name", "platforms"}


@pytest.mark.parametrize("name", sorted(METRIC_NAMES))
def test_a_metric_needs_itself_and_the_time(name: str) -> None:
    assert of_stats(frozenset({name})) == {name, "updated_at"}


@pytest.mark.parametrize(
    ("field", "needed"),
    [
        ("id", set()),
        ("updated_at", set()),
        ("fresh", set()),
        ("last_refresh_source", {"last_refresh_source"}),
        ("provenance", METRIC_NAMES | {"origins"}),
    ],
)
def test_a_field_of_stats_needs_what_it_is_made_from(field: str, needed: set[str]) -> None:
    assert of_stats(frozenset({field})) == needed | {"updated_at"}


@pytest.mark.parametrize(
    ("field", "needed"),
    [
        ("exists", set()),
        ("fresh", set()),
        ("updated_at", set()),
        ("last_refresh_source", {"last_refresh_source"}),
        ("last_refresh_error", {"last_refresh_error"}),
    ],
)
def test_a_field_of_health_needs_what_it_is_made_from(field: str, needed: set[str]) -> None:
    assert of_health(frozenset({field})) == needed | {"updated_at"}


@pytest.mark.parametrize("of_fields", [of_artist, of_stats, of_health], ids=lambda function: function.__name__)
def test_fields_that_are_not_stored_need_nothing(of_fields: Callable[[frozenset[str]], frozenset[str]]) -> None:
    assert of_fields(frozenset({"growth", "sparkline"})) <= {"updated_at"}
