import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from services import Services
from services.errors import StoreUnavailable
from services.leases import Leases
from services.refreshes import RefreshNews, Turns
from services.refreshes.turns import BROKE, BROKEN_REST
from services.store import Store
from tests.services.conftest import counted, eventually

SUBJECT = "stats:61"


@pytest.fixture
def store(services: Services) -> Store:
    return services.store


@pytest.fixture
async def turns(store: Store) -> AsyncIterator[Turns]:
    news = RefreshNews(store)
    yield Turns(Leases(store), news)
    await news.close()


async def test_a_turn_that_nobody_has_is_the_first(turns: Turns) -> None:
    async with turns.at(SUBJECT) as turn:
        assert (turn.lease.subject, turn.is_first) == (SUBJECT, True)


async def test_somebody_elses_turn_is_waited_for(store: Store, turns: Turns) -> None:
    held = await store.leases.take(SUBJECT, owner="elsewhere", ttl=timedelta(minutes=1))
    assert held is not None

    async def next_turn() -> bool:
        async with turns.at(SUBJECT) as turn:
            return turn.is_first

    def takes() -> float:
        return counted("kisum_mongodb_commands_total", command="findAndModify", outcome="succeeded")

    asked_before = takes()

    async def is_waiting() -> bool:
        # It has asked for the lease once more since it listens, and knows that it is held.
        return takes() == asked_before + 2

    before = counted("kisum_refresh_lease_wait_seconds_count", subject="stats")
    waiting = asyncio.create_task(next_turn())
    await eventually(is_waiting)
    await store.leases.end(held, error=None, retry_in=None)

    assert await asyncio.wait_for(waiting, 20) is False
    assert counted("kisum_refresh_lease_wait_seconds_count", subject="stats") == before + 1


async def test_a_turn_after_one_that_died_is_the_first(store: Store, turns: Turns) -> None:
    turns = replace(turns, ttl=timedelta(seconds=1))
    await store.leases.take(SUBJECT, owner="killed", ttl=timedelta(milliseconds=200))

    async with turns.at(SUBJECT) as turn:
        assert turn.is_first


@pytest.mark.parametrize("fault", [asyncio.CancelledError, StoreUnavailable])
async def test_a_turn_that_is_given_up_leaves_the_subject_free(
    store: Store, turns: Turns, fault: type[BaseException]
) -> None:
    with pytest.raises(fault):
        async with turns.at(SUBJECT):
            raise fault

    assert await store.leases.take(SUBJECT, owner="elsewhere", ttl=timedelta(minutes=1)) is not None


async def test_a_turn_that_breaks_off_on_a_defect_ends_as_a_failure(store: Store, turns: Turns) -> None:
    with pytest.raises(ZeroDivisionError):
        async with turns.at(SUBJECT):
            raise ZeroDivisionError

    state = (await store.leases.states([SUBJECT]))[SUBJECT]
    assert (state.error, state.running_until) == (BROKE, None)
    assert state.ended_at is not None
    assert state.rests(state.ended_at + BROKEN_REST / 2)


async def test_a_turn_is_held_until_its_owner_ends_it(store: Store, turns: Turns) -> None:
    async with turns.at(SUBJECT) as turn:
        assert await store.leases.take(SUBJECT, owner="elsewhere", ttl=timedelta(minutes=1)) is None
        await turns.leases.end(turn.lease)

    assert await store.leases.take(SUBJECT, owner="elsewhere", ttl=timedelta(minutes=1)) is not None
