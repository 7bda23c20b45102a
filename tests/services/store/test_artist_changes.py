from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest
from bson import Decimal128, Int64

from services.model.artist import MAX_ARTIST_ID
from services.model.search import ArtistChange, ArtistPage
from services.store import ChangesUnavailable, Driver, Store, open_store
from services.store.artist import COLLECTION
from services.store.artist_changes import ArtistChanges
from tests.builders import artist_document
from tests.conftest import Commands, Database
from tests.services.store.conftest import Mongod

Changes = AsyncGenerator[ArtistChange | None]


@pytest.fixture
def artists(store: Store) -> ArtistChanges:
    return store.artist_changes


async def told(changes: Changes, number: int) -> list[ArtistChange]:
    """The next changes, so many."""
    found: list[ArtistChange] = []
    while len(found) < number:
        if change := await anext(changes):
            found.append(change)
    return found


async def test_artists_come_in_pages_in_the_order_of_their_ids(artists: ArtistChanges, database: Database) -> None:
    await database.artists(*(artist_document(number, _id=f"d{number}") for number in (5, 2, 9)))

    first = await artists.page_after(0, limit=2)
    second = await artists.page_after(first.reached, limit=2)

    assert first == ArtistPage({2: "d2", 5: "d5"}, 5, is_last=False)
    assert second == ArtistPage({9: "d9"}, 9, is_last=True)


async def test_without_artists_the_first_page_is_the_last(artists: ArtistChanges) -> None:
    assert await artists.page_after(0, limit=2) == ArtistPage({}, 0, is_last=True)


async def test_a_page_is_one_command(artists: ArtistChanges, database: Database, commands: Commands) -> None:
    await database.artists(*(artist_document(number) for number in range(1, 501)))

    page = await artists.page_after(0, limit=500)

    assert len(page.documents) == 500
    assert commands.names == ["find"]


async def test_documents_whose_ids_are_none_are_no_artists_and_end_no_page(
    artists: ArtistChanges, database: Database
) -> None:
    wild: list[Any] = [2**31, 2**40, 2.5, "2", [2], [1, 9], Decimal128("2"), -1, None, {"a": 2}]
    await database.artists(
        *(artist_document(stored_id) for stored_id in wild), artist_document(1, _id=1), artist_document(3, _id=3)
    )

    found: dict[int, Any] = {}
    page = ArtistPage({}, 0, is_last=False)
    while not page.is_last:
        page = await artists.page_after(page.reached, limit=1)
        found |= page.documents

    assert found == {1: 1, 3: 3}


async def test_an_id_of_any_number_type_is_an_artists(artists: ArtistChanges, database: Database) -> None:
    ids: list[Any] = [2.0, Int64(3), MAX_ARTIST_ID]
    await database.artists(*(artist_document(stored_id, _id=f"d{stored_id:.0f}") for stored_id in ids))

    assert (await artists.page_after(0, limit=5)).documents == {
        2: "d2",
        3: "d3",
        MAX_ARTIST_ID: f"d{MAX_ARTIST_ID}",
    }


async def test_the_documents_of_artists_that_exist_are_known(artists: ArtistChanges, database: Database) -> None:
    await database.artists(artist_document(1, _id="d1"), artist_document(2, _id="d2"))

    assert await artists.documents([2, 3]) == {2: "d2"}


async def test_what_happens_to_artists_is_told_in_order(artists: ArtistChanges, database: Database) -> None:
    position = await artists.position()
    collection = database.collection(COLLECTION)

    await collection.insert_one(artist_document(61, _id="d"))
    await collection.update_one({"id": 61}, {"$set": {"name": "Nova"}})
    await collection.delete_one({"id": 61})
    async with aclosing(artists.follow(position, idle_ms=50)) as changes:
        found = await told(changes, 3)

    assert [(change.document, change.is_all) for change in found] == [("d", False)] * 3
    assert found[-1].artist_id is None


async def test_what_was_told_is_not_told_again_after_its_position(artists: ArtistChanges, database: Database) -> None:
    position = await artists.position()
    await database.artists(*(artist_document(number, _id=number) for number in (1, 2, 3)))
    async with aclosing(artists.follow(position, idle_ms=50)) as changes:
        first, *_ = await told(changes, 1)

    async with aclosing(artists.follow(first.position, idle_ms=50)) as changes:
        rest = await told(changes, 2)

    assert [change.artist_id for change in (first, *rest)] == [1, 2, 3]


async def test_nothing_is_told_of_what_was_before_the_position(artists: ArtistChanges, database: Database) -> None:
    await database.artists(artist_document(1))
    position = await artists.position()
    await database.artists(artist_document(2))

    async with aclosing(artists.follow(position, idle_ms=50)) as changes:
        (change,) = await told(changes, 1)

    assert change.artist_id == 2


async def test_idle_time_is_told_too(artists: ArtistChanges) -> None:
    async with aclosing(artists.follow(None, idle_ms=20)) as changes:
        assert await anext(changes) is None
        assert await anext(changes) is None


async def test_a_collection_that_goes_is_a_change_of_all(artists: ArtistChanges, database: Database) -> None:
    await database.artists(artist_document(1))
    position = await artists.position()
    await database.collection(COLLECTION).drop()

    async with aclosing(artists.follow(position, idle_ms=50)) as changes:
        (change,) = await told(changes, 1)

    assert change.is_all


async def test_a_position_that_nothing_follows_is_refused(artists: ArtistChanges, database: Database) -> None:
    await database.artists(artist_document(1))
    position = await artists.position()
    await database.collection(COLLECTION).drop()
    async with aclosing(artists.follow(position, idle_ms=50)) as changes:
        *_, last = await told(changes, 2)

    with pytest.raises(ChangesUnavailable):
        await anext(artists.follow(last.position))


async def test_a_server_that_stands_alone_has_no_position_and_tells_nothing(mongod: Mongod, driver: Driver) -> None:
    mongod.start()

    async with open_store(mongod.uri, driver=driver) as store:
        assert await store.artist_changes.position() is None
        with pytest.raises(ChangesUnavailable):
            await anext(store.artist_changes.follow(None))
