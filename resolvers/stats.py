"""An artist's stats and their health. Both read the same documents: asked together, they are one find."""

from collections.abc import Sequence
from typing import Annotated

from strawberry import UNSET, argument

from resolvers.arguments import MaxWaitMs, Refresh, StoredOnly, mode
from resolvers.context import Context
from resolvers.selection import of_health, of_stats
from services.metrics import Metric
from services.model.artist import Artist
from services.model.stats import Provenance, Stats, StatsHealth, StoredStats


async def stats(
    context: Context,
    artists: Sequence[Artist],
    *,
    fields: frozenset[str],
    refresh: Refresh = False,
    max_wait_ms: MaxWaitMs = UNSET,
    stored_only: StoredOnly = False,
) -> list[Stats | None]:
    """The stats of each artist; None where nothing is stored."""
    read = mode(context, refresh=refresh, max_wait_ms=max_wait_ms, stored_only=stored_only)
    stored = await context.loads.load_many(stored_stats, artists, fields=of_stats(fields))
    return context.services.stats.answers(stored, read)


async def stats_health(context: Context, artists: Sequence[Artist], *, fields: frozenset[str]) -> list[StatsHealth]:
    """How the stored stats of each artist stand."""
    stored = await context.loads.load_many(stored_stats, artists, fields=of_health(fields))
    return context.services.stats.health(artists, stored)


async def stored_stats(
    context: Context, artists: Sequence[Artist], *, fields: frozenset[str]
) -> list[StoredStats | None]:
    """The documents that stats and health are read from."""
    return await context.services.stats.stored(artists, fields=fields)


def provenance(
    stats: Stats,
    *,
    metrics: Annotated[
        list[Metric] | None, argument(description="The metrics to tell of; by default all that have a value.")
    ] = UNSET,
) -> Sequence[Provenance]:
    """Where the values came from, in the order of the metric table."""
    if metrics is UNSET or metrics is None:
        return stats.provenance
    return [origin for origin in stats.provenance if origin.metric in metrics]
