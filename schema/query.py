"""The root of queries."""

import strawberry

import resolvers.artist
import resolvers.tables
from schema.artist import Artist
from schema.fields import field
from schema.freshness import FreshnessPolicy
from schema.stats import MetricInfo


@strawberry.type(description="What can be asked.")
class Query:
    artist: Artist | None = field("The artist with this id; null where there is none.", batch=resolvers.artist.artist)
    artists: list[Artist | None] = field(
        "The artists with these ids, at most 500, in the order asked: null where unknown, duplicates in their places.",
        batch=resolvers.artist.artists,
    )
    metrics: list[MetricInfo] = field("The metric table, in its order.", read=resolvers.tables.metrics)
    freshness_policies: list[FreshnessPolicy] = field(
        "What is kept how fresh, and what a read does about it.", read=resolvers.tables.freshness_policies
    )
