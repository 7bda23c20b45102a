"""All artists, read once for the rows of a whole chart or of many: not a query a row."""

import asyncio
from collections.abc import Iterable
from typing import Any

from services.charts.enrichment import ARTIST_FIELDS, Roster
from services.model.artist import Artist
from services.store import Store

# So few that a request beside it hardly waits.
PAGE = 250


async def read_roster(store: Store) -> Roster:
    """Every artist there is. Two finds for each PAGE of them; raises StoreUnavailable."""
    roster = Roster()
    after: Any = 0
    while True:
        page = await store.artist_changes.page_after(after, limit=PAGE)
        found = await store.artists.find_many(page.documents.keys(), fields=ARTIST_FIELDS)
        # Beside the event loop: the spellings of so many names take longer than a request should wait.
        await asyncio.to_thread(_add_all, roster, found.values())
        if page.is_last:
            return roster
        after = page.reached


def _add_all(roster: Roster, artists: Iterable[Artist]) -> None:
    for artist in artists:
        roster.add(artist)
