"""Artists."""

import strawberry

import resolvers.charts
import resolvers.popularity
import resolvers.stats
from schema.charts import ChartPresence
from schema.enums import Platform
from schema.fields import field
from schema.popularity import PopularitySeries
from schema.stats import ArtistStats, StatsHealth


@strawberry.type(description="An artist's id on one platform.")
class PlatformId:
    platform: Platform = field("The platform.")
    id: str = field("The id there, as the platform writes it.")
    url: str | None = field("The artist's page there; null where the form of its address isn't known for such an id.")


@strawberry.type(description="A recording artist, as Kisum knows it.")
class Artist:
    id: int = field("Kisum's id, 1 to 2 147 483 647.")
    name: str | None = field("The name as written on releases; null where it is not stored.")
    sort_name: str | None = field("The name to sort by, such as `Weeknd, The`; null where it is not stored.")
    image: str | None = field("The address of a picture; null where none is stored.")
    country: str | None = field("Where the artist is from, as stored, mostly ISO 3166's two letters; null if unknown.")
    genres: list[str] = field("Genres; empty where none are stored.")
    platforms: list[PlatformId] = field("The artist's ids on platforms, in the order of the enum.")
    stats: ArtistStats | None = field(  # type: ignore[valid-type]
        "Audience numbers; null where nothing is stored (`statsHealth` says why).", batch=resolvers.stats.stats
    )
    stats_health: StatsHealth | None = field(
        "How the stored stats stand; asking for it never refreshes them.", batch=resolvers.stats.stats_health
    )
    popularity: PopularitySeries | None = field(
        "Popularity over time; null for an artist that Soundcharts, its only source, doesn't know.",
        batch=resolvers.popularity.popularity,
    )
    chart_presence: ChartPresence | None = field(
        "The charts that the artist stands in, of those that are stored; answered from an index that follows them by a "
        "moment.",
        batch=resolvers.charts.chart_presence,
    )
