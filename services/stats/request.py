"""Refreshes that are asked for and not waited for: what the mutation does."""

from collections.abc import Sequence

from services.model.artist import Artist
from services.model.refresh import RefreshRequest, RequestedRefresh
from services.refreshes import QUEUE_FULL
from services.stats.refresh import NOBODY, StatsQueue


class RefreshRequests:
    """Begins or joins refreshes of this process."""

    def __init__(self, queue: StatsQueue | None) -> None:
        self._queue = queue

    def ask(self, ids: Sequence[int], artists: Sequence[Artist | None]) -> list[RequestedRefresh]:
        """What became of each request, in the order asked; `artists` are those of the ids, None where unknown."""
        return [self._one(artist_id, artist) for artist_id, artist in zip(ids, artists, strict=True)]

    def _one(self, artist_id: int, artist: Artist | None) -> RequestedRefresh:
        if artist is None:
            return RequestedRefresh(artist_id, RefreshRequest.REFUSED, f"No artist {artist_id}.")
        if self._queue is None:
            return RequestedRefresh(artist_id, RefreshRequest.REFUSED, NOBODY)
        is_under_way = artist_id in self._queue
        if self._queue.ask(artist_id, forced=True, waited=False) is None:
            return RequestedRefresh(artist_id, RefreshRequest.REFUSED, QUEUE_FULL)
        return RequestedRefresh(artist_id, RefreshRequest.JOINED if is_under_way else RefreshRequest.STARTED)
