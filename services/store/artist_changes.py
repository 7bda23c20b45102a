"""`kisum_data.artists_v2` for an index that is kept in step with it: all of it in pages, and its changes.

By `id`, which others index there; a document whose id is no int32 is no artist.
"""

from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import aclosing
from typing import Any

from services.model.artist import MAX_ARTIST_ID
from services.model.search import ArtistChange, ArtistPage
from services.store import decode
from services.store.artist import COLLECTION
from services.store.driver import Document, Mongo
from services.store.faults import ChangesUnavailable

_KEYS = {"_id": 1, "id": 1}
_WRITTEN = frozenset({"insert", "update", "replace", "delete"})
_TOLD = {"operationType": 1, "documentKey": 1, "fullDocument.id": 1}


class ArtistChanges:
    """The artists there are, and what happens to them."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def page_after(self, after: Any, *, limit: int) -> ArtistPage:
        """The next artists above the id, in the order of their ids. One find."""
        # An array among the ids would be found by each of its elements, and end no page.
        query = {"id": {"$gt": after, "$not": {"$type": "array"}}}
        found = await self._mongo.find(COLLECTION, query, _KEYS, sort=[("id", 1)], limit=limit)
        reached = found[-1]["id"] if found else after
        return ArtistPage(_by_id(found), reached, is_last=len(found) < limit)

    async def documents(self, artist_ids: Collection[int]) -> Mapping[int, Any]:
        """The keys of the artists' documents, of those that exist. One find."""
        return _by_id(await self._mongo.find(COLLECTION, {"id": {"$in": list(artist_ids)}}, _KEYS))

    async def position(self) -> Mapping[str, Any] | None:
        """What `follow` is to resume after, to tell of what happens from now on; None where MongoDB tells nothing."""
        try:
            return await self._mongo.change_position(COLLECTION)
        except ChangesUnavailable:
            return None

    async def follow(
        self, position: Mapping[str, Any] | None, *, idle_ms: int = 200
    ) -> AsyncGenerator[ArtistChange | None]:
        """The changes after the position as they come, None after each `idle_ms` without any.

        Raises ChangesUnavailable, StoreUnavailable.
        """
        changes = self._mongo.changes(COLLECTION, [{"$project": _TOLD}], resume_after=position, idle_ms=idle_ms)
        async with aclosing(changes):
            async for change in changes:
                yield _change(change) if change else None


def _by_id(found: Collection[Document]) -> dict[int, Any]:
    ids = ((decode.whole(document["id"]), document["_id"]) for document in found)
    return {artist_id: key for artist_id, key in ids if artist_id is not None and 0 < artist_id <= MAX_ARTIST_ID}


def _change(change: Document) -> ArtistChange:
    return ArtistChange(
        document=decode.mapping(change.get("documentKey")).get("_id"),
        artist_id=decode.whole(decode.mapping(change.get("fullDocument")).get("id")),
        position=change["_id"],
        is_all=change["operationType"] not in _WRITTEN,
    )
