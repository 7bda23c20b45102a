"""The door to an artist's stats: everything that reads them, on whatever surface, goes through here.

Nothing is refreshed yet: what is stored is answered, and says how old it is.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from services.errors import UpstreamFailed
from services.freshness import STATS, Freshness, ReadMode, judge
from services.metrics import METRIC_NAMES, METRICS, Metric
from services.model.artist import Artist
from services.model.stats import Origin, Provenance, Stats, StatsHealth, StoredStats
from services.store import Store

NO_PROVIDER = "No provider is configured."
UNKNOWN_SOURCE = "unknown"

# What an answer needs of what is stored, beside the metrics, which are stored under their own names.
HEALTH_NEEDS = frozenset({"updated_at", "last_refresh_source", "last_refresh_error"})
ALL_NEEDS = METRIC_NAMES | {"updated_at", "last_refresh_source", "origins"}


class StatsReader:
    """Reads stats of many artists at once."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def stored(self, artists: Sequence[Artist], *, fields: frozenset[str]) -> list[StoredStats | None]:
        """What is stored, in the order asked, with `fields` of it filled. One find; raises StoreUnavailable."""
        found = await self._store.stats.find_many([artist.id for artist in artists], fields=fields)
        return [found.get(artist.id) for artist in artists]

    def answers(self, stored: Sequence[StoredStats | None], mode: ReadMode) -> list[Stats | None]:
        """The stored numbers as answered in `mode`; None where nothing is stored."""
        now = self._clock()
        return [self._answer(found, now) for found in stored]

    def health(self, artists: Sequence[Artist], stored: Sequence[StoredStats | None]) -> list[StatsHealth]:
        """How each artist's stored numbers stand."""
        now = self._clock()
        return [_health(artist.id, found, now) for artist, found in zip(artists, stored, strict=True)]

    async def one(self, artist: Artist, mode: ReadMode) -> Stats | None:
        """All the artist's stats. None only where `mode` asks nobody; raises UpstreamFailed, StoreUnavailable."""
        (stats,) = self.answers(await self.stored([artist], fields=ALL_NEEDS), mode)
        if stats is None and not mode.stored_only:
            raise UpstreamFailed(f"Nothing is stored for artist {artist.id}. {NO_PROVIDER}")
        return stats

    async def one_health(self, artist: Artist) -> StatsHealth:
        """How the artist's stored numbers stand; raises StoreUnavailable."""
        (health,) = self.health([artist], await self.stored([artist], fields=HEALTH_NEEDS))
        return health

    def _answer(self, stored: StoredStats | None, now: datetime) -> Stats | None:
        if stored is None or stored.updated_at is None:
            return None
        return Stats(
            artist_id=stored.artist_id,
            values=stored.values,
            updated_at=stored.updated_at,
            fresh=judge(STATS, stored.updated_at, now=now) is Freshness.FRESH,
            last_refresh_source=stored.last_refresh_source,
            provenance=_provenance(stored, now) if stored.origins is not None else (),
        )


def _provenance(stored: StoredStats, now: datetime) -> tuple[Provenance, ...]:
    """Where each value came from, in the order of the metric table; the source is unknown where none is stored."""
    origins = stored.origins or {}
    found = []
    for row in METRICS:
        if stored.values.get(row.name) is not None:
            origin = origins.get(row.name, Origin(UNKNOWN_SOURCE, None))
            fresh = judge(STATS, origin.at, now=now) is Freshness.FRESH
            found.append(Provenance(Metric(row.name), origin.source, origin.at, fresh))
    return tuple(found)


def _health(artist_id: int, stored: StoredStats | None, now: datetime) -> StatsHealth:
    stored = stored or StoredStats(artist_id, values={})
    freshness = judge(STATS, stored.updated_at, now=now)
    exists = freshness is not Freshness.MISSING
    return StatsHealth(
        artist_id=artist_id,
        exists=exists,
        fresh=freshness is Freshness.FRESH,
        updated_at=stored.updated_at,
        last_refresh_source=stored.last_refresh_source,
        last_refresh_error=stored.last_refresh_error or (None if exists else NO_PROVIDER),
    )
