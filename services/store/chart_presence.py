"""`charts.artist_chart_presence`: a document for each row of a chart, with whose it can be.

Derived from the chart collections: it can be dropped at any time and is built again. Its rows stand in generations, of
which a document of its own, `state`, names the one that is read: the next is built beside it and takes its place at
once. A row's `_id` says in which generation it stands and which row of which document it is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from bson import MaxKey
from pymongo import DeleteMany, InsertOne, ReplaceOne, UpdateOne

from services.model.charts import Claim, Key
from services.model.presence import ChartDocument, ChartEntry, EntryGroup, Place, PresenceState
from services.store import decode
from services.store.driver import Document, Mongo

COLLECTION = "charts.artist_chart_presence"
# So many rows are removed at once.
SWEPT = 5_000

_STATE = {"_id": "state"}
# Beyond any document, and any row of one.
_BEYOND = MaxKey()


class ChartPresenceStore:
    """The rows of the charts by their keys; each method is one command, but where it says otherwise."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def state(self) -> PresenceState:
        """How far the index is in step."""
        found = await self._mongo.find(COLLECTION, _STATE, {"_id": 0})
        document = found[0] if found else {}
        return PresenceState(
            shape=decode.whole(document.get("shape")) or 0,
            generation=decode.whole(document.get("generation")) or 0,
            built_at=decode.instant(document.get("builtAt")),
            position=decode.mapping(document.get("position")) or None,
            stamps=decode.mapping(document.get("stamps")) or None,
        )

    async def groups(self, keys: Collection[Key], *, generation: int, collections: Collection[str]) -> list[EntryGroup]:
        """The rows of the collections that have one of the keys, those together that have the same claims."""
        count = {"count": {"$sum": 1}, "rank": {"$first": "$rank"}, "scrapedAt": {"$max": "$scrapedAt"}}
        pipeline = [_having(keys, generation, collections), {"$group": _ID | count}]
        found = await self._mongo.aggregate(COLLECTION, pipeline)
        return [
            EntryGroup(
                collection=group["_id"]["collection"],
                claims=_claims(group["_id"]["claims"]),
                count=group["count"],
                rank=group.get("rank"),
                scraped_at=group.get("scrapedAt"),
                generation=generation,
            )
            for group in found
        ]

    async def places(
        self, keys: Collection[Key], *, generation: int, collections: Collection[str], limit: int
    ) -> dict[tuple[str, tuple[Claim, ...]], tuple[Place, ...]]:
        """The first `limit` places of each group, by its collection and claims: the newest, of a day the highest."""
        place = {field: f"${field}" for field in ("rank", "scope", "title", "date")}
        pipeline = [
            _having(keys, generation, collections),
            {"$set": {"unranked": {"$eq": [{"$type": "$rank"}, "missing"]}}},
            {"$sort": {"date": -1, "unranked": 1, "rank": 1, "scope": 1, "title": 1}},
            {"$group": _ID | {"places": {"$push": place}}},
            {"$set": {"places": {"$slice": ["$places", limit]}}},
        ]
        found = await self._mongo.aggregate(COLLECTION, pipeline)
        return {
            (group["_id"]["collection"], _claims(group["_id"]["claims"])): tuple(
                Place(**one) for one in group["places"]
            )
            for group in found
        }

    async def insert(self, documents: Sequence[ChartDocument], *, generation: int, collection: str) -> int:
        """Add the rows of documents that have none in the generation; how many they are."""
        rows = [row for document in documents for row in _rows(document, generation, collection)]
        await self._mongo.bulk_write(COLLECTION, list(map(InsertOne[Document], rows)))
        return len(rows)

    async def put(self, documents: Sequence[ChartDocument], *, generation: int, collection: str) -> None:
        """Store the rows of the documents in place of those that are there."""
        operations: list[Any] = []
        for document in documents:
            rows = list(_rows(document, generation, collection))
            operations += [ReplaceOne({"_id": row["_id"]}, row, upsert=True) for row in rows]
            rest = {
                "$gte": _row_id(generation, collection, document.id, len(rows)),
                "$lt": _row_id(generation, collection, document.id, _BEYOND),
            }
            operations.append(DeleteMany({"_id": rest}))
        await self._mongo.bulk_write(COLLECTION, operations)

    async def take_over(self, state: PresenceState) -> bool:
        """Have the generation of the state read from now on; False where a later one is read already."""
        fields = {
            "shape": state.shape,
            "generation": state.generation,
            "builtAt": state.built_at,
            "position": {"$literal": state.position},
            "stamps": {"$literal": state.stamps},
        }
        earlier = _STATE | {"generation": {"$lt": state.generation}}
        return await self._mongo.find_one_and_update(COLLECTION, earlier, [{"$set": fields}], upsert=True) is not None

    async def keep_position(self, position: Mapping[str, Any], *, generation: int) -> None:
        """Keep what the generation is to be followed after; where another is read, nothing."""
        read = _STATE | {"generation": generation}
        await self._mongo.bulk_write(COLLECTION, [UpdateOne(read, {"$set": {"position": position}})])

    async def sweep(self, generation: int) -> bool:
        """Remove rows of generations before this one, so many at once; whether there may be more. Two commands."""
        return await self._remove({"$lt": {"generation": generation}})

    async def clear(self, collection: str, *, generation: int) -> bool:
        """Remove rows of the collection, so many at once; whether there may be more. Two commands."""
        of_collection = {"generation": generation, "collection": collection}
        return await self._remove({"$gt": of_collection, "$lt": of_collection | {"document": _BEYOND}})

    async def _remove(self, ids: Document) -> bool:
        found = await self._mongo.find(COLLECTION, {"_id": ids}, {"_id": 1}, sort=[("_id", 1)], limit=SWEPT)
        if found:
            up_to = {"$lte": found[-1]["_id"]}
            await self._mongo.bulk_write(COLLECTION, [DeleteMany({"_id": ids | up_to})])
        return len(found) == SWEPT


_ID: Document = {"_id": {"collection": "$_id.collection", "claims": "$claims"}}


def _having(keys: Collection[Key], generation: int, collections: Collection[str]) -> Document:
    return {
        "$match": {
            "claims.keys": {"$in": [key.term for key in keys]},
            "_id.generation": generation,
            "_id.collection": {"$in": list(collections)},
        }
    }


def _rows(document: ChartDocument, generation: int, collection: str) -> Iterator[Document]:
    for number, entry in enumerate(document.entries):
        claims = [{"keys": [key.term for key in claim]} for claim in entry.claims]
        yield {"_id": _row_id(generation, collection, document.id, number), "claims": claims} | _told(entry)


def _claims(stored: Sequence[Document]) -> tuple[Claim, ...]:
    return tuple(tuple(map(Key.of, claim["keys"])) for claim in stored)


def _row_id(generation: int, collection: str, document: Any, number: Any) -> Document:
    return {"generation": generation, "collection": collection, "document": document, "row": number}


def _told(entry: ChartEntry) -> Document:
    place = entry.place
    fields = {
        "rank": place.rank,
        "scope": place.scope,
        "title": place.title,
        "date": place.date,
        "scrapedAt": entry.scraped_at,
    }
    return {name: value for name, value in fields.items() if value is not None}
