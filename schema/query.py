"""The root of queries."""

import strawberry

import resolvers.artist
import resolvers.instagram_account
import resolvers.providers
import resolvers.tables
from schema.artist import Artist
from schema.fields import field
from schema.freshness import FreshnessPolicy
from schema.instagram_account import InstagramAccount
from schema.providers import ProviderStatus
from schema.stats import MetricInfo


@strawberry.type(description="What can be asked.")
class Query:
    artist: Artist | None = field("The artist with this id; null where there is none.", batch=resolvers.artist.artist)
    artists: list[Artist | None] = field(
        "The artists with these ids, at most 500, in the order asked: null where unknown, duplicates in their places.",
        batch=resolvers.artist.artists,
    )
    artist_by_platform: Artist | None = field(
        "The artist with this id on a platform; of several with the same one, that with the greatest audience; null "
        "where there is none.",
        batch=resolvers.artist.artist_by_platform,
    )
    search_artists: list[Artist] = field(
        "Artists by name or by the address of their page on a platform, such as `https://open.spotify.com/artist/…`: "
        "whole names first, then names that begin with the text, then names with all its words, the greater audience "
        "first. Answered from an index that follows what is stored by a moment; while it is first filled, artists may "
        "be missing.",
        batch=resolvers.artist.search_artists,
    )
    top_artists: list[Artist] = field(
        "The artists with the greatest stored values of a metric, the greatest first, however old the values are; "
        "artists without one are left out.",
        batch=resolvers.artist.top_artists,
    )
    metrics: list[MetricInfo] = field("The metric table, in its order.", read=resolvers.tables.metrics)
    freshness_policies: list[FreshnessPolicy] = field(
        "What is kept how fresh, and what a read does about it.", read=resolvers.tables.freshness_policies
    )
    providers: list[ProviderStatus] = field(
        "Every provider in the order asked, configured or not: for who runs the server.",
        batch=resolvers.providers.providers,
    )
    instagram_account: InstagramAccount | None = field(
        "The Instagram account that is connected, asked of Instagram at each read; null where none is. Needs a key "
        "that may do everything.",
        batch=resolvers.instagram_account.instagram_account,
    )
