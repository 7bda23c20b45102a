"""Popularity over time."""

import strawberry

import resolvers.popularity as resolvers
from schema.fields import field
from schema.scalars import Date


@strawberry.type(description="The popularity of a day; of a week or a month, its mean, rounded half up.")
class PopularityPoint:
    date: Date = field("The day; of a week or a month, its first.")
    value: int = field("The popularity, 1 to 100.")


@strawberry.type(description="How fresh a series is, and what this read did for it.")
class PopularityMeta:
    fresh: bool = field("Whether the newest point is younger than the popularity policy's age.")
    last_date: Date | None = field("The newest day stored; null where there is none.")
    refreshed: bool = field("Whether this read had the provider asked, and all of its pages came.")
    points_written: int = field("How many points were added or changed by that.")
    pages_fetched: int = field("How many pages came, of those that were asked for.")
    error: str | None = field(
        "Why a fetch that was due broke off or didn't happen; of the last one where readers wait after it. Else null."
    )


@strawberry.type(description="A year of popularity.")
class PopularityYear:
    year: int = field("The calendar year.")
    average: float = field("The mean of the year's points, to one decimal.")
    peak: PopularityPoint = field("The year's highest point, the first where there are several.")


@strawberry.type(description="All stored points of the platform summed up, whatever startDate and endDate say.")
class PopularitySummary:
    current: PopularityPoint = field("The newest point.")
    peak: PopularityPoint = field("The highest point of all, the first where there are several.")
    years: list[PopularityYear] = field("Each year that has points, ascending.")
    change_30d: int | None = field(
        "The newest value less the one nearest to 30 days before it; null where none is within 7 days of that."
    )
    change_365d: int | None = field(
        "The newest value less the one nearest to 365 days before it; null where none is within 91 days of that."
    )


@strawberry.type(description="An artist's popularity on one platform.")
class PopularitySeries:
    items: list[PopularityPoint] = field("The points of the asked days, ascending.", rows=("date", "value"))
    meta: PopularityMeta = field("How fresh the series is, and what this read did for it.")
    summary: PopularitySummary | None = field("All stored points summed up; null where there are none.")
    sparkline: list[int | None] = field(
        "The last value in each of so many equal spans of the asked days (by default the last 365), null where "
        "there is none: the form for a table of hundreds of rows.",
        batch=resolvers.sparkline,
    )
