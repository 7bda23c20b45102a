"""The root of subscriptions."""

import strawberry

import resolvers.refresh
from schema.artist import Artist
from schema.fields import stream


@strawberry.type(description="What can be listened for, over WebSocket (graphql-transport-ws) or server-sent events.")
class Subscription:
    artist_stats_refreshed: Artist = stream(
        "An artist whose refresh has ended, failed ones too, as it is stored then: an event asks no provider. With "
        "`since`, first those whose last attempt ended later than that: give the time at which events were last heard, "
        "and nothing is missed over a reconnect. Whoever is slower than refreshes end is told of an artist's last.",
        resolvers.refresh.ended_refreshes,
    )
