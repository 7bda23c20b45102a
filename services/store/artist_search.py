"""`data_analyst.artist_search`: what artists are searched by, a document an artist.

It follows from `artists_v2`, which has no index of ours, and from the stored audiences: it can be dropped at any time
and is made again. A document of its own, `state`, says how far it is in step, and goes with the rest.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo import DeleteMany, ReplaceOne, UpdateOne

from services.model.charts import Key
from services.model.search import IndexState, SearchEntry, SearchHit
from services.store import decode
from services.store.driver import Document, Mongo

COLLECTION = "data_analyst.artist_search"

# Of the artists that have the first of several terms, so many are looked at for the others: what a query may cost.
LOOKED_AT = 1000

_STATE = {"_id": "state"}
_ORDER = {"weight": -1, "_id": 1}


class ArtistSearchStore:
    """Finds artists by terms and by ids, and keeps their entries; each method is one command."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def having(self, *choices: Sequence[str], limit: int) -> list[SearchHit]:
        """The artists that have one term of each choice, the weightiest first.

        With one choice so many keys of the index are read as there are answers, for each of its terms; with several,
        those of LOOKED_AT artists.
        """
        first, *others = choices
        pipeline: list[Document] = [
            {"$match": {"terms": {"$in": list(first)}}},
            {"$sort": _ORDER},
            {"$limit": max(LOOKED_AT, limit) if others else limit},
        ]
        if others:
            pipeline += [{"$match": {"$and": [{"terms": {"$in": list(choice)}} for choice in others]}}]
            pipeline += [{"$limit": limit}]
        found = await self._mongo.aggregate(COLLECTION, [*pipeline, {"$project": {"keys": 1}}])
        return [SearchHit(document["_id"], tuple(document["keys"])) for document in found]

    async def with_id(self, id_term: str, *, limit: int) -> list[int]:
        """The artists with the id, the weightiest first."""
        found = await self._mongo.find(COLLECTION, {"ids": id_term}, {"_id": 1}, sort=list(_ORDER.items()), limit=limit)
        return [document["_id"] for document in found]

    async def with_documents(self, documents: Collection[Any]) -> set[int]:
        """The artists whose documents these were when their entries were made."""
        query = {"document": {"$in": list(documents)}, "_id": {"$ne": _STATE["_id"]}}
        found = await self._mongo.find(COLLECTION, query, {"_id": 1})
        return {document["_id"] for document in found}

    async def known(self, keys: Collection[Key]) -> set[Key]:
        """Those of the keys that any artist has."""
        terms = {key.term: key for key in keys}
        found = await self._mongo.find(COLLECTION, {"knownBy": {"$in": list(terms)}}, {"_id": 0, "knownBy": 1})
        return {terms[term] for document in found for term in document["knownBy"] if term in terms}

    async def put(self, entries: Sequence[SearchEntry], *, gone: Collection[int]) -> None:
        """Store the entries in place of what was there, and remove those of the artists that are gone."""
        removed = [DeleteMany({"_id": {"$in": list(gone)}})] if gone else []
        await self._mongo.bulk_write(COLLECTION, [*removed, *map(_replacement, entries)])

    async def put_between(self, after: Any, reached: Any, entries: Sequence[SearchEntry]) -> None:
        """Store the entries of all artists above the one id, up to the other: who has none is gone."""
        there = [entry.artist_id for entry in entries]
        gone = DeleteMany({"_id": {"$gt": after, "$lte": reached, "$nin": there}})
        await self._mongo.bulk_write(COLLECTION, [gone, *map(_replacement, entries)])

    async def remove_after(self, reached: Any) -> None:
        """Remove the entries of artists above the id."""
        await self._mongo.bulk_write(COLLECTION, [DeleteMany({"_id": {"$gt": reached}})])

    async def state(self) -> IndexState:
        """How far the index is in step."""
        found = await self._mongo.find(COLLECTION, _STATE, {"_id": 0})
        document = found[0] if found else {}
        return IndexState(
            shape=decode.whole(document.get("shape")) or 0,
            passed_at=decode.instant(document.get("passedAt")),
            position=decode.mapping(document.get("position")) or None,
        )

    async def keep_state(self, state: IndexState) -> None:
        """Keep how far the index is in step."""
        fields = {"shape": state.shape, "passedAt": state.passed_at, "position": state.position}
        await self._mongo.bulk_write(COLLECTION, [ReplaceOne(_STATE, fields, upsert=True)])

    async def keep_position(self, position: Mapping[str, Any] | None) -> None:
        """Keep what is to be resumed after; where the state is gone, it stays so."""
        await self._mongo.bulk_write(COLLECTION, [UpdateOne(_STATE, {"$set": {"position": position}})])


def _replacement(entry: SearchEntry) -> ReplaceOne[Document]:
    return ReplaceOne(
        {"_id": entry.artist_id},
        {
            "terms": list(entry.terms),
            "keys": list(entry.keys),
            "ids": list(entry.ids),
            "weight": entry.weight,
            "document": entry.document,
            "knownBy": list(entry.known_by),
        },
        upsert=True,
    )
