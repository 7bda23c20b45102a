from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from services.chart_collections import BILLBOARD, SPOTIFY_LISTENERS
from services.model.presence import ChartChange, ChartPage, NoChange
from services.store import ChangesUnavailable, Driver, Store, open_store
from services.store.chart_documents import NESTED_PAGE, PAGE, ChartDocuments
from tests.builders import NOW, chart_document, chart_row, listeners_row
from tests.conftest import Commands, Database
from tests.services.store.conftest import Mongod
from tests.services.store.plans import explained, keys, stages

LISTENERS = SPOTIFY_LISTENERS.stored


@pytest.fixture
def documents(store: Store) -> ChartDocuments:
    return store.chart_documents


async def told(changes: AsyncGenerator[ChartChange | NoChange], number: int) -> list[ChartChange]:
    """The next changes, so many."""
    found: list[ChartChange] = []
    while len(found) < number:
        change = await anext(changes)
        if isinstance(change, ChartChange):
            found.append(change)
    return found


async def pages(documents: ChartDocuments) -> list[ChartPage]:
    page = await documents.page_after(SPOTIFY_LISTENERS, None)
    found = [page]
    while not page.is_last:
        page = await documents.page_after(SPOTIFY_LISTENERS, page)
        found.append(page)
    return found


async def test_documents_come_in_pages_each_once_whatever_their_keys_are(
    documents: ChartDocuments, database: Database
) -> None:
    keys: list[Any] = [None, -1, 2.5, 10**12, "a", "b", {"a": 1}, ObjectId(), True, NOW, *range(10, PAGE + 10)]
    await database.insert(LISTENERS, *({"_id": key, "rank": 1} for key in keys))

    found = await pages(documents)

    assert [len(page.documents) for page in found] == [PAGE, 10]
    read = [document["_id"] for page in found for document in page.documents]
    assert len(read) == len(keys)
    assert all(key in read for key in keys)


async def test_without_documents_the_first_page_is_the_last(documents: ChartDocuments) -> None:
    assert await documents.page_after(BILLBOARD, None) == ChartPage([], None, is_last=True)


async def test_a_page_of_charts_is_a_few_documents(documents: ChartDocuments, database: Database) -> None:
    await database.insert(BILLBOARD.stored, *(chart_document(chart_row()) for _ in range(NESTED_PAGE + 1)))

    page = await documents.page_after(BILLBOARD, None)

    assert (len(page.documents), page.is_last) == (NESTED_PAGE, False)


async def test_a_page_is_read_by_the_index_of_keys(
    store: Store, documents: ChartDocuments, database: Database, commands: Commands
) -> None:
    await database.insert(LISTENERS, *({"_id": key, "rank": 1} for key in range(3 * PAGE)))
    page = await documents.page_after(SPOTIFY_LISTENERS, None)
    commands.sent.clear()

    await documents.page_after(SPOTIFY_LISTENERS, page)

    (plan,) = [await explained(command, database) for command in commands.sent]
    assert "COLLSCAN" not in stages(plan)
    assert keys(plan) <= PAGE + 1


async def test_no_more_is_read_of_a_document_than_is_needed(documents: ChartDocuments, database: Database) -> None:
    row = chart_row() | {"lyrics": "la la"}
    await database.insert(BILLBOARD.stored, {"_id": 1, "html": "<html>"} | chart_document(row))

    (found,) = await documents.documents(BILLBOARD, [1, 2])

    assert found == {"_id": 1} | chart_document(chart_row())


async def test_what_happens_to_charts_is_told_in_order(documents: ChartDocuments, database: Database) -> None:
    position = await documents.position()
    charts, listeners = database.collection(BILLBOARD.stored), database.collection(LISTENERS)

    await charts.insert_one({"_id": "week"} | chart_document())
    await charts.update_one({"_id": "week"}, {"$set": {"data": [chart_row()]}})
    await listeners.insert_one({"_id": 7} | listeners_row())
    await charts.delete_one({"_id": "week"})
    async with aclosing(documents.follow(position, idle_ms=50)) as changes:
        found = await told(changes, 4)

    assert [(change.collection, change.document) for change in found] == [
        ("billboard", "week"),
        ("billboard", "week"),
        ("kworb_spotify_listeners", 7),
        ("billboard", "week"),
    ]
    assert not any(change.is_dropped or change.is_all for change in found)


async def test_what_was_told_is_not_told_again_after_its_position(
    documents: ChartDocuments, database: Database
) -> None:
    position = await documents.position()
    await database.insert(LISTENERS, *({"_id": key} for key in (1, 2, 3)))
    async with aclosing(documents.follow(position, idle_ms=50)) as changes:
        first, *_ = await told(changes, 1)

    async with aclosing(documents.follow(first.position, idle_ms=50)) as changes:
        rest = await told(changes, 2)

    assert [change.document for change in (first, *rest)] == [1, 2, 3]


async def test_where_nothing_happens_to_charts_a_position_is_told_that_nothing_before_it_follows(
    documents: ChartDocuments, database: Database
) -> None:
    position = await documents.position()
    await database.insert(LISTENERS, {"_id": 1})
    await database.insert("kisum_data.something", {"_id": 2})
    async with aclosing(documents.follow(position, idle_ms=20)) as changes:
        await told(changes, 1)
        idle = await anext(changes)
    assert isinstance(idle, NoChange)
    await database.insert(LISTENERS, {"_id": 3})

    async with aclosing(documents.follow(idle.position, idle_ms=20)) as changes:
        (change,) = await told(changes, 1)

    assert change.document == 3


async def test_what_happens_to_other_collections_is_not_told(documents: ChartDocuments, database: Database) -> None:
    position = await documents.position()
    await database.insert("charts.artist_chart_presence", {"_id": 1})
    await database.insert("charts.something", {"_id": 2})
    await database.insert("kisum_data.billboard", {"_id": 3})
    await database.insert(LISTENERS, {"_id": 4})

    async with aclosing(documents.follow(position, idle_ms=50)) as changes:
        (change,) = await told(changes, 1)

    assert change.document == 4


async def test_a_collection_that_is_dropped_and_one_that_is_put_in_place_are_told_apart(
    documents: ChartDocuments, database: Database
) -> None:
    await database.insert(LISTENERS, {"_id": 1})
    await database.insert("charts.next", {"_id": 2})
    position = await documents.position()
    await database.collection(LISTENERS).drop()
    await database.collection("charts.next").rename("billboard")

    async with aclosing(documents.follow(position, idle_ms=50)) as changes:
        dropped, renamed = await told(changes, 2)

    assert (dropped.collection, dropped.is_dropped, dropped.is_all) == ("kworb_spotify_listeners", True, False)
    assert (renamed.is_dropped, renamed.is_all) == (False, True)


async def test_a_database_that_is_dropped_is_told_as_all(documents: ChartDocuments, database: Database) -> None:
    await database.insert("charts.something", {"_id": 1})
    position = await documents.position()
    await database.client.drop_database(f"{database.prefix}charts")

    async with aclosing(documents.follow(position, idle_ms=50)) as changes:
        (change,) = await told(changes, 1)

    assert change.is_all


async def test_stamps_tell_how_many_there_are_and_when_the_last_was_scraped(
    documents: ChartDocuments, database: Database
) -> None:
    before = await documents.stamps()
    await database.insert(LISTENERS, listeners_row(1, scrapedAt=NOW), listeners_row(2))
    await database.insert(BILLBOARD.stored, {"updatedAt": "2026-11-14"})

    found = await documents.stamps()

    assert before == {}
    assert found["kworb_spotify_listeners"] == {"count": 2, "scrapedAt": NOW, "scraped_at": None, "updatedAt": None}
    assert found["billboard"] == {"count": 1, "scrapedAt": None, "scraped_at": None, "updatedAt": "2026-11-14"}
    await database.collection(LISTENERS).update_one({"rank": 2}, {"$set": {"scrapedAt": NOW + timedelta(days=1)}})
    assert await documents.stamps() != found


async def test_a_server_that_stands_alone_has_no_position_and_tells_nothing(mongod: Mongod, driver: Driver) -> None:
    mongod.start()

    async with open_store(mongod.uri, driver=driver) as store:
        assert await store.chart_documents.position() is None
        with pytest.raises(ChangesUnavailable):
            await anext(store.chart_documents.follow(None))


async def test_whole_documents_keep_every_row_in_its_place(documents: ChartDocuments, database: Database) -> None:
    document = {"_id": 1, "data": ["odd", {"artist": "Nova Ruiz", "weeks": 7}], "note": "x"}
    await database.insert(BILLBOARD.stored, document)

    page = await documents.page_after(BILLBOARD, None, are_whole=True)

    assert page.documents == [document]
