"""The door to an artist's stats: everything that reads them, on whatever surface, goes through here.

What is stored and fresh is answered; what isn't is refreshed first, as far as the reader wants to wait.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import repeat
from typing import Any

from services.errors import UpstreamFailed
from services.freshness import STATS, Freshness, ReadMode, judge, stale_until
from services.metrics import METRIC_NAMES, METRICS, Metric
from services.model.artist import Artist
from services.model.columns import rows
from services.model.refresh import RefreshState
from services.model.stats import Origin, Provenance, Stats, StatsHealth, StoredStats
from services.stats.refresh import NOBODY, StatsQueue, subject_of
from services.store import Store

UNKNOWN_SOURCE = "unknown"

# What an answer needs of what is stored, beside the metrics, which are stored under their own names.
HEALTH_NEEDS = frozenset({"updated_at", "last_refresh_source", "last_refresh_error"})
VALUES_NEED = METRIC_NAMES | HEALTH_NEEDS
ALL_NEEDS = VALUES_NEED | {"origins"}


class StatsReader:
    """Reads stats of many artists at once. Without a queue, where no provider is configured, nothing is refreshed."""

    def __init__(
        self, store: Store, *, clock: Callable[[], datetime], queue: StatsQueue | None, refresh_on_read: bool = True
    ) -> None:
        self._store = store
        self._clock = clock
        self._queue = queue
        self._refresh_on_read = refresh_on_read

    async def stored(self, artists: Sequence[Artist], *, fields: frozenset[str]) -> list[StoredStats | None]:
        """What is stored, in the order asked, with `fields` of it filled. One find; raises StoreUnavailable."""
        found = await self._store.stats.find_many([artist.id for artist in artists], fields=fields)
        return [found.get(artist.id) for artist in artists]

    def being_found(
        self, artist_ids: Sequence[int], *, fields: frozenset[str]
    ) -> "asyncio.Future[dict[int, StoredStats]]":
        """The same of artists that may not have been looked up yet, by their ids; maybe with others'."""
        return self._store.stats.begin_among(artist_ids, fields=fields)

    async def due(self, artists: Sequence[Artist], stored: Sequence[StoredStats | None], mode: ReadMode) -> list[int]:
        """The artists that the mode wants refreshed and that can be, each once; one find where anything is stale."""
        if self._queue is None or mode.stored_only or not (mode.refresh or self._refresh_on_read):
            return []
        if mode.refresh:
            return list(dict.fromkeys([artist.id for artist in artists]))
        old = stale_until(STATS, now=self._clock())
        pairs = zip(artists, stored, strict=True)
        due = dict.fromkeys([a.id for a, s in pairs if s is None or s.updated_at is None or s.updated_at <= old])
        return await self._rested(list(due)) if due else []

    async def refreshed(
        self, artists: Sequence[Artist], stored: Sequence[StoredStats | None], mode: ReadMode, due: Sequence[int]
    ) -> Sequence[StoredStats | None]:
        """The same once what is `due` is refreshed, or the mode's wait is over; then the refreshes go on by themselves.

        One find where nothing is stored and a refresh broke off. Raises StoreUnavailable.
        """
        if not due or self._queue is None:
            return stored
        results = await self._queue.results(due, mode)
        # One that met a database away leaves what was read before.
        ended = {i: result.stored for i, result in results.items() if result and result.stored is not None}
        known = [ended.get(a.id, found) for a, found in zip(artists, stored, strict=True)]
        if not any(i in results and i not in self._queue for i in _without(artists, known)):
            return known
        # Null would say that nothing is stored, and not that the database is away.
        again = await self.stored(artists, fields=ALL_NEEDS)
        return [found or stored_now for found, stored_now in zip(known, again, strict=True)]

    def answers(self, stored: Sequence[StoredStats | None]) -> list[Stats | None]:
        """The stored numbers as they are answered; None where nothing is stored."""
        now = self._clock()
        old = stale_until(STATS, now=now)
        return _plain_answers(stored, old) or [_answer(found, old, now) for found in stored]

    async def health(
        self, artists: Sequence[Artist], stored: Sequence[StoredStats | None], *, with_refresh: bool
    ) -> list[StatsHealth]:
        """How each artist's stored numbers stand, and with one find more how their refreshes do."""
        now = self._clock()
        old = stale_until(STATS, now=now)
        pairs = zip(artists, stored, strict=True)
        healths = _plain_healths(stored, old) or [self._health(artist.id, found, old) for artist, found in pairs]
        if not with_refresh:
            return healths
        states = await self._states([artist.id for artist in artists])
        return [self._with_refresh(health, states.get(health.artist_id), now) for health in healths]

    async def one(self, artist: Artist, mode: ReadMode, *, fields: frozenset[str] = ALL_NEEDS) -> Stats | None:
        """The artist's stats; None where nothing is stored and nobody was asked, or not answered in time.

        `fields` is ALL_NEEDS, or VALUES_NEED where no provenance is wanted.

        Raises UpstreamFailed where nothing is stored because every provider failed, StoreUnavailable.
        """
        found = await self.stored([artist], fields=fields)
        stored = await self.refreshed([artist], found, mode, await self.due([artist], found, mode))
        (stats,) = self.answers(stored)
        if stats is None and not mode.stored_only:
            (health,) = await self.health([artist], stored, with_refresh=False)
            if health.last_refresh_error:
                raise UpstreamFailed(f"Nothing is stored for artist {artist.id}. {health.last_refresh_error}")
        return stats

    async def one_health(self, artist: Artist) -> StatsHealth:
        """How the artist's stored numbers stand; raises StoreUnavailable."""
        stored = await self.stored([artist], fields=HEALTH_NEEDS)
        (health,) = await self.health([artist], stored, with_refresh=False)
        return health

    @property
    def refreshes_on_read(self) -> bool:
        """Whether a read that finds stale stats refreshes them."""
        return self._refresh_on_read

    async def refresh_state(self, artist: Artist) -> RefreshState | None:
        """How the artist's refreshes stand over all processes; None where there never was one. One find."""
        return (await self._states([artist.id])).get(artist.id)

    async def _rested(self, artist_ids: Sequence[int]) -> list[int]:
        """Those that no failure of late has readers leave alone."""
        states, now = await self._states(artist_ids), self._clock()
        return [i for i in artist_ids if i not in states or not states[i].rests(now)]

    async def _states(self, artist_ids: Sequence[int]) -> dict[int, RefreshState]:
        subjects = {subject_of(artist_id): artist_id for artist_id in artist_ids}
        found = await self._store.leases.states(subjects)
        return {subjects[subject]: state for subject, state in found.items()}

    def _health(self, artist_id: int, stored: StoredStats | None, old: datetime) -> StatsHealth:
        if stored is None or stored.updated_at is None:
            error = stored.last_refresh_error if stored else None
            source = stored.last_refresh_source if stored else None
            nobody = NOBODY if self._queue is None else None
            return StatsHealth(artist_id, False, False, None, source, error or nobody)
        at = stored.updated_at
        return StatsHealth(artist_id, True, at > old, at, stored.last_refresh_source, stored.last_refresh_error)

    def _with_refresh(self, health: StatsHealth, state: RefreshState | None, now: datetime) -> StatsHealth:
        queued = self._queue is not None and health.artist_id in self._queue
        return health._replace(
            refreshing=queued or bool(state and state.is_running(now)),
            retry_at=state.retry_at if state and state.rests(now) else None,
        )


def _without(artists: Sequence[Artist], found: Sequence[object]) -> list[int]:
    return [artist.id for artist, one in zip(artists, found, strict=True) if one is None]


def _plain_answers(stored: Sequence[StoredStats | None], old: datetime) -> list[Stats | None] | None:
    """The answers where all are there and no provenance is asked for, made at once; None otherwise."""
    if (columns := _columns(stored)) is None:
        return None
    ids, values, ats, sources, _, origins, _ = columns
    if origins.count(None) < len(origins):
        return None
    return list(rows(Stats, ids, values, ats, [at > old for at in ats], sources, _NO_PROVENANCE))


def _plain_healths(stored: Sequence[StoredStats | None], old: datetime) -> list[StatsHealth] | None:
    """How the numbers stand where all are there, made at once; None otherwise."""
    if (columns := _columns(stored)) is None:
        return None
    ids, _, ats, sources, errors, _, _ = columns
    return list(rows(StatsHealth, ids, _EXIST, [at > old for at in ats], ats, sources, errors, _NOT_SO, _NEVER))


def _columns(stored: Sequence[StoredStats | None]) -> list[tuple[Any, ...]] | None:
    """What is stored, a column for each field, where all is there and has its time; None otherwise."""
    if None in stored or not stored:
        return None
    columns = list(zip(*stored, strict=True))
    return None if None in columns[StoredStats._fields.index("updated_at")] else columns


_EXIST, _NOT_SO, _NEVER = repeat(True), repeat(False), repeat(None)
_NO_PROVENANCE: Iterator[tuple[()]] = repeat(())


def _answer(found: StoredStats | None, old: datetime, now: datetime) -> Stats | None:
    if found is None or found.updated_at is None:
        return None
    provenance = () if found.origins is None else _provenance(found, now)
    at = found.updated_at
    return Stats(found.artist_id, found.values, at, at > old, found.last_refresh_source, provenance)


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
