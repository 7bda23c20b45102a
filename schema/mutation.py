"""The root of mutations."""

import strawberry

import resolvers.refresh
from schema.fields import field
from schema.stats import StatsRefresh


@strawberry.type(description="What can be set going.")
class Mutation:
    refresh_artist_stats: list[StatsRefresh] = field(
        "Have the providers asked for these artists, at most 500, whatever the age of what is stored. It answers at "
        "once; `statsHealth` tells whether each is under way. Needs a key that may.",
        batch=resolvers.refresh.refresh_artist_stats,
    )
