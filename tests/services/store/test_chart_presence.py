from datetime import timedelta
from typing import Any

import pytest
from bson import ObjectId

from services.model.charts import Key, MatchedBy
from services.model.presence import ChartDocument, ChartEntry, EntryGroup, Place, PresenceState
from services.store import Store
from services.store.chart_presence import COLLECTION, SWEPT, ChartPresenceStore
from services.store.indexes import make_indexes
from tests.builders import NOW
from tests.conftest import Commands, Database
from tests.services.store.plans import explained, keys, stages

NOVA, ANA = Key(MatchedBy.ARTIST_ID, "61"), Key(MatchedBy.ARTIST_ID, "62")
WHOLE, FIRST = Key(MatchedBy.NAME, "novaandana"), Key(MatchedBy.NAME, "nova")
POSITION = {"_data": "8268A1"}


def entry(*claim: Key, rank: int | None = None, date: str | None = None, **more: Any) -> ChartEntry:
    return ChartEntry((claim,), Place(rank=rank, date=date, **more), NOW)


@pytest.fixture
def index(store: Store) -> ChartPresenceStore:
    return store.chart_presence


async def put(
    index: ChartPresenceStore,
    *entries: ChartEntry,
    document: Any = 1,
    collection: str = "billboard",
    generation: int = 1,
) -> None:
    await index.put([ChartDocument(document, entries)], generation=generation, collection=collection)


async def ranks(index: ChartPresenceStore, *having: Key, generation: int = 1, limit: int = 100) -> list[int | None]:
    """The ranks of all places, in the order of answers."""
    found = await index.places(having or (NOVA,), generation=generation, collections=["billboard"], limit=limit)
    return [place.rank for places in found.values() for place in places]


async def test_rows_with_the_same_claims_are_one_group(index: ChartPresenceStore) -> None:
    await put(index, entry(NOVA, rank=4), entry(NOVA, rank=9), entry(ANA, rank=5))
    await put(index, ChartEntry(((NOVA,),), Place(rank=1), NOW + timedelta(days=1)), document=2)

    found = await index.groups([NOVA], generation=1, collections=["billboard"])

    (group,) = found
    assert group == EntryGroup("billboard", ((NOVA,),), 3, group.rank, NOW + timedelta(days=1), None, generation=1)
    assert group.rank in {1, 4, 9}


async def test_a_row_that_stands_alone_tells_its_rank_and_what_it_lacks_is_none(index: ChartPresenceStore) -> None:
    await put(index, entry(NOVA, rank=4), ChartEntry(((ANA,),), Place()))

    found = await index.groups([NOVA, ANA], generation=1, collections=["billboard"])

    assert {group.claims[0][0]: (group.count, group.rank, group.scraped_at) for group in found} == {
        NOVA: (1, 4, NOW),
        ANA: (1, None, None),
    }


async def test_a_row_is_found_by_any_key_of_any_of_its_claims(index: ChartPresenceStore) -> None:
    claims = ((WHOLE, FIRST), (ANA,))
    await put(index, ChartEntry(claims, Place(rank=3)))

    for key in (WHOLE, FIRST, ANA):
        (group,) = await index.groups([key], generation=1, collections=["billboard"])
        assert group.claims == claims
    assert await index.groups([NOVA], generation=1, collections=["billboard"]) == []


async def test_what_a_key_holds_is_no_pattern_and_no_operator(index: ChartPresenceStore) -> None:
    odd = Key(MatchedBy.NAME, "$where.*")
    await put(index, entry(odd, rank=1), entry(FIRST, rank=2))

    assert await ranks(index, odd) == [1]


async def test_only_the_collections_and_the_generation_asked_for_are_read(index: ChartPresenceStore) -> None:
    await put(index, entry(NOVA, rank=1))
    await put(index, entry(NOVA, rank=2), collection="kworb_radio_charts")
    await put(index, entry(NOVA, rank=3), generation=2)

    found = await index.groups([NOVA], generation=1, collections=["billboard"])

    assert [(group.collection, group.rank) for group in found] == [("billboard", 1)]


async def test_places_come_newest_first_and_of_a_day_the_highest_those_without_either_last(
    index: ChartPresenceStore,
) -> None:
    await put(
        index,
        entry(NOVA, rank=1),
        entry(NOVA, rank=9, date="2026-11-14"),
        entry(NOVA, date="2026-11-14"),
        entry(NOVA, rank=5, date="2026-11-14"),
        entry(NOVA, rank=7, date="2026-11-21"),
    )

    assert await ranks(index) == [7, 5, 9, None, 1]
    assert await ranks(index, limit=2) == [7, 5]


async def test_a_place_is_told_as_it_was_stored(index: ChartPresenceStore) -> None:
    place = Place(4, "hot-100", "Luz", "2026-11-14")
    await put(index, ChartEntry(((NOVA,),), place), ChartEntry(((ANA,),), Place()))

    found = await index.places([NOVA, ANA], generation=1, collections=["billboard"], limit=5)

    assert found == {("billboard", ((NOVA,),)): (place,), ("billboard", ((ANA,),)): (Place(),)}


async def test_the_rows_of_a_document_replace_the_former_ones(index: ChartPresenceStore) -> None:
    await put(index, *(entry(NOVA, rank=rank) for rank in (1, 2, 3)))
    await put(index, entry(NOVA, rank=9), document=2)

    await put(index, entry(NOVA, rank=5))

    assert await ranks(index) == [5, 9]


async def test_a_document_without_rows_has_none_left(index: ChartPresenceStore, database: Database) -> None:
    for key in ("text", ObjectId(), 7, {"a": 1}):
        await put(index, entry(NOVA, rank=1), document=key)
        await put(index, document=key)

    assert await database.all(COLLECTION) == []


async def test_what_is_put_twice_is_stored_once(index: ChartPresenceStore) -> None:
    for _ in range(2):
        await put(index, entry(NOVA, rank=1), entry(NOVA, rank=2))

    assert await ranks(index) == [1, 2]


async def test_rows_are_inserted_and_counted(index: ChartPresenceStore) -> None:
    documents = [ChartDocument(number, (entry(NOVA, rank=number), entry(ANA))) for number in (1, 2)]

    assert await index.insert(documents, generation=1, collection="billboard") == 4
    assert await index.insert([], generation=1, collection="billboard") == 0
    assert await ranks(index) == [1, 2]


async def test_an_index_that_is_not_there_has_no_state(index: ChartPresenceStore) -> None:
    assert await index.state() == PresenceState(shape=0, generation=0, built_at=None, position=None, stamps=None)


@pytest.mark.parametrize("state", [PresenceState(1, 7, NOW, POSITION), PresenceState(1, 7, NOW, None, {"a": {"n": 1}})])
async def test_a_generation_takes_over_and_its_state_is_told(index: ChartPresenceStore, state: PresenceState) -> None:
    assert await index.take_over(state)

    assert await index.state() == state


@pytest.mark.parametrize("late", [3, 7])
async def test_a_late_generation_takes_nothing_over(index: ChartPresenceStore, late: int) -> None:
    await index.take_over(PresenceState(1, 7, NOW))

    assert not await index.take_over(PresenceState(1, late, NOW + timedelta(hours=1)))

    assert await index.state() == PresenceState(1, 7, NOW)


async def test_a_position_is_kept_of_the_generation_that_is_read_alone(
    index: ChartPresenceStore, database: Database
) -> None:
    await index.keep_position(POSITION, generation=7)
    assert await database.all(COLLECTION) == []

    await index.take_over(PresenceState(1, 7, NOW, POSITION))
    await index.keep_position({"_data": "1"}, generation=6)
    assert (await index.state()).position == POSITION
    await index.keep_position({"_data": "2"}, generation=7)
    assert (await index.state()).position == {"_data": "2"}


async def test_former_generations_are_swept_and_the_others_and_the_state_stay(index: ChartPresenceStore) -> None:
    for generation in (1, 2, 3, 4):
        await put(index, entry(NOVA, rank=generation), generation=generation)
    await index.take_over(PresenceState(1, 3, NOW))

    assert not await index.sweep(3)

    assert [await ranks(index, generation=generation) for generation in (1, 2, 3, 4)] == [[], [], [3], [4]]
    assert (await index.state()).generation == 3


async def test_so_many_rows_are_swept_at_once(index: ChartPresenceStore) -> None:
    document = ChartDocument(1, tuple(entry(NOVA, rank=number) for number in range(1, SWEPT + 2)))
    await index.insert([document], generation=1, collection="billboard")

    assert await index.sweep(2)
    assert len(await ranks(index, limit=SWEPT)) == 1
    assert not await index.sweep(2)


async def test_a_collection_is_cleared_of_one_generation(index: ChartPresenceStore) -> None:
    await put(index, entry(NOVA, rank=1))
    await put(index, entry(NOVA, rank=2), generation=2)
    await put(index, entry(NOVA, rank=3), collection="kworb_radio_charts")

    assert not await index.clear("billboard", generation=1)

    assert (await ranks(index), await ranks(index, generation=2)) == ([], [2])
    radio = await index.groups([NOVA], generation=1, collections=["kworb_radio_charts"])
    assert [group.rank for group in radio] == [3]


async def test_reads_go_by_an_index_and_read_no_more_of_it_than_they_answer(
    store: Store, index: ChartPresenceStore, database: Database, commands: Commands
) -> None:
    await make_indexes(store.mongo)
    others = tuple(entry(Key(MatchedBy.ARTIST_ID, str(number)), rank=number) for number in range(100, 3000))
    for generation in (1, 2):
        await put(index, *others, *(entry(NOVA, rank=rank) for rank in range(1, 21)), generation=generation)
    commands.sent.clear()

    await index.groups([NOVA, WHOLE], generation=1, collections=["billboard", "kworb_radio_charts"])
    await index.places([NOVA, WHOLE], generation=1, collections=["billboard"], limit=5)
    await index.state()
    await index.sweep(1)
    await index.clear("kworb_radio_charts", generation=1)

    plans = [await explained(command, database) for command in commands.sent]
    assert not any(stages(plan) & {"COLLSCAN"} for plan in plans)
    # Beside the rows, the seeks between keys, generations and collections.
    assert all(keys(plan) <= 20 + 8 for plan in plans)
