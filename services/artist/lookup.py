"""Artists by id, many at once."""

from collections.abc import Sequence
from itertools import chain

from services.errors import BadInput, NotFound
from services.model.artist import MAX_ARTIST_ID, Artist
from services.store import Store

MAX_ARTISTS = 500


class ArtistLookup:
    """Reads artists; they are others' to write."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def many(self, ids: Sequence[int], *, fields: frozenset[str]) -> list[Artist | None]:
        """The artists in the order asked, duplicates in their places, None where unknown.

        One find, which asks for `fields` of an Artist. Raises BadInput over MAX_ARTISTS, StoreUnavailable.
        """
        (found,) = await self.several([ids], fields=fields)
        if isinstance(found, BadInput):
            raise found
        return found

    async def several(
        self, lists: Sequence[Sequence[int]], *, fields: frozenset[str]
    ) -> list[list[Artist | None] | BadInput]:
        """The same for several such lists at once, in one find; BadInput in place of an answer."""
        fits = [len(ids) <= MAX_ARTISTS for ids in lists]
        asked = chain.from_iterable(ids for ids, fit in zip(lists, fits, strict=True) if fit)
        wanted = {artist_id for artist_id in asked if 0 < artist_id <= MAX_ARTIST_ID}
        found = await self._store.artists.find_among(wanted, fields=fields) if wanted else {}
        return [
            [found.get(artist_id) for artist_id in ids] if fit else _too_many(ids)
            for ids, fit in zip(lists, fits, strict=True)
        ]

    async def count(self) -> int:
        """How many artists there are, as MongoDB's own books have it; raises StoreUnavailable within a second."""
        return await self._store.artists.count()

    async def one(self, artist_id: int, *, fields: frozenset[str]) -> Artist:
        """The artist; raises NotFound, StoreUnavailable."""
        (artist,) = await self.many([artist_id], fields=fields)
        if artist is None:
            raise NotFound(f"No artist {artist_id}.")
        return artist


def _too_many(ids: Sequence[int]) -> BadInput:
    return BadInput(f"{len(ids)} ids are asked for: at most {MAX_ARTISTS} are answered at once.")
