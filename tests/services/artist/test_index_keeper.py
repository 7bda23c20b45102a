from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from structlog.testing import capture_logs

from services import Services
from services.artist.entries import SHAPE
from services.artist.index_keeper import BATCH, PASS_EVERY, SUBJECT, SearchIndexKeeper
from services.keeping import Held
from services.leases import Leases
from services.model.search import IndexState
from services.store import Driver, Store, open_store
from tests.builders import NOW, Document, artist_document, stats_document
from tests.conftest import Clock, Database
from tests.services.conftest import eventually
from tests.services.store.conftest import Mongod

ARTISTS, INDEX = "kisum_data.artists_v2", "data_analyst.artist_search"
NAME = frozenset({"name"})
MINUTE = timedelta(minutes=1)

Keeping = Callable[[], AbstractAsyncContextManager[None]]


def keeper_of(store: Store, clock: Clock, *, lease: timedelta = MINUTE) -> SearchIndexKeeper:
    """One that is quick to look again."""
    return SearchIndexKeeper(store, Leases(store), clock=clock, lease=lease, pause_s=0.02)


@pytest.fixture
def keeping(services: Services, clock: Clock) -> Keeping:
    """Keeps the index while the context lasts, which begins once it has been filled."""

    @asynccontextmanager
    async def keep() -> AsyncIterator[None]:
        # So short a lease has its holder ask at every turn whether anything is due.
        async with keeper_of(services.store, clock, lease=timedelta(milliseconds=1)).kept():
            await eventually(lambda: is_filled(services.store))
            yield

    return keep


async def is_filled(store: Store) -> bool:
    return (await store.artist_search.state()).passed_at is not None


async def names_of(services: Services, text: str) -> list[str | None]:
    return [artist.name for artist in await services.search.find(text, limit=20, fields=NAME)]


async def indexed(database: Database) -> list[Any]:
    """The artists in the index."""
    found = await database.collection(INDEX).find({"terms": {"$exists": True}}, {"_id": 1}).sort("_id").to_list(None)
    return [document["_id"] for document in found]


async def test_all_artists_are_gone_over_where_there_is_no_index(
    services: Services, database: Database, keeping: Keeping
) -> None:
    ids = range(1, 2 * BATCH + 8)
    await database.artists(*(artist_document(number, name=f"Nova {number}") for number in ids))
    await database.stats(stats_document(7, spotify_monthly_listeners=10**9))

    async with keeping():
        assert await indexed(database) == list(ids)
        assert (await names_of(services, "nova"))[0] == "Nova 7"


async def test_nothing_is_written_into_the_collections_of_others(database: Database, keeping: Keeping) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())
    before = [await database.all(name) for name in (ARTISTS, "data_analyst.artist_data")]

    async with keeping():
        pass

    assert [await database.all(name) for name in (ARTISTS, "data_analyst.artist_data")] == before


async def test_an_artist_is_found_once_it_is_written_and_no_longer_once_it_is_renamed_or_gone(
    services: Services, database: Database, keeping: Keeping
) -> None:
    artists = database.collection(ARTISTS)
    async with keeping():
        await database.artists(artist_document(61, name="Nova Ruiz", sortName=None))
        await eventually(lambda: has(services, "nova", ["Nova Ruiz"]))

        await artists.update_one({"id": 61}, {"$set": {"name": "Sol Vega"}})
        await eventually(lambda: has(services, "nova", []))
        assert await names_of(services, "sol") == ["Sol Vega"]

        await artists.delete_one({"id": 61})
        await eventually(lambda: holds(database, []))


async def test_an_artist_whose_id_changes_leaves_the_former_one(database: Database, keeping: Keeping) -> None:
    await database.artists(artist_document(61))
    async with keeping():
        await database.collection(ARTISTS).update_one({"id": 61}, {"$set": {"id": 62}})

        await eventually(lambda: holds(database, [62]))


async def test_of_two_documents_of_one_artist_the_other_stays(
    services: Services, database: Database, keeping: Keeping
) -> None:
    await database.artists(artist_document(61, _id=1, name="Nova"), artist_document(61, _id=2, name="Sol"))
    async with keeping():
        (entry,) = await database.collection(INDEX).find({"_id": 61}).to_list(None)
        gone, other = (entry["document"], 3 - entry["document"])
        await database.collection(ARTISTS).delete_one({"_id": gone})

        await eventually(lambda: has(services, "nova" if other == 1 else "sol", ["Nova" if other == 1 else "Sol"]))


async def test_many_changes_at_once_are_taken_over(database: Database, keeping: Keeping) -> None:
    async with keeping():
        await database.artists(*(artist_document(number) for number in range(1, 2 * BATCH + 8)))

        await eventually(lambda: holds(database, list(range(1, 2 * BATCH + 8))))


async def test_what_changed_while_nobody_kept_the_index_is_made_up_for(
    services: Services, database: Database, keeping: Keeping
) -> None:
    async with keeping():
        pass
    await database.artists(artist_document(61, name="Nova Ruiz"))

    with capture_logs() as logs:
        async with keeping():
            await eventually(lambda: has(services, "nova", ["Nova Ruiz"]))

    assert logs == []


async def test_audiences_are_gone_over_again_after_six_hours_and_not_before(
    services: Services, database: Database, clock: Clock, keeping: Keeping
) -> None:
    await database.artists(*(artist_document(number, name=f"Nova {number}", sortName=None) for number in (1, 2)))
    async with keeping():
        await database.stats(stats_document(2))
        clock.advance(PASS_EVERY - MINUTE)
    async with keeping():
        assert await names_of(services, "nova") == ["Nova 1", "Nova 2"]

        clock.advance(MINUTE)
        await eventually(lambda: has(services, "nova", ["Nova 2", "Nova 1"]))


@pytest.mark.parametrize(
    "damage",
    [
        lambda index: index.drop(),
        lambda index: index.update_one({"_id": "state"}, {"$set": {"shape": SHAPE + 1}}),
        lambda index: index.update_one({"_id": "state"}, {"$set": {"passedAt": "last Tuesday"}}),
    ],
    ids=["dropped", "of another shape", "of no time"],
)
async def test_an_index_that_is_of_no_use_is_filled_again(
    database: Database, keeping: Keeping, damage: Callable[[Any], Any]
) -> None:
    await database.artists(artist_document(61))
    async with keeping():
        await database.collection(INDEX).delete_one({"_id": 61})
        await damage(database.collection(INDEX))

        await eventually(lambda: holds(database, [61]))


async def test_entries_of_artists_that_are_gone_are_removed_by_the_next_filling(
    database: Database, clock: Clock, keeping: Keeping
) -> None:
    await database.artists(*(artist_document(number) for number in range(1, 6)))
    async with keeping():
        pass
    await database.collection(ARTISTS).delete_many({"id": {"$in": [1, 3, 5]}})
    await database.collection(INDEX).update_one({"_id": "state"}, {"$set": {"position": None}})
    clock.advance(PASS_EVERY)

    async with keeping():
        await eventually(lambda: holds(database, [2, 4]))


async def test_a_collection_that_is_replaced_as_a_whole_is_gone_over_at_once(
    database: Database, keeping: Keeping
) -> None:
    await database.artists(artist_document(1))
    await database.insert("kisum_data.next", artist_document(2))
    async with keeping():
        await database.client.admin.command(
            "renameCollection",
            f"{database.prefix}kisum_data.next",
            to=f"{database.prefix}{ARTISTS}",
            dropTarget=True,
        )

        await eventually(lambda: holds(database, [2]))


async def test_changes_that_mongodb_no_longer_tells_are_no_fault_and_the_next_ones_are_told(
    services: Services, database: Database, keeping: Keeping
) -> None:
    await database.artists(artist_document(1))
    position = await services.store.artist_changes.position()
    await database.collection(ARTISTS).drop()
    after_the_end = await last_position(services.store, position)
    await services.store.artist_search.keep_state(IndexState(SHAPE, NOW, after_the_end))

    with capture_logs() as logs:
        async with keeping():
            await eventually(lambda: goes_on_elsewhere(services.store, after_the_end))
            await database.artists(artist_document(61, name="Nova Ruiz"))
            await eventually(lambda: has(services, "nova", ["Nova Ruiz"]))

    assert [event["event"] for event in logs] == ["search_index_not_followed"]


async def test_who_loses_the_lease_stops_going_over(services: Services, database: Database, clock: Clock) -> None:
    await database.artists(*(artist_document(number) for number in range(1, BATCH + 2)))
    keeper = keeper_of(services.store, clock, lease=timedelta(0))
    lost = await Leases(services.store).take(SUBJECT, ttl=timedelta(0))
    assert lost is not None
    assert await Leases(services.store).take(SUBJECT, ttl=MINUTE) is not None

    assert not await keeper.pass_over(Held(Leases(services.store), lost, timedelta(0)))

    assert len(await indexed(database)) == BATCH
    assert not await is_filled(services.store)


async def test_a_fault_is_logged_and_the_index_still_filled_when_it_is_due(
    services: Services, database: Database, clock: Clock, keeping: Keeping
) -> None:
    await database.artists(artist_document(61))
    await services.store.artist_search.keep_state(IndexState(SHAPE, NOW, {"_data": "82"}))

    with capture_logs() as logs:
        async with keeping():
            await eventually(lambda: logged(logs, "keeping_broke"))
            clock.advance(PASS_EVERY)
            await eventually(lambda: holds(database, [61]))


@pytest.mark.parametrize("driver", ["pymongo", "motor"])
async def test_a_server_that_tells_no_changes_is_gone_over_every_six_hours(
    alone: Mongod, clock: Clock, driver: Driver
) -> None:
    async with (
        open_store(alone.uri, driver=driver, prefix=f"{driver}_") as store,
        AsyncMongoClient[Document](alone.uri) as client,
        keeper_of(store, clock, lease=timedelta(milliseconds=1)).kept(),
    ):
        await eventually(lambda: is_filled(store))
        await client[f"{driver}_kisum_data"]["artists_v2"].insert_one(artist_document(2, platforms={"qq": {"id": 2}}))
        clock.advance(PASS_EVERY)

        await eventually(lambda: knows(store, "qq:2"))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    """A server that is no replica set."""
    mongod = Mongod(tmp_path_factory.mktemp("alone"))
    mongod.start()
    yield mongod
    mongod.end()


async def has(services: Services, text: str, names: list[str]) -> bool:
    return await names_of(services, text) == names


async def holds(database: Database, ids: list[int]) -> bool:
    return await indexed(database) == ids


async def knows(store: Store, id_term: str) -> bool:
    return bool(await store.artist_search.with_id(id_term, limit=1))


async def goes_on_elsewhere(store: Store, position: Any) -> bool:
    return bool((await store.artist_search.state()).position != position)


async def logged(logs: Any, event: str) -> bool:
    return any(entry["event"] == event for entry in logs)


async def last_position(store: Store, position: Any) -> Any:
    """The position of the last change after this one."""
    last = position
    async for change in store.artist_changes.follow(position, idle_ms=20):
        if change is None:
            break
        last = change.position
    return last
