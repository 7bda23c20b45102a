"""An artist's stats and their health. Both read the same documents: asked together, they are one find."""

from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Annotated

from strawberry import UNSET, argument

from execution.batching import follows, foresees
from execution.sharing import Apart, shared
from resolvers.arguments import MaxWaitMs, Refresh, StoredOnly, mode
from resolvers.context import Context
from resolvers.selection import REFRESH_FIELDS, of_health, of_stats
from services.metrics import Metric
from services.model.artist import Artist
from services.model.stats import Growth, Provenance, Stats, StatsHealth, StoredStats


def stored_stats(
    context: Context, artist_ids: Sequence[int], *, fields: frozenset[str]
) -> Awaitable[Mapping[int, StoredStats]]:
    """The documents that stats and health are read from, by artist, maybe with others; they are being found."""
    return context.services.stats.being_found(artist_ids, fields=fields)


@shared()
@foresees(stored_stats, of_stats)
async def stats(
    context: Context,
    artists: Sequence[Artist],
    *,
    fields: frozenset[str],
    refresh: Refresh = False,
    max_wait_ms: MaxWaitMs = UNSET,
    stored_only: StoredOnly = False,
) -> Sequence[Stats | Apart | None]:
    """The stats of each artist; None where nothing is stored."""
    read = mode(context, refresh=refresh, max_wait_ms=max_wait_ms, stored_only=stored_only)
    reader = context.services.stats
    with context.stats_reads.begun() as reading:
        stored = await context.loads.load_many(stored_stats, _ids(artists), fields=of_stats(fields))
        due = await reader.due(artists, stored, read)
        if due and read.max_wait_ms != 0 and not context.loads.may_wait():
            return _with_apart(artists, frozenset(due), reader.answers(stored))
        refreshed = await reader.refreshed(artists, stored, read, due)
        if refreshed is not stored:
            rows = zip(artists, refreshed, stored, strict=True)
            reading.tell({artist.id: found for artist, found, before in rows if found is not before})
    return reader.answers(refreshed)


@shared()
@follows(stats)
@foresees(stored_stats, of_health)
async def stats_health(context: Context, artists: Sequence[Artist], *, fields: frozenset[str]) -> list[StatsHealth]:
    """How the stored stats of each artist stand."""
    stored = await context.loads.load_many(stored_stats, _ids(artists), fields=of_health(fields))
    # What the same request refreshes is told as it stands afterwards: the error, say, with which stats are null.
    changed = await context.stats_reads.ended()
    if changed:
        stored = [changed.get(artist.id, found) for artist, found in zip(artists, stored, strict=True)]
    return await context.services.stats.health(artists, stored, with_refresh=bool(fields & REFRESH_FIELDS))


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


async def growth(
    context: Context,
    stats: Sequence[Stats],
    *,
    fields: frozenset[str],
    days: Annotated[int, argument(description="How many days to look back, 1 to 3650.")] = 28,
    metrics: Annotated[
        list[Metric] | None, argument(description="The metrics to compare; by default all that can be.")
    ] = UNSET,
) -> list[tuple[Growth, ...]]:
    """How the metrics of each artist changed."""
    wanted = None if metrics is UNSET else metrics
    return await context.services.growth.many([one.artist_id for one in stats], days=days, metrics=wanted)


def _with_apart(
    artists: Sequence[Artist], due: Collection[int], answers: Sequence[Stats | None]
) -> list[Stats | Apart | None]:
    """The answers, with `Apart` in place of those that are to be refreshed."""
    return [Apart() if artist.id in due else one for artist, one in zip(artists, answers, strict=True)]


def _ids(artists: Sequence[Artist]) -> list[int]:
    return [artist.id for artist in artists]
