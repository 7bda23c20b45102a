"""Keeps what artists are searched by in step with the artists: by one process at a time, over all machines.

All artists are gone over where the index isn't there yet, was made in another shape, or six hours have passed, since
audiences change too and not every MongoDB tells of changes. In between, changes are followed as they come.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from datetime import datetime, timedelta
from typing import Any

import structlog

from services.artist.entries import ARTIST_FIELDS, AUDIENCES, SHAPE, search_entry
from services.keeping import LEASE, PAUSE_S, Held, Keeping
from services.leases import Leases
from services.model.artist import Artist
from services.model.search import ArtistChange, IndexState, SearchEntry
from services.store import ChangesUnavailable, Store

SUBJECT = "artist_search"
PASS_EVERY = timedelta(hours=6)
# So few that a request beside it waits for ten milliseconds, not more.
BATCH = 100
# How long a change may wait for others.
GATHER_S = 1.0
PROGRESS_S = 10.0

log = structlog.get_logger(__name__)


class SearchIndexKeeper:
    """Fills and follows; what it does is seen through `ArtistSearch`."""

    def __init__(
        self,
        store: Store,
        leases: Leases,
        *,
        clock: Callable[[], datetime],
        known_by: Callable[[Artist], Collection[str]] = lambda artist: (),
        lease: timedelta = LEASE,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._store = store
        self._index = store.artist_search
        self._changes = store.artist_changes
        self._clock = clock
        self._known_by = known_by
        self._keeping = Keeping(store, leases, SUBJECT, lease=lease, pause_s=pause_s)

    def kept(self) -> AbstractAsyncContextManager[None]:
        """Keeps the index beside what the context does, whatever happens to MongoDB meanwhile."""
        return self._keeping.kept(self._keep_under)

    async def fill(self) -> bool:
        """Make every artist's entry anew; False where somebody else keeps the index. Raises StoreUnavailable."""
        if held := await self._keeping.take():
            try:
                return await self.pass_over(held)
            finally:
                await held.give_back()
        return False

    async def pass_over(self, held: Held) -> bool:
        """Make every artist's entry anew; False where the lease was lost in between. Raises StoreUnavailable."""
        began = told_at = time.monotonic()
        # Taken first: what changes meanwhile is followed afterwards.
        position = await self._changes.position()
        after: Any = 0
        count = 0
        while True:
            page = await self._changes.page_after(after, limit=BATCH)
            await self._index.put_between(after, page.reached, await self._entries(page.documents))
            after, count = page.reached, count + len(page.documents)
            if page.is_last:
                break
            if held.is_time_to_ask() and not await held.goes_on():
                return False
            if time.monotonic() - told_at > PROGRESS_S:
                told_at = time.monotonic()
                log.info("search_index_filling", artists=count, seconds=round(told_at - began))
        await self._index.remove_after(after)
        await self._index.keep_state(IndexState(SHAPE, self._clock(), position))
        log.info("search_index_filled", artists=count, seconds=round(time.monotonic() - began, 1))
        return True

    async def _keep_under(self, held: Held) -> None:
        """Until the lease is lost."""
        while await held.goes_on():
            state = await self._index.state()
            if self._is_due(state):
                await self.pass_over(held)
            else:
                await self._follow(held, state)

    def _is_due(self, state: IndexState) -> bool:
        if state.shape != SHAPE or state.passed_at is None:
            return True
        return self._clock() - state.passed_at >= PASS_EVERY

    async def _follow(self, held: Held, state: IndexState) -> None:
        """Take the changes over as they come, until all is due, the lease is lost, or they end."""
        try:
            await self._take_over(held, state.position)
        except ChangesUnavailable as unavailable:
            log.info("search_index_not_followed", cause=str(unavailable))
            if state.position:
                await self._index.keep_position(await self._changes.position())
                return
            while True:
                await asyncio.sleep(self._keeping.pause_s)
                if not await self._goes_on(held):
                    return

    async def _take_over(self, held: Held, position: Mapping[str, Any] | None) -> None:
        """Gathers changes for a moment: somebody may write all artists, one after the other."""
        waiting: list[ArtistChange] = []
        since = 0.0
        async with aclosing(self._changes.follow(position)) as changes:
            async for change in changes:
                if change is not None and change.is_all:
                    await self._index.keep_state(IndexState())
                    return
                if change is not None:
                    since = since if waiting else time.monotonic()
                    waiting.append(change)
                if waiting and (change is None or len(waiting) >= BATCH or time.monotonic() - since > GATHER_S):
                    await self._apply(waiting)
                    waiting.clear()
                if held.is_time_to_ask() and not await self._goes_on(held):
                    return

    async def _apply(self, changes: Sequence[ArtistChange]) -> None:
        """Make the entries of the changed artists anew."""
        changed = await self._index.with_documents([change.document for change in changes])
        changed |= {change.artist_id for change in changes if change.artist_id is not None}
        documents = await self._changes.documents(changed)
        await self._index.put(await self._entries(documents), gone=changed - documents.keys())
        await self._index.keep_position(changes[-1].position)

    async def _entries(self, documents: Mapping[int, Any]) -> list[SearchEntry]:
        artists = await self._store.artists.find_many(documents.keys(), fields=ARTIST_FIELDS)
        stats = await self._store.stats.find_many(artists.keys(), fields=AUDIENCES)
        return [
            search_entry(
                artist,
                stats[artist_id].values if artist_id in stats else {},
                document=documents[artist_id],
                known_by=self._known_by(artist),
            )
            for artist_id, artist in artists.items()
        ]

    async def _goes_on(self, held: Held) -> bool:
        """Whether the lease is still held and what is indexed needs no going over: somebody may have dropped it."""
        return await held.goes_on() and not self._is_due(await self._index.state())
