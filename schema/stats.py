"""ArtistStats and its health. The metric fields grow from the metric table: none is written here."""

from datetime import datetime

import strawberry

import resolvers.stats as resolvers
from schema.enums import Metric, Platform, RefreshRequest
from schema.fields import field
from schema.scalars import Date, Long
from services.metrics import METRICS, MetricRow
from services.model.stats import Stats
from services.model.stats import StatsHealth as Health


@strawberry.type(description="Where one value came from, and when.")
class Provenance:
    metric: Metric = field("The metric.")
    source: str = field("The provider that gave the value, such as `viberate`; `unknown` where none was stored.")
    at: datetime | None = field("When the provider gave it; null where that was not stored.")
    fresh: bool = field("Whether this value by itself is younger than the stats policy's age.")


@strawberry.type(description="A row of the metric table, for column pickers and tooltips.")
class MetricInfo:
    metric: Metric = field("The metric.", read=lambda row: Metric(row.name))
    rest_key: str = field("The key in the REST answer.")
    label: str = field("A short name to show.")
    platform: Platform = field("Where it is counted.")
    description: str = field("What is counted.")
    # Last, because it hides the function of its name from what follows.
    field: str = field("The field of ArtistStats.")


@strawberry.type(description="How an artist's stored stats stand. Asking for it never refreshes them.")
class StatsHealth:
    id: int = field("The artist's id: what clients key their caches on.", read=lambda health: health.artist_id)
    exists: bool = field("Whether any stats are stored.")
    fresh: bool = field("Whether they are younger than the stats policy's age.")
    updated_at: datetime | None = field("When they were last refreshed; null where none are stored.")
    last_refresh_source: str | None = field("What gave a value at the last refresh, in the order asked.")
    last_refresh_error: str | None = field("Which providers failed at the last refresh, and why; null where none did.")
    refreshing: bool = field("Whether a refresh is under way.")
    retry_at: datetime | None = field("After a failure: when a reader may have the providers asked again.")


@strawberry.type(description="How a metric changed between two stored days.")
class Growth:
    metric: Metric = field("The metric.")
    change: Long = field("The later value less the earlier.")
    percent: float | None = field("The change in percent of the earlier value, to two decimals.")
    since: Date = field("The earlier day: the stored one nearest to so many days before the later.")
    until: Date = field("The later day: the newest that is stored.")
    same_source: bool = field(
        "False where the two values come from different sources: then it may be no growth at all."
    )


@strawberry.type(description="What became of one artist's refresh that was asked for.")
class StatsRefresh:
    artist_id: int = field("The artist's id.")
    state: RefreshRequest = field("Whether it was begun, joined or refused.")
    error: str | None = field("Why it was refused; null where it wasn't.")


def _artist_stats() -> type:
    """ArtistStats, with a field for each row of the metric table between `id` and `updatedAt`."""

    class ArtistStats:
        id: int = field("The artist's id: what clients key their caches on.", read=_artist_id)

    for row in METRICS:
        ArtistStats.__annotations__[row.name] = Long | None
        setattr(ArtistStats, row.name, field(_described(row), item=("values", row.name)))
    told = {
        "updated_at": (datetime, field("When the stats were last refreshed.")),
        "fresh": (bool, field("Whether they are younger than the stats policy's age.")),
        "last_refresh_source": (
            str | None,
            field("What gave a value at the last refresh, in the order asked, such as `viberate+native(genius)`."),
        ),
        "provenance": (
            list[Provenance],
            field("Where each value came from, for the metrics that have one.", read=resolvers.provenance),
        ),
        "growth": (
            list[Growth] | None,
            field(
                "How the metrics changed between the newest stored day and the one nearest to `days` before it, at "
                "most a quarter of them (and no less than 3 days) off; none for a metric that lacks one.",
                batch=resolvers.growth,
            ),
        ),
    }
    for name, (annotation, told_field) in told.items():
        ArtistStats.__annotations__[name] = annotation
        setattr(ArtistStats, name, told_field)
    return strawberry.type(ArtistStats, description="An artist's audience, a field for each metric; null is unknown.")


def _artist_id(found: Stats | Health) -> int:
    return found.artist_id


def _described(row: MetricRow) -> str:
    return f"{row.description} Null where unknown."


ArtistStats = _artist_stats()
