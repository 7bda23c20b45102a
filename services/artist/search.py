"""Artists by what somebody types, by their ids on platforms, and by their audience; from indexes alone.

Whole names come first, then names that begin with what was typed, then those that have its words; the greater audience
first within each. An artist is found as soon as its entry is in the index, which follows `artists_v2` by a moment.
"""

import asyncio
from collections.abc import Iterable

from services.artist.address import read_address
from services.artist.entries import id_term
from services.artist.lookup import MAX_ARTISTS, ArtistLookup
from services.artist.terms import LONGEST_PREFIX, Query, query_terms
from services.errors import BadInput
from services.metrics import Metric
from services.model.artist import Artist, PlatformId
from services.model.search import SearchHit
from services.platforms import Platform
from services.store import Store
from services.store.artist_search import LOOKED_AT

LONGEST_TEXT = 200
MOST_FOUND = 100
MOST_RANKED = MAX_ARTISTS


class ArtistSearch:
    """Finds artists; what it costs doesn't grow with their number."""

    def __init__(self, store: Store, artists: ArtistLookup) -> None:
        self._index = store.artist_search
        self._stats = store.stats
        self._artists = artists

    async def find(self, text: str, *, limit: int, fields: frozenset[str]) -> list[Artist]:
        """The artists that the text means, the best matches first, with `fields` filled.

        A name, words of one, or the address of an artist's page. Four commands for a name, two for an address. Raises
        BadInput for a text that is blank or too long and a limit that is out of bounds, StoreUnavailable.
        """
        _check_limit(limit, MOST_FOUND)
        if len(text) > LONGEST_TEXT:
            raise BadInput(f"The text has {len(text)} characters: at most {LONGEST_TEXT} are searched for.")
        if address := read_address(text):
            ids = await self._index.with_id(id_term(PlatformId(*address)), limit=limit)
        else:
            ids = await self._named(query_terms(text), limit)
        return await self._those(ids, fields)

    async def by_platform(self, platform: Platform, foreign_id: str, *, fields: frozenset[str]) -> Artist | None:
        """The artist with the id on the platform, the one with the greatest audience of several; None where unknown.

        Two commands. Raises StoreUnavailable.
        """
        ids = await self._index.with_id(id_term(PlatformId(platform, foreign_id)), limit=1)
        return next(iter(await self._those(ids, fields)), None)

    async def top(self, metric: Metric, *, limit: int, fields: frozenset[str]) -> list[Artist]:
        """The artists with the greatest values of the metric, the greatest first.

        Two commands. Raises BadInput for a limit that is out of bounds, StoreUnavailable.
        """
        _check_limit(limit, MOST_RANKED)
        return await self._those(await self._stats.top(metric.value, limit=limit), fields)

    async def _named(self, query: Query, limit: int) -> list[int]:
        if not query.key:
            raise BadInput(
                "The text is blank: a name, words of one, or the address of an artist's page is searched for."
            )
        # What is longer than a term is looked up by its beginning, so more than are asked for may be looked through.
        looked_at = LOOKED_AT if len(query.key) > LONGEST_PREFIX else limit
        whole, begun, worded = await asyncio.gather(
            self._index.having([query.whole], limit=limit),
            self._index.having([query.start], limit=looked_at),
            self._index.having(*query.words, limit=looked_at),
        )
        found = [
            *whole,
            *(hit for hit in begun if query.is_start(hit.keys)),
            *(hit for hit in worded if query.has_long_words(hit.keys)),
        ]
        return _ids(found)[:limit]

    async def _those(self, ids: list[int], fields: frozenset[str]) -> list[Artist]:
        """The artists of these ids, without those that have gone since they were indexed."""
        return [artist for artist in await self._artists.many(ids, fields=fields) if artist is not None]


def _check_limit(limit: int, most: int) -> None:
    if not 1 <= limit <= most:
        raise BadInput(f"limit is {limit}: it is a number from 1 to {most}.")


def _ids(hits: Iterable[SearchHit]) -> list[int]:
    """Each artist once, where it was found first."""
    return list(dict.fromkeys(hit.artist_id for hit in hits))
