"""The seam to MongoDB: PyMongo's async client, or Motor, behind the few operations that are needed.

The two differ where this module awaits what only one of them gives as a coroutine. Every operation has the deadline
of `timeoutMS`, writes are acknowledged only once journaled, and a server that is away or too slow is StoreUnavailable.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any

import pymongo
from pymongo import IndexModel, ReturnDocument
from pymongo.errors import (
    BulkWriteError,
    DuplicateKeyError,
    OperationFailure,
    WaitQueueTimeoutError,
)

from services.store.direct_reads import BATCH_SIZE, direct_reads
from services.store.faults import WRONG_PASSWORD, asked, translated_changes, translated_faults
from services.store.layouts import Columns, Layout

Document = dict[str, Any]

WHOLE_BATCH = 500
# How many finds of very many documents are under way at once.
VERY_MANY_AT_ONCE = 4
# The pauses after which writes that belong together are tried again, where another writer was there first.
TRANSACTION_PAUSES_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
_DUPLICATE = 11000
# A stand-alone server.
_NO_TRANSACTIONS = 20


class Mongo:
    """MongoDB's operations, by collection name (`database.collection`); all raise StoreUnavailable."""

    def __init__(self, client: Any, *, timeout_s: float, prefix: str = "") -> None:
        self._client = client
        self._timeout_s = timeout_s
        self._prefix = prefix
        # To make one anew for each operation takes longer than to ask for a document.
        self._collections: dict[tuple[str, bool], Any] = {}
        self._direct = direct_reads(client)
        self._few = asyncio.Semaphore(VERY_MANY_AT_ONCE)

    async def find(
        self,
        collection: str,
        query: Mapping[str, Any],
        projection: Mapping[str, Any],
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int = 0,
        naive: bool = False,
    ) -> list[Document]:
        """The documents that match, the first `limit` of them where that isn't 0, in one round trip.

        `naive` gives instants without their zone, which is UTC: to add it costs the driver more than to read the rest.
        """
        with asked("find"):
            source = self._collection(collection, naive=naive)
            if self._direct is not None:
                read = await self._direct.find(
                    source, filter=query, projection=projection, sort=dict(sort), limit=limit
                )
                if read is not None:
                    return read
            cursor = source.find(query, projection, batch_size=BATCH_SIZE, sort=list(sort) or None, limit=limit)
            found: list[Document] = await cursor.to_list(None)
            return found

    async def find_alike(
        self,
        collection: str,
        query: Mapping[str, Any],
        projection: Mapping[str, Any],
        layout: Layout,
        *,
        sort: Sequence[tuple[str, int]],
    ) -> Columns | list[Document]:
        """The documents that match, field by field where all are as the layout has them. For very many.

        A few such finds are under way at once. MongoDB would else be at work on all that are asked for, and done with
        all at the same time: it would have nothing to do while we read them.
        """
        with asked("find"):
            source = self._collection(collection)
            async with self._turn():
                if self._direct is not None:
                    read = await self._direct.find_alike(
                        source, layout, filter=query, projection=projection, sort=dict(sort)
                    )
                    if read is not None:
                        return read
                found: list[Document] = await source.find(
                    query, projection, batch_size=BATCH_SIZE, sort=list(sort)
                ).to_list(None)
                return found

    async def aggregate(self, collection: str, pipeline: Sequence[Mapping[str, Any]]) -> list[Document]:
        """What the pipeline gives, in one round trip."""
        with asked("aggregate"):
            source, stages = self._collection(collection), list(pipeline)
            if self._direct is not None:
                read = await self._direct.aggregate(source, stages)
                if read is not None:
                    return read
            cursor = source.aggregate(stages, batchSize=BATCH_SIZE)
            if isawaitable(cursor):
                cursor = await cursor
            found: list[Document] = await cursor.to_list(None)
            return found

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """One of the few turns; whoever waits for one waits no longer than for an answer."""
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._few.acquire()
        except TimeoutError as error:
            raise WaitQueueTimeoutError(f"no turn within {self._timeout_s} s") from error
        try:
            yield
        finally:
            self._few.release()

    async def bulk_write(self, collection: str, operations: Sequence[Any]) -> int:
        """Carry the operations out in any order; the number of documents that were added or changed.

        Upserts that another writer was faster than are done once more, and find that one's document then.
        """
        written, raced = await self._bulk_write(collection, operations)
        again, lost = await self._bulk_write(collection, raced)
        if lost:
            raise DuplicateKeyError(f"{len(lost)} documents of {collection} have another's unique key", _DUPLICATE)
        return written + again

    async def bulk_write_whole(self, collection: str, operations: Sequence[Any], *, timeout_s: float) -> None:
        """Carry the operations out in order, in one transaction: nobody sees some of them without the others.

        A stand-alone MongoDB has no transactions: there they are carried out in order, and that is all.
        """
        with asked("bulkWrite"), pymongo.timeout(timeout_s):
            for pause_s in (*TRANSACTION_PAUSES_S, None):
                try:
                    await self._in_transaction(collection, operations)
                    return
                except OperationFailure as error:
                    if error.code == _NO_TRANSACTIONS:
                        break
                    if pause_s is None or not error.has_error_label("TransientTransactionError"):
                        raise
                    await asyncio.sleep(pause_s)
            await self._collection(collection).bulk_write(list(operations), ordered=True)

    async def _in_transaction(self, collection: str, operations: Sequence[Any]) -> None:
        opening = self._client.start_session()
        async with await opening if isawaitable(opening) else opening as session:
            beginning = session.start_transaction()
            async with await beginning if isawaitable(beginning) else beginning:
                # Part by part: what encodes them holds the event loop.
                for start in range(0, len(operations), WHOLE_BATCH):
                    batch = list(operations[start : start + WHOLE_BATCH])
                    await self._collection(collection).bulk_write(batch, ordered=True, session=session)

    async def find_one_and_update(
        self,
        collection: str,
        query: Mapping[str, Any],
        update: Sequence[Mapping[str, Any]],
        *,
        upsert: bool = False,
    ) -> Document | None:
        """The one document that matches, as the update left it; None where none does.

        With `upsert` one is made where none matches, unless another with the same unique key is in the way.
        """
        with asked("findAndModify"):
            try:
                changed: Document | None = await self._collection(collection).find_one_and_update(
                    query, list(update), upsert=upsert, return_document=ReturnDocument.AFTER
                )
            except DuplicateKeyError:
                return None
            return changed

    async def changes(
        self,
        collection: str,
        pipeline: Sequence[Mapping[str, Any]] = (),
        *,
        resume_after: Mapping[str, Any] | None = None,
        idle_ms: int = 1000,
        tells_position: bool = False,
    ) -> AsyncGenerator[Document | None]:
        """The collection's changes as they come, None after each `idle_ms` without any; `_id` is what to resume after.

        A name without a dot is a database: the changes of all its collections. With `tells_position`, in place of None
        a document with `_id` alone: other collections' changes lead on, and those before are forgotten.

        Raises ChangesUnavailable where MongoDB offers none (a stand-alone one) or no longer has those resumed after.
        """
        with translated_faults(), translated_changes():
            opening = self._watched(collection).watch(
                list(pipeline), resume_after=resume_after, full_document="updateLookup", max_await_time_ms=idle_ms
            )
            stream = await opening if isawaitable(opening) else opening
            async with stream:
                # An idle `async for` would end at timeoutMS.
                while stream.alive:
                    change: Document | None = await stream.try_next()
                    if change is None and tells_position and stream.resume_token:
                        change = {"_id": stream.resume_token}
                    yield change

    async def change_position(self, collection: str) -> Mapping[str, Any]:
        """What `changes` is to resume after, to tell of the changes from now on; raises ChangesUnavailable."""
        with translated_faults(), translated_changes():
            opening = self._watched(collection).watch()
            stream = await opening if isawaitable(opening) else opening
            async with stream:
                position: Mapping[str, Any] = stream.resume_token
                return position

    async def create_index(self, collection: str, index: IndexModel, *, timeout_s: float) -> None:
        """Make the index where it isn't there yet; a large collection may take longer than an ordinary operation.

        Raises OperationFailure where another index is in the way, or this user may make none.
        """
        with asked("createIndexes", refusals=(WRONG_PASSWORD,)), pymongo.timeout(timeout_s):
            await self._collection(collection).create_indexes([index])

    async def estimated_count(self, collection: str, *, timeout_s: float) -> int:
        """How many documents the collection has, from its metadata."""
        with asked("count"), pymongo.timeout(timeout_s):
            return int(await self._collection(collection).estimated_document_count())

    async def ping(self) -> None:
        """Return when MongoDB answers."""
        with asked("ping"):
            await self._client.admin.command("ping")

    async def drop_databases(self, names: Sequence[str]) -> None:
        """Remove the databases of these names, under this store's prefix."""
        with asked("dropDatabase"):
            for name in names:
                await self._client.drop_database(self._prefix + name)

    def make_room(self) -> None:
        """Have a connection free for who is about to ask for one, if direct reads keep it to no purpose."""
        if self._direct is not None:
            self._direct.wires.make_room()

    async def close(self) -> None:
        """Give the connections back."""
        if self._direct is not None:
            await self._direct.close()
        closing = self._client.close()
        if isawaitable(closing):
            await closing

    async def _bulk_write(self, collection: str, operations: Sequence[Any]) -> tuple[int, list[Any]]:
        """How many documents were added or changed, and the operations that met a document with the same unique key."""
        if not operations:
            return 0, []
        with asked("bulkWrite"):
            try:
                result = await self._collection(collection).bulk_write(list(operations), ordered=False)
            except BulkWriteError as error:
                faults, told = error.details["writeErrors"], error.details
                if not faults or told["writeConcernErrors"] or any(fault["code"] != _DUPLICATE for fault in faults):
                    raise
                return told["nUpserted"] + told["nModified"], [operations[fault["index"]] for fault in faults]
            return int(result.upserted_count + result.modified_count), []

    def _watched(self, name: str) -> Any:
        return self._collection(name) if "." in name else self._client[self._prefix + name]

    def _collection(self, name: str, *, naive: bool = False) -> Any:
        found = self._collections.get((name, naive))
        if found is None:
            database, _, collection = name.partition(".")
            found = self._client[self._prefix + database][collection]
            if naive:
                options = self._client.codec_options._replace(tz_aware=False, tzinfo=None)
                found = found.with_options(codec_options=options)
            self._collections[name, naive] = found
        return found
