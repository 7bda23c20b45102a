"""The full scan: all chart collections, row by row. The index's reference, which answers until there is an index.

It costs as much as is stored, so one is carried out at a time, and none that takes too long.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence

from services.chart_collections import ChartCollection
from services.charts.entries import chart_documents
from services.errors import StoreUnavailable
from services.model.charts import Claim, Key
from services.model.presence import ChartEntry, ChartPage, EntryGroup, Place
from services.store import Store

# As long as any request waits for anything.
LONGEST_S = 20.0
TOO_LONG = "The charts' index is being built, and without it this takes too long; try again in some minutes."

Found = dict[tuple[str, tuple[Claim, ...]], list[ChartEntry]]


class ChartScan:
    """Goes over the charts."""

    def __init__(self, store: Store, *, longest_s: float = LONGEST_S) -> None:
        self._documents = store.chart_documents
        self._longest_s = longest_s
        self._turn = asyncio.Lock()

    async def groups(self, keys: Collection[Key], *, collections: Collection[ChartCollection]) -> list[EntryGroup]:
        """The rows of the collections that have one of the keys, those together that have the same claims, with places.

        Raises StoreUnavailable, also where it would take too long.
        """
        wanted = frozenset(keys)
        found: Found = defaultdict(list)
        try:
            async with asyncio.timeout(self._longest_s), self._turn:
                for collection in collections:
                    await self._go_over(collection, wanted, found)
        except TimeoutError:
            raise StoreUnavailable(TOO_LONG) from None
        return [_group(collection, claims, entries) for (collection, claims), entries in found.items()]

    async def _go_over(self, collection: ChartCollection, wanted: frozenset[Key], found: Found) -> None:
        page: ChartPage | None = None
        while page is None or not page.is_last:
            page = await self._documents.page_after(collection, page)
            for document in await chart_documents(collection, page.documents):
                for entry in document.entries:
                    if any(not wanted.isdisjoint(claim) for claim in entry.claims):
                        found[collection.name, entry.claims].append(entry)


def in_order(place: Place) -> tuple[object, ...]:
    """What places are sorted by: the newest first, of a day the highest, those without either last."""
    day = int(place.date.replace("-", "")) if place.date else 0
    return (-day, place.rank is None, place.rank or 0, place.scope or "", place.title or "")


def _group(collection: str, claims: tuple[Claim, ...], entries: Sequence[ChartEntry]) -> EntryGroup:
    return EntryGroup(
        collection=collection,
        claims=claims,
        count=len(entries),
        rank=entries[0].place.rank,
        scraped_at=max((entry.scraped_at for entry in entries if entry.scraped_at), default=None),
        places=tuple(sorted((entry.place for entry in entries), key=in_order)),
    )
