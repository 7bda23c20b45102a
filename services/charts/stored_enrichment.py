"""Enrichment of what is stored: the rows that carry no `artist_id` yet, whoever wrote them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.chart_collections import ROWS, ChartCollection
from services.charts.enrichment import Roster
from services.charts.matching import claims
from services.model.charts import IdsFound, MatchedBy
from services.model.presence import ChartPage
from services.store import Store


@dataclass(slots=True)
class Enriched:
    """What became of a collection's rows.

    `given` are those that have been given an id, or several, `carried` those that had one. `ambiguous` has the names
    that several artists have, with their ids, and `ambiguous_rows` how many rows bear each. `missed` are documents that
    somebody wrote in between.
    """

    collection: str
    rows: int = 0
    carried: int = 0
    given: int = 0
    missed: int = 0
    ambiguous: dict[str, tuple[int, ...]] = field(default_factory=dict)
    ambiguous_rows: Counter[str] = field(default_factory=Counter)


class StoredEnrichment:
    """Goes over the collections."""

    def __init__(self, store: Store, roster: Roster) -> None:
        self._documents = store.chart_documents
        self._ids = store.chart_ids
        self._roster = roster

    async def size(self, collection: ChartCollection) -> int:
        """About how many documents there are to go over. Raises StoreUnavailable."""
        return await self._ids.count(collection)

    async def enrich(self, collection: ChartCollection, *, on_documents: Callable[[int], None]) -> Enriched:
        """Give the rows of the collection the ids that are sure; done twice, it changes nothing.

        `on_documents` is told how many documents were gone over since. Two commands a page; raises StoreUnavailable.
        """
        enriched = Enriched(collection.name)
        page: ChartPage | None = None
        while page is None or not page.is_last:
            page = await self._documents.page_after(collection, page, are_whole=True)
            found = [ids for document in page.documents if (ids := self._found(document, collection, enriched)).ids]
            enriched.missed += len(found) - await self._ids.put(collection, found)
            on_documents(len(page.documents))
        return enriched

    def _found(self, document: Mapping[str, Any], collection: ChartCollection, enriched: Enriched) -> IdsFound:
        ids: dict[str, int] = {}
        read: dict[str, object] = {}
        for path, row in _rows(document, collection):
            enriched.rows += 1
            found = self._roster.ids(row, collection)
            for name, owners in found.ambiguous.items():
                enriched.ambiguous[name] = owners
                enriched.ambiguous_rows[name] += 1
            if found.found:
                enriched.given += 1
                ids |= {f"{path}{place}": artist_id for place, artist_id in found.found.items()}
                read |= _read(path, row, collection)
            elif _carries_an_id(row, collection):
                enriched.carried += 1
        return IdsFound(document["_id"], ids, read)


def _rows(document: Mapping[str, Any], collection: ChartCollection) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The rows of the document, each with the path that leads to it."""
    if not collection.is_nested:
        yield "", document
        return
    rows = document.get(ROWS)
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, Mapping):
            yield f"{ROWS}.{number}.", row


def _read(path: str, row: Mapping[str, object], collection: ChartCollection) -> dict[str, object]:
    """What was read, by path; a row of a list as a whole: null at a path within one is found in its neighbours too."""
    if path:
        return {path.rstrip("."): row}
    return {field: row.get(field) for field in (key.path.partition(".")[0] for key in collection.keys)}


def _carries_an_id(row: object, collection: ChartCollection) -> bool:
    return any(claim[0].matched_by is MatchedBy.ARTIST_ID for claim in claims(row, collection))
