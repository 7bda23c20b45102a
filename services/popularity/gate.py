"""The gate before a read of popularity: what is due is fetched first, as far as the reader wants to wait."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from services.freshness import ReadMode
from services.model.artist import Artist
from services.model.backfill import Backfilled, BackfillState, SeriesKey
from services.model.popularity import PopularityPlatform
from services.model.refresh import RefreshOutcome
from services.popularity.backfill import BackfillQueue
from services.popularity.due import is_due, subject_of
from services.refreshes import QUEUE_FULL
from services.store import StatesBeside

NO_PROVIDER = "No provider is configured."

_NOTHING_KEPT = BackfillState()


class PopularityGate:
    """Has series fetched where that is due. Without a queue, where Soundcharts can't be asked, none ever is."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        queue: BackfillQueue | None,
        refresh_on_read: bool = True,
    ) -> None:
        self._clock = clock
        self._queue = queue
        self._refresh_on_read = refresh_on_read

    @property
    def has_provider(self) -> bool:
        """Whether anything can be fetched at all."""
        return self._queue is not None

    def asks(self, mode: ReadMode) -> bool:
        """Whether a read of this mode has fetched what is due."""
        return not mode.stored_only and (mode.refresh or self._refresh_on_read)

    def look(self, artist_ids: Collection[int], platform: PopularityPlatform) -> StatesBeside:
        """How the artists' fetches stand, to be had beside their series."""
        return StatesBeside({subject_of(artist_id, platform): artist_id for artist_id in artist_ids})

    async def filled(
        self,
        artists: Sequence[Artist],
        platform: PopularityPlatform,
        mode: ReadMode,
        *,
        last_days: Mapping[int, str],
        states: Mapping[int, BackfillState],
    ) -> dict[int, Backfilled | None]:
        """What came of each fetch that was due, by artist, once it has ended or the wait is over: then it is None.

        `last_days` are the newest stored, `states` what a `look` found.
        """
        now = self._clock()
        due = {
            SeriesKey(artist.id, platform, artist.soundcharts_uuid or ""): artist.id
            for artist in artists
            if mode.refresh or is_due(last_days.get(artist.id), states.get(artist.id, _NOTHING_KEPT), now)
        }
        if self._queue is None or not due:
            return {}
        results = await self._queue.results(due, mode)
        refused = Backfilled(RefreshOutcome.ABANDONED, error=QUEUE_FULL)
        return {artist_id: results.get(key, refused) for key, artist_id in due.items()}

    def resting(self, states: Mapping[int, BackfillState]) -> dict[int, Backfilled | None]:
        """Those that readers leave alone, with the error that they had."""
        now = self._clock()
        return {
            artist_id: Backfilled(RefreshOutcome.ELSEWHERE, error=state.error)
            for artist_id, state in states.items()
            if state.rests(now)
        }
