"""The root of mutations."""

import strawberry

import resolvers.instagram_account
import resolvers.refresh
from schema.fields import field
from schema.instagram_account import InstagramTokenRefresh
from schema.stats import StatsRefresh


@strawberry.type(description="What can be set going.")
class Mutation:
    refresh_artist_stats: list[StatsRefresh] = field(
        "Have the providers asked for these artists, at most 500, whatever the age of what is stored. It answers at "
        "once; `statsHealth` tells whether each is under way, and the subscription `artistStatsRefreshed` when it has "
        "ended. Needs a key that may.",
        batch=resolvers.refresh.refresh_artist_stats,
    )
    refresh_instagram_token: InstagramTokenRefresh = field(
        "Renew the connected Instagram account's token, where that is a day ago; an error says where the account is "
        "to be connected again. Needs a key that may.",
        batch=resolvers.instagram_account.refresh_instagram_token,
    )
