from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from structlog.testing import capture_logs

from services import Services
from services.chart_collections import BILLBOARD, SPOTIFY_LISTENERS
from services.charts import ChartPresenceReader, PresenceIndex
from services.charts.entries import SHAPE
from services.charts.index import BUILD_EVERY, SUBJECT
from services.charts.rebuild import READ_FOR
from services.keeping import Held
from services.leases import Leases
from services.model.artist import Artist
from services.store import Driver, Store, open_store
from services.store.chart_presence import COLLECTION
from tests.builders import Document, chart_document, chart_row, listeners_row
from tests.conftest import Clock, Database
from tests.services.charts.standing import ended_position
from tests.services.conftest import eventually
from tests.services.store.conftest import Mongod

NOVA = Artist(61, "Nova Ruiz")
LISTENERS = SPOTIFY_LISTENERS.stored
MINUTE, INSTANT = timedelta(minutes=1), timedelta(milliseconds=1)

Keeping = Callable[[], AbstractAsyncContextManager[None]]


def index_of(store: Store, clock: Clock, *, lease: timedelta = MINUTE) -> PresenceIndex:
    """One that is quick to look again."""
    return PresenceIndex(
        store, Leases(store), clock=clock, lease=lease, pause_s=0.02, look_every=timedelta(milliseconds=20)
    )


@pytest.fixture
def keeping(services: Services, clock: Clock) -> Keeping:
    """Keeps the index while the context lasts, which begins once it has been built."""

    @asynccontextmanager
    async def keep() -> AsyncIterator[None]:
        # So short a lease has its holder ask at every turn whether anything is due.
        async with index_of(services.store, clock, lease=INSTANT).kept():
            await eventually(lambda: is_built(services.store))
            yield

    return keep


async def is_built(store: Store) -> bool:
    return (await store.chart_presence.state()).built_at is not None


async def generation(store: Store) -> int:
    return (await store.chart_presence.state()).generation


async def ranks(store: Store) -> list[int | None]:
    """All ranks of the artist, by what the index holds."""
    reader = ChartPresenceReader(store)
    (presence,) = await reader.many([NOVA])
    placements = await reader.placements(presence.charts, limit=1000)
    return [placement.rank for chart in placements for placement in chart]


async def test_the_index_is_built_where_there_is_none(services: Services, database: Database, keeping: Keeping) -> None:
    await database.insert(BILLBOARD.stored, chart_document(chart_row()))

    async with keeping():
        assert await ranks(services.store) == [4]


async def test_what_others_write_is_told_as_soon_as_it_is_written(
    services: Services, database: Database, keeping: Keeping
) -> None:
    async with keeping():
        first = await generation(services.store)
        await database.insert(BILLBOARD.stored, chart_document(chart_row()))
        await eventually(lambda: has(services.store, [4]))

        await database.collection(BILLBOARD.stored).update_one({}, {"$set": {"data.0.rank": 3}})
        await eventually(lambda: has(services.store, [3]))

        await database.collection(BILLBOARD.stored).delete_many({})
        await eventually(lambda: has(services.store, []))

    assert await generation(services.store) == first


async def test_nothing_is_written_into_the_charts(database: Database, keeping: Keeping) -> None:
    await database.insert(BILLBOARD.stored, chart_document(chart_row()))
    before = await database.all(BILLBOARD.stored)

    async with keeping():
        pass

    assert await database.all(BILLBOARD.stored) == before


async def test_what_was_written_while_nobody_kept_it_is_made_up_for(
    services: Services, database: Database, keeping: Keeping
) -> None:
    async with keeping():
        pass
    first = await generation(services.store)
    await database.insert(BILLBOARD.stored, chart_document(chart_row()))

    async with keeping():
        await eventually(lambda: has(services.store, [4]))

    assert await generation(services.store) == first


@pytest.mark.parametrize(
    "damage",
    [
        lambda index: index.drop(),
        lambda index: index.update_one({"_id": "state"}, {"$set": {"shape": SHAPE + 1}}),
        lambda index: index.update_one({"_id": "state"}, {"$set": {"builtAt": "last Tuesday"}}),
    ],
    ids=["dropped", "of another shape", "of no time"],
)
async def test_an_index_that_is_of_no_use_is_built_again(
    services: Services, database: Database, keeping: Keeping, damage: Callable[[Any], Any]
) -> None:
    await database.insert(BILLBOARD.stored, chart_document(chart_row()))
    async with keeping():
        await database.collection(COLLECTION).delete_many({"_id": {"$ne": "state"}})
        await damage(database.collection(COLLECTION))

        await eventually(lambda: has(services.store, [4]))
        await eventually(lambda: holds_rows(database, 1))


async def test_it_is_built_again_after_a_day_and_not_before(services: Services, clock: Clock, keeping: Keeping) -> None:
    async with keeping():
        first = await generation(services.store)
        clock.advance(BUILD_EVERY - MINUTE)
    async with keeping():
        assert await generation(services.store) == first

        clock.advance(MINUTE)
        await eventually(lambda: is_later(services.store, first))


async def test_a_collection_that_is_put_in_place_of_another_has_it_built_again(
    services: Services, database: Database, keeping: Keeping
) -> None:
    await database.insert(LISTENERS, listeners_row(1))
    await database.insert("charts.next", listeners_row(2))
    async with keeping():
        await database.client.admin.command(
            "renameCollection", f"{database.prefix}charts.next", to=f"{database.prefix}{LISTENERS}", dropTarget=True
        )

        await eventually(lambda: has(services.store, [2]))


async def test_changes_that_mongodb_no_longer_tells_have_it_built_again(
    services: Services, database: Database, clock: Clock, keeping: Keeping
) -> None:
    async with keeping():
        pass
    forgotten = await ended_position(services.store, database)
    await index_of(services.store, clock).rebuild()
    await services.store.chart_presence.keep_position(forgotten, generation=await generation(services.store))
    await database.insert(BILLBOARD.stored, chart_document(chart_row()))

    with capture_logs() as logs:
        async with keeping():
            await eventually(lambda: has(services.store, [4]))

    assert "chart_index_not_followed" in [event["event"] for event in logs]


async def test_it_follows_what_another_process_has_built(
    services: Services, database: Database, clock: Clock, keeping: Keeping
) -> None:
    async with keeping():
        await index_of(services.store, clock).rebuild()
        await database.insert(BILLBOARD.stored, chart_document(chart_row()))

        await eventually(lambda: has(services.store, [4]))


async def test_former_generations_are_removed_in_time(
    services: Services, database: Database, clock: Clock, keeping: Keeping
) -> None:
    await database.insert(BILLBOARD.stored, chart_document(chart_row()))
    async with keeping():
        await index_of(services.store, clock).rebuild()
        assert await holds_rows(database, 2)

        clock.advance(READ_FOR)
        await eventually(lambda: holds_rows(database, 1))


async def test_charts_that_were_stored_are_taken_over_before_the_call_ends(
    services: Services, database: Database, clock: Clock
) -> None:
    index = index_of(services.store, clock)
    await index.rebuild()
    first = await generation(services.store)
    await database.insert(LISTENERS, *(listeners_row(rank) for rank in (1, 2)))

    await index.charts_stored()

    assert await ranks(services.store) == [1, 2]
    assert await generation(services.store) == first
    assert await Leases(services.store).take(SUBJECT, ttl=MINUTE) is not None


async def test_charts_that_were_stored_are_left_to_who_keeps_the_index(
    services: Services, database: Database, clock: Clock
) -> None:
    index = index_of(services.store, clock)
    await index.rebuild()
    lease = await Leases(services.store).take(SUBJECT, ttl=MINUTE)
    assert lease is not None
    await database.insert(LISTENERS, listeners_row())

    await index.charts_stored()

    assert await ranks(services.store) == []
    assert await Held(Leases(services.store), lease, MINUTE).goes_on()


async def test_where_there_is_no_index_nothing_is_built_for_charts_that_were_stored(
    services: Services, database: Database, clock: Clock
) -> None:
    await database.insert(LISTENERS, listeners_row())

    await index_of(services.store, clock).charts_stored()

    assert not await is_built(services.store)


@pytest.mark.parametrize("driver", ["pymongo", "motor"])
async def test_a_server_that_tells_no_changes_has_its_scrapes_compared(
    alone: Mongod, clock: Clock, driver: Driver
) -> None:
    async with (
        open_store(alone.uri, driver=driver, prefix=f"{driver}_") as store,
        AsyncMongoClient[Document](alone.uri) as client,
        index_of(store, clock).kept(),
    ):
        await eventually(lambda: is_built(store))
        first = await generation(store)

        await client[f"{driver}_charts"]["billboard"].insert_one(chart_document(chart_row()))
        await eventually(lambda: has(store, [4]))
        assert await generation(store) > first


async def test_a_server_that_tells_no_changes_takes_over_charts_that_were_stored(alone: Mongod, clock: Clock) -> None:
    async with (
        open_store(alone.uri, prefix="stored_") as store,
        AsyncMongoClient[Document](alone.uri) as client,
    ):
        index = index_of(store, clock)
        await index.rebuild()
        await client["stored_charts"]["billboard"].insert_one(chart_document(chart_row()))

        await index.charts_stored()

        assert await ranks(store) == [4]


async def test_a_server_that_tells_no_changes_and_has_no_charts_is_not_built_for_again(
    alone: Mongod, clock: Clock
) -> None:
    async with open_store(alone.uri, prefix="empty_") as store:
        index = index_of(store, clock)
        await index.rebuild()
        first = await generation(store)

        await index.charts_stored()

        assert await generation(store) == first


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongod]:
    """A server that is no replica set."""
    mongod = Mongod(tmp_path_factory.mktemp("alone"))
    mongod.start()
    yield mongod
    mongod.end()


async def has(store: Store, expected: list[int]) -> bool:
    return await is_built(store) and await ranks(store) == expected


async def holds_rows(database: Database, count: int) -> bool:
    rows = await database.collection(COLLECTION).count_documents({"claims": {"$exists": True}})
    return bool(rows == count)


async def is_later(store: Store, first: int) -> bool:
    return await generation(store) > first
