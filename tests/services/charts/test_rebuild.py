import asyncio
from datetime import timedelta

from structlog.testing import capture_logs

from services import Services
from services.chart_collections import BILLBOARD, SPOTIFY_LISTENERS, ChartCollection
from services.charts.entries import SHAPE
from services.charts.rebuild import READ_FOR, SUBJECT, PresenceRebuild
from services.leases import Leases
from services.model.artist import Artist
from services.store import Store
from services.store.chart_documents import PAGE
from services.store.chart_presence import COLLECTION
from tests.builders import NOW, chart_document, chart_row, listeners_row
from tests.conftest import Clock, Database
from tests.services.conftest import eventually

NOVA = Artist(61, "Nova Ruiz")
MINUTE = timedelta(minutes=1)


def rebuild_of(store: Store, clock: Clock, *, lease: timedelta = MINUTE) -> PresenceRebuild:
    return PresenceRebuild(store, Leases(store), clock=clock, lease=lease)


async def generations(database: Database) -> set[int]:
    """Those that any row stands in."""
    found = await database.collection(COLLECTION).distinct("_id.generation")
    return set(found)


async def ranks(services: Services) -> list[int | None]:
    (presence,) = await services.chart_presence.many([NOVA])
    (placements,) = await services.chart_presence.placements(presence.charts, limit=1000)
    return [placement.rank for placement in placements]


async def test_every_collection_is_gone_over_and_told_of(services: Services, database: Database, clock: Clock) -> None:
    await database.insert(SPOTIFY_LISTENERS.stored, *(listeners_row(rank) for rank in range(1, PAGE + 3)))
    await database.insert(BILLBOARD.stored, chart_document(chart_row(), chart_row(5)))
    told: list[tuple[str, int]] = []

    def hear(collection: ChartCollection, *, documents: int, rows: int) -> None:
        told.append((collection.name, rows))

    with capture_logs() as logs:
        rows = await rebuild_of(services.store, clock).run(hear)

    assert rows == PAGE + 4
    assert [count for name, count in told if name == "kworb_spotify_listeners"] == [PAGE, PAGE + 2]
    assert told[-1] == ("billboard", PAGE + 4)
    assert [event["event"] for event in logs] == ["chart_index_built"]


async def test_what_was_built_is_read_and_its_state_told(services: Services, database: Database, clock: Clock) -> None:
    await database.insert(BILLBOARD.stored, chart_document(chart_row(), chart_row(5)))

    await rebuild_of(services.store, clock).run()

    state = await services.store.chart_presence.state()
    assert (state.shape, state.built_at, state.stamps) == (SHAPE, NOW, None)
    assert state.position is not None
    assert await ranks(services) == [4, 5]


async def test_charts_that_are_empty_make_an_index_that_is_empty(services: Services, clock: Clock) -> None:
    assert await rebuild_of(services.store, clock).run() == 0

    assert (await services.store.chart_presence.state()).generation > 0


async def test_each_build_is_a_generation_above_the_one_that_is_read(
    services: Services, database: Database, clock: Clock
) -> None:
    await rebuild_of(services.store, clock).run()
    first = (await services.store.chart_presence.state()).generation
    await database.collection("data_analyst.refresh_state").drop()

    await rebuild_of(services.store, clock).run()

    assert (await services.store.chart_presence.state()).generation > first


async def test_what_is_written_while_it_is_built_is_in_it(services: Services, database: Database, clock: Clock) -> None:
    await database.insert(BILLBOARD.stored, {"_id": 1} | chart_document(chart_row(4), chart_row(5)))
    written = asyncio.Event()

    def write(collection: ChartCollection, *, documents: int, rows: int) -> None:
        if collection is BILLBOARD and not written.is_set():
            written.set()
            writing.append(asyncio.ensure_future(database.insert(BILLBOARD.stored, chart_document(chart_row(9)))))

    writing: list[asyncio.Future[None]] = []
    await rebuild_of(services.store, clock).run(write)
    await asyncio.gather(*writing)

    assert await ranks(services) == [4, 5, 9]


async def test_the_former_generation_is_read_no_more_and_removed_once_no_read_can_use_it(
    services: Services, database: Database, clock: Clock
) -> None:
    await database.insert(BILLBOARD.stored, chart_document(chart_row(4), chart_row(5)))
    rebuild = rebuild_of(services.store, clock)
    await rebuild.run()
    first = (await services.store.chart_presence.state()).generation
    await rebuild.run()
    second = await services.store.chart_presence.state()

    clock.advance(READ_FOR - MINUTE)
    await rebuild.sweep(second)
    assert await generations(database) == {first, second.generation}

    clock.advance(MINUTE)
    await rebuild.sweep(second)
    assert await generations(database) == {second.generation}
    assert await ranks(services) == [4, 5]


async def test_one_process_builds_at_a_time(services: Services, clock: Clock) -> None:
    others = Leases(services.store)
    lease = await others.take(SUBJECT, ttl=MINUTE)
    assert lease is not None

    assert await rebuild_of(services.store, clock).run() is None
    await others.release(lease)
    assert await rebuild_of(services.store, clock).run() == 0


async def test_who_loses_the_lease_is_not_read(services: Services, database: Database, clock: Clock) -> None:
    await database.insert(BILLBOARD.stored, chart_document(chart_row()))
    taken: list[asyncio.Future[object]] = []

    def take(collection: ChartCollection, *, documents: int, rows: int) -> None:
        taken.append(asyncio.ensure_future(Leases(services.store).take(SUBJECT, ttl=MINUTE)))

    assert await rebuild_of(services.store, clock, lease=timedelta(0)).run(take) is None
    await asyncio.gather(*taken)

    assert (await services.store.chart_presence.state()).generation == 0


async def test_reads_during_a_rebuild_never_fail_and_never_see_half(
    services: Services, database: Database, clock: Clock
) -> None:
    documents = [
        chart_document(*(chart_row(rank) for rank in range(1, 51)), date=f"2026-{month:02}-01") for month in range(1, 7)
    ]
    await database.insert(BILLBOARD.stored, *documents)
    rebuild = rebuild_of(services.store, clock)
    await rebuild.run()
    seen: dict[int, list[int]] = {reader: [] for reader in range(4)}

    async def read(reader: int) -> None:
        while not built.done():
            seen[reader].append(len(await ranks(services)))

    async def build() -> None:
        for _ in range(2):
            await rebuild.run()
            await those_who_read_have_read()
            clock.advance(READ_FOR)

    async def those_who_read_have_read() -> None:
        before = {reader: len(counts) for reader, counts in seen.items()}

        async def they_have() -> bool:
            return all(len(counts) > before[reader] for reader, counts in seen.items())

        await eventually(they_have)

    built = asyncio.ensure_future(build())
    await asyncio.gather(built, *(read(reader) for reader in seen))

    assert all(len(counts) > 1 for counts in seen.values())
    assert {count for counts in seen.values() for count in counts} == {300}
