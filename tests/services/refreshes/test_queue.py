import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

import telemetry
from services.errors import StoreUnavailable
from services.freshness import ReadMode
from services.model.refresh import Refreshed, RefreshOutcome
from services.refreshes import RefreshQueue
from services.refreshes import queue as queues
from services.transport import Rate

DONE, ABANDONED = Refreshed(RefreshOutcome.REFRESHED), Refreshed(RefreshOutcome.ABANDONED)
Queue = RefreshQueue[int, Refreshed]


class Runs:
    """Refreshes that are held back until they are let go."""

    def __init__(self) -> None:
        self.begun: list[tuple[int, bool]] = []
        self.free = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self, artist_id: int, /, *, forced: bool) -> Refreshed:
        self.begun.append((artist_id, forced))
        await self.free.wait()
        if self.error:
            raise self.error
        return DONE


def queue_of(runs: Runs, **options: Any) -> Queue:
    return RefreshQueue("stats", runs, outcomes=telemetry.REFRESHES, abandoned=ABANDONED, **options)


@pytest.fixture
def runs() -> Runs:
    return Runs()


@pytest.fixture
async def queue(runs: Runs) -> AsyncIterator[Queue]:
    queue = queue_of(runs, at_once=2)
    yield queue
    await queue.close()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_all_who_ask_for_an_artist_share_one_refresh(queue: Queue, runs: Runs) -> None:
    ends = [queue.ask(61) for _ in range(50)]
    await settled()
    runs.free.set()

    assert ends[0] is not None
    assert await ends[0] == DONE
    assert set(ends) == {ends[0]}
    assert runs.begun == [(61, False)]


async def test_so_many_run_at_once_and_the_others_wait(queue: Queue, runs: Runs) -> None:
    ends = [queue.ask(artist_id) for artist_id in (1, 2, 3)]
    await settled()
    assert [artist_id for artist_id, _ in runs.begun] == [1, 2]

    runs.free.set()

    await asyncio.gather(*(end for end in ends if end))
    assert [artist_id for artist_id, _ in runs.begun] == [1, 2, 3]


async def test_those_that_somebody_waits_for_come_first(queue: Queue, runs: Runs) -> None:
    queue.ask(1)
    queue.ask(2)
    queue.ask(3, waited=False)
    queue.ask(4, waited=False)
    queue.ask(5)
    queue.ask(4)

    runs.free.set()
    await asyncio.gather(*(end for i in (3, 4, 5) if (end := queue.ask(i))))

    assert [artist_id for artist_id, _ in runs.begun] == [1, 2, 5, 4, 3]


async def test_who_waits_no_longer_lets_others_go_first(queue: Queue, runs: Runs) -> None:
    queue.ask(1)
    queue.ask(2)
    left = [queue.ask(artist_id) for artist_id in (3, 4)]
    waited = queue.ask(5)
    queue.leave(3)
    queue.leave(4)

    runs.free.set()
    await asyncio.gather(*(end for end in (*left, waited) if end))

    assert [artist_id for artist_id, _ in runs.begun] == [1, 2, 5, 3, 4]


async def test_a_reader_whose_wait_is_over_lets_others_go_first(queue: Queue, runs: Runs) -> None:
    for artist_id in (1, 2):
        queue.ask(artist_id)

    await queue.results([3], ReadMode(max_wait_ms=1))
    ends = [queue.ask(artist_id) for artist_id in (4, 3)]
    queue.leave(3)

    runs.free.set()
    await asyncio.gather(*(end for end in ends if end))
    assert [artist_id for artist_id, _ in runs.begun] == [1, 2, 4, 3]


async def test_a_reader_who_is_gone_lets_others_go_first(queue: Queue, runs: Runs) -> None:
    for artist_id in (1, 2):
        queue.ask(artist_id)
    reading = asyncio.create_task(queue.results([3], ReadMode()))
    await settled()

    reading.cancel()
    await asyncio.wait([reading])
    last = queue.ask(4)

    runs.free.set()
    assert last is not None
    await asyncio.gather(last, *([end] if (end := queue.ask(3, waited=False)) else []))
    assert [artist_id for artist_id, _ in runs.begun] == [1, 2, 4, 3]


async def test_one_that_another_still_waits_for_keeps_its_place(queue: Queue, runs: Runs) -> None:
    queue.ask(1)
    queue.ask(2)
    queue.ask(3)
    both = queue.ask(3)
    last = queue.ask(4)
    queue.leave(3)

    runs.free.set()
    await asyncio.gather(*(end for end in (both, last) if end))

    assert [artist_id for artist_id, _ in runs.begun] == [1, 2, 3, 4]


@pytest.mark.parametrize("waited", [True, False])
async def test_whoever_forces_one_that_has_not_begun_forces_it_for_all(queue: Queue, runs: Runs, waited: bool) -> None:
    queue.ask(1)
    queue.ask(2)
    queue.ask(3, waited=waited)
    end = queue.ask(3, forced=True, waited=False)

    runs.free.set()
    assert end is not None
    await end

    assert runs.begun == [(1, False), (2, False), (3, True)]


async def test_refreshes_begin_at_the_pace(runs: Runs) -> None:
    queue = queue_of(runs, rates=[Rate(calls=3, per_s=0.1)])
    runs.free.set()
    began = time.monotonic()

    await asyncio.gather(*(end for i in range(5) if (end := queue.ask(i, waited=i % 2 == 0))))

    assert time.monotonic() - began >= 0.2
    assert len(runs.begun) == 5
    await queue.close()


async def test_only_those_that_nobody_waits_for_are_held_up_for_long(runs: Runs) -> None:
    queue = queue_of(runs, rates=[Rate(calls=1, per_s=60)])
    queue.ask(1, waited=False)
    held = queue.ask(2, waited=False)

    queue.ask(3)
    await settled()

    assert [artist_id for artist_id, _ in runs.begun] == [1, 3]
    assert held is not None
    assert not held.done()
    await queue.close()


async def test_an_artist_is_there_until_its_refresh_ends(queue: Queue, runs: Runs) -> None:
    end = queue.ask(61)
    assert 61 in queue

    runs.free.set()
    assert end is not None
    await end

    assert 61 not in queue


async def test_a_fault_is_told_to_who_waits_and_the_next_one_runs(queue: Queue, runs: Runs) -> None:
    runs.error = StoreUnavailable("away")
    runs.free.set()
    end = queue.ask(61)

    assert end is not None
    with pytest.raises(StoreUnavailable):
        await end

    runs.error = None
    again = queue.ask(61)
    assert again is not None
    assert await again == DONE


async def test_a_full_queue_refuses(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "LONGEST_QUEUE", 1)
    queue.ask(1)

    assert queue.ask(2) is None
    assert queue.ask(1) is not None


async def test_who_stops_waiting_does_not_stop_the_refresh(queue: Queue, runs: Runs) -> None:
    end = queue.ask(61)
    assert end is not None
    await asyncio.wait([end], timeout=0)

    runs.free.set()

    assert await end == DONE


async def test_closing_gives_up_what_runs_and_what_waits(queue: Queue, runs: Runs) -> None:
    ends = [queue.ask(artist_id) for artist_id in (1, 2, 3)]
    await settled()

    await queue.close()

    assert all(end and end.done() for end in ends)
    assert queue.ask(4) is None
    assert len(runs.begun) == 2


async def test_results_are_those_that_came_in_time(queue: Queue, runs: Runs) -> None:
    waiting = await queue.results([1, 2], ReadMode(max_wait_ms=1))
    runs.free.set()
    ended = await queue.results([1, 2], ReadMode())

    assert waiting == {1: None, 2: None}
    assert ended == {1: DONE, 2: DONE}


async def test_a_refresh_that_met_a_database_away_has_no_result(queue: Queue, runs: Runs) -> None:
    runs.error = StoreUnavailable("away")
    runs.free.set()

    assert await queue.results([1], ReadMode()) == {1: None}


async def test_results_of_a_full_queue_are_none(queue: Queue) -> None:
    await queue.close()

    assert await queue.results([1], ReadMode()) == {}
