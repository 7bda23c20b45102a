"""All artists, read once for the rows of a whole chart or of many: not a query a row."""

from typing import Any

from services.charts.enrichment import ARTIST_FIELDS, Roster
from services.store import Store

PAGE = 1000


async def read_roster(store: Store) -> Roster:
    """Every artist there is. Two finds for each thousand of them; raises StoreUnavailable."""
    roster = Roster()
    after: Any = 0
    while True:
        page = await store.artist_changes.page_after(after, limit=PAGE)
        for artist in (await store.artists.find_many(page.documents.keys(), fields=ARTIST_FIELDS)).values():
            roster.add(artist)
        if page.is_last:
            return roster
        after = page.reached
