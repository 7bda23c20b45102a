"""Everything that the schema names is described."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    is_introspection_type,
    is_specified_scalar_type,
)

from schema import build_schema

SCHEMA = build_schema()._schema
OURS = [
    named for named in SCHEMA.type_map.values() if not (is_introspection_type(named) or is_specified_scalar_type(named))
]


def parts(named: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """The type, its fields, their arguments and its values, each with its description."""
    yield named.name, named.description
    if isinstance(named, GraphQLEnumType):
        yield from ((f"{named.name}.{name}", value.description) for name, value in named.values.items())
    if isinstance(named, GraphQLInputObjectType):
        yield from ((f"{named.name}.{name}", field.description) for name, field in named.fields.items())
    if isinstance(named, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in named.fields.items():
            yield f"{named.name}.{name}", field.description
            yield from ((f"{named.name}.{name}({key}:)", found.description) for key, found in field.args.items())


@pytest.mark.parametrize("named", OURS, ids=lambda named: named.name)
def test_a_type_and_all_that_it_has_are_described(named: GraphQLNamedType) -> None:
    assert [name for name, description in parts(named) if not (description or "").strip()] == []


def test_what_is_walked_is_the_whole_schema() -> None:
    walked = {name for named in OURS for name, _ in parts(named)}

    assert {"Query", "Artist.stats(refresh:)", "Metric.SPOTIFY_FOLLOWERS", "ArtistStats.youtubeViews", "Long"} <= walked
