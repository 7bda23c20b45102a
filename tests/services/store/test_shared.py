"""Finds that are shared, over a find that is let go by hand."""

import asyncio
from collections.abc import Collection

import pytest

import telemetry
from services.errors import StoreUnavailable
from services.store.shared import ENOUGH_FINDS, ENOUGH_IDS, MAX_IDS, SharedFinds

NAMES, SIZES = frozenset({"name"}), frozenset({"size"})


class Shelf:
    """Finds what is asked of it once it is let go."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[int], frozenset[str]]] = []
        self.request_ids: list[str] = []
        self.gates: list[asyncio.Future[None]] = []
        self.shared = SharedFinds(self.find)

    async def find(self, ids: Collection[int], fields: frozenset[str]) -> dict[int, str]:
        gate: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.asked.append((sorted(ids), fields))
        self.request_ids.append(telemetry.request_id.get())
        self.gates.append(gate)
        await gate
        return {i: f"no. {i}" for i in ids}

    async def reads(self, *ids: int, fields: frozenset[str] = NAMES) -> "list[asyncio.Task[dict[int, str]]]":
        """Reads that have begun, or wait."""
        tasks = [asyncio.ensure_future(self.shared.find([i], fields)) for i in ids]
        await self.settled()
        return tasks

    async def busy(self) -> "list[asyncio.Task[dict[int, str]]]":
        """Reads under way, two finds: whoever comes now waits."""
        return await self.reads(1) + await self.reads(2)

    async def settled(self) -> None:
        """Let all go on that can."""
        for _ in range(5):
            await asyncio.sleep(0)

    async def let_go(self, *places: int, fault: Exception | None = None) -> None:
        for place in places:
            if fault:
                self.gates[place].set_exception(fault)
            else:
                self.gates[place].set_result(None)
        await self.settled()


@pytest.fixture
async def shelf() -> Shelf:
    return Shelf()


async def test_a_read_with_none_under_way_is_asked_at_once(shelf: Shelf) -> None:
    (read,) = await shelf.reads(1)

    await shelf.let_go(0)

    assert await read == {1: "no. 1"}
    assert shelf.asked == [([1], NAMES)]


async def test_those_that_come_meanwhile_are_one_find(shelf: Shelf) -> None:
    first = await shelf.busy()
    waiting = await shelf.reads(7, 8, 9, 8)
    before = list(shelf.asked)

    await shelf.let_go(0, 1)
    await shelf.let_go(2)

    assert before == [([1], NAMES), ([2], NAMES)]
    assert shelf.asked[2:] == [([7, 8, 9], NAMES)]
    assert [(await read)[i] for read, i in zip(waiting, (7, 8, 9, 8), strict=True)] == [
        "no. 7",
        "no. 8",
        "no. 9",
        "no. 8",
    ]
    await asyncio.gather(*first)


async def test_reads_of_other_fields_wait_for_none(shelf: Shelf) -> None:
    await shelf.reads(1)

    await shelf.reads(1, fields=SIZES)

    assert shelf.asked[-1] == ([1], SIZES)
    await shelf.let_go(*range(len(shelf.gates)))


async def test_where_half_of_all_wait_they_are_asked_for_beside_what_is_under_way(shelf: Shelf) -> None:
    crowd = await shelf.reads(*range(4))
    await shelf.let_go(0)
    # Three are under way, and four were there.
    waiting = await shelf.reads(7)
    before = list(shelf.asked)
    waiting += await shelf.reads(8, 9)

    assert before == [([0], NAMES), ([1, 2, 3], NAMES)]
    assert shelf.asked[2:] == [([7, 8, 9], NAMES)]
    await shelf.let_go(1, 2)
    await asyncio.gather(*crowd, *waiting)


async def test_where_enough_is_asked_for_it_is_beside_what_is_under_way(shelf: Shelf) -> None:
    crowd = await shelf.reads(*range(4))
    await shelf.let_go(0)
    few = asyncio.ensure_future(shelf.shared.find(range(1, ENOUGH_IDS), NAMES))
    await shelf.settled()
    before = len(shelf.asked)

    waiting = await shelf.reads(ENOUGH_IDS)

    assert (before, shelf.asked[2:]) == (2, [(list(range(1, ENOUGH_IDS + 1)), NAMES)])
    await shelf.let_go(1, 2)
    await asyncio.gather(*crowd, few, *waiting)


async def test_a_further_find_waits_until_it_is_full(shelf: Shelf) -> None:
    half = [range(start, start + MAX_IDS // 2) for start in range(0, 2 * MAX_IDS, MAX_IDS // 2)]
    reads = [asyncio.ensure_future(shelf.shared.find(ids, NAMES)) for ids in half[:ENOUGH_FINDS]]
    reads.append(asyncio.ensure_future(shelf.shared.find(half[2], NAMES)))
    await shelf.settled()
    before = len(shelf.asked)

    reads.append(asyncio.ensure_future(shelf.shared.find(half[3], NAMES)))
    await shelf.settled()

    assert before == ENOUGH_FINDS
    assert shelf.asked[before:] == [([*half[2], *half[3]], NAMES)]
    await shelf.let_go(*range(before + 1))
    assert [[*found] for found in await asyncio.gather(*reads)] == [[*ids] for ids in half]


async def test_a_find_of_several_reads_has_a_most_of_ids(shelf: Shelf) -> None:
    first = await shelf.reads(0)
    sets = [range(start, start + 400) for start in range(0, 4000, 400)]
    waiting = [asyncio.ensure_future(shelf.shared.find(ids, NAMES)) for ids in sets]

    for place in range(len(sets) + 1):
        await shelf.settled()
        if place < len(shelf.gates):
            await shelf.let_go(place)

    assert max(len(ids) for ids, _ in shelf.asked) <= MAX_IDS
    assert [[*await read] for read in waiting] == [[*ids] for ids in sets]
    await asyncio.gather(*first)


async def test_a_read_may_have_more_ids_by_itself(shelf: Shelf) -> None:
    await shelf.reads(0)
    many = list(range(MAX_IDS + 1))

    read = asyncio.ensure_future(shelf.shared.find(many, NAMES))
    await shelf.settled()

    assert shelf.asked[-1] == (many, NAMES)
    await shelf.let_go(0, 1)
    await read


async def test_what_nobody_waits_for_any_more_is_not_asked(shelf: Shelf) -> None:
    first = await shelf.busy()
    gone, stays = await shelf.reads(7, 8)

    gone.cancel()
    await shelf.settled()
    await shelf.let_go(0, 1)

    assert shelf.asked[-1] == ([8], NAMES)
    await shelf.let_go(2)
    await asyncio.gather(*first, stays)


async def test_a_read_that_is_begun_goes_on_meanwhile(shelf: Shelf) -> None:
    begun = shelf.shared.begin([3], NAMES)
    await shelf.settled()

    assert shelf.asked == [([3], NAMES)]
    await shelf.let_go(0)
    assert await begun == {3: "no. 3"}


async def test_a_fault_reaches_each_who_asked_and_nobody_later(shelf: Shelf) -> None:
    await shelf.busy()
    waiting = await shelf.reads(7, 8)
    await shelf.let_go(0, 1)

    await shelf.let_go(2, fault=RuntimeError("away"))
    later = (await shelf.reads(7))[0]
    await shelf.let_go(len(shelf.gates) - 1)

    for read in waiting:
        with pytest.raises(RuntimeError, match="away"):
            await read
    assert await later == {7: "no. 7"}


async def test_where_mongodb_is_away_those_who_wait_for_their_turn_are_told_too(shelf: Shelf) -> None:
    first = await shelf.busy()
    waiting = await shelf.reads(7)

    await shelf.let_go(0, 1, fault=StoreUnavailable("away"))

    for read in (*first, *waiting):
        with pytest.raises(StoreUnavailable):
            await read
    assert len(shelf.asked) == 2
    (later,) = await shelf.reads(8)
    await shelf.let_go(2)
    assert await later == {8: "no. 8"}


async def test_who_asks_among_others_may_be_told_of_theirs(shelf: Shelf) -> None:
    first = await shelf.busy()
    among = asyncio.ensure_future(shelf.shared.find_among([7], NAMES))
    alone = await shelf.reads(8)

    await shelf.let_go(0, 1)
    await shelf.let_go(2)

    assert (await among, await alone[0]) == ({7: "no. 7", 8: "no. 8"}, {8: "no. 8"})
    await asyncio.gather(*first)


async def test_a_find_is_told_of_under_the_id_of_the_first_who_shares_it(shelf: Shelf) -> None:
    async def read(artist_id: int) -> None:
        telemetry.request_id.set(f"request-{artist_id}")
        await shelf.shared.find([artist_id], NAMES)

    reads = []
    for artist_id in (1, 2, 3, 4):
        reads.append(asyncio.ensure_future(read(artist_id)))
        await shelf.settled()

    await shelf.let_go(0, 1)
    await shelf.let_go(2)

    assert shelf.request_ids == ["request-1", "request-2", "request-3"]
    await asyncio.gather(*reads)


async def test_one_who_goes_away_takes_nothing_from_those_who_wait(shelf: Shelf) -> None:
    first = await shelf.busy()
    waiting = await shelf.reads(7, 8)

    for read in (*first, waiting[0]):
        read.cancel()
    await shelf.settled()
    await shelf.let_go(len(shelf.gates) - 1)

    assert await waiting[1] == {8: "no. 8"}


async def test_nothing_is_kept_once_all_have_ended(shelf: Shelf) -> None:
    reads = await shelf.reads(1, 2, 3, 4)

    for place in range(3):
        if place < len(shelf.gates):
            await shelf.let_go(place)
    await asyncio.gather(*reads)
    again = await shelf.reads(5)

    assert shelf.asked[-1] == ([5], NAMES)
    await shelf.let_go(len(shelf.gates) - 1)
    await asyncio.gather(*again)


async def test_a_find_that_is_cancelled_leaves_nobody_waiting_and_the_next_is_asked(shelf: Shelf) -> None:
    first = await shelf.busy()
    waiting = await shelf.reads(7)
    await shelf.let_go(0, 1)

    shelf.gates[2].cancel()
    await shelf.settled()
    later = (await shelf.reads(8))[0]
    await shelf.let_go(3)

    with pytest.raises(asyncio.CancelledError):
        await waiting[0]
    assert (await first[0], await later) == ({1: "no. 1"}, {8: "no. 8"})
