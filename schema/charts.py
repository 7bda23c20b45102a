"""Where artists stand in the charts."""

from datetime import datetime

import strawberry

import resolvers.charts as resolvers
from schema.enums import ChartFamily, MatchedBy
from schema.fields import field
from schema.scalars import Date


@strawberry.type(description="An artist in a chart.")
class Placement:
    rank: int | None = field("The rank, 1 for the highest; null where the chart has none that can be read.")
    scope: str | None = field("The country, format or period of the chart, or its own name, where it has one.")
    title: str | None = field("The title that stands there; null in a chart of artists.")
    date: Date | None = field("The day of the chart; null where it tells none.")
    matched_by: MatchedBy = field("By what the row was found to be the artist's.")


@strawberry.type(description="Charts of one kind that an artist stands in.")
class Chart:
    source: str = field("The collection that the charts are stored in, such as `billboard`.")
    label: str = field("What the charts are called, for people.")
    family: ChartFamily = field("The family that the charts are of.")
    rank: int | None = field("Where the artist stands once: that rank. Else null, and the placements tell.")
    entry_count: int = field("How often the artist stands there, in all charts of the kind that are stored.")
    scraped_at: datetime | None = field("When the newest row of the artist was scraped; null where none tells.")
    placements: list[Placement] = field(
        "The artist's rows, the newest first and of a day the highest.", batch=resolvers.placements
    )


@strawberry.type(description="All charts that an artist stands in.")
class ChartPresence:
    chart_count: int = field("In how many kinds of charts the artist stands: the length of `charts`.")
    families: list[ChartFamily] = field("The families of the charts, each once, by name.")
    scraped_at_max: datetime | None = field("When the newest row of the artist was scraped; null where none tells.")
    charts: list[Chart] = field("The charts, by the names of their collections; empty where the artist is in none.")
