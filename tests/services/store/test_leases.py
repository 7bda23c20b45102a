import asyncio
from datetime import timedelta

import pytest

from services.store import Store
from services.store.indexes import make_indexes
from services.store.leases import COLLECTION, LeaseStore
from tests.builders import NOW
from tests.conftest import Commands, Database
from tests.services.store.plans import explained, keys

TTL = timedelta(seconds=30)
OVER = timedelta(milliseconds=1)


@pytest.fixture
def leases(store: Store) -> LeaseStore:
    return store.leases


async def test_a_lease_is_one_owners(leases: LeaseStore) -> None:
    first = await leases.take("stats:61", owner="a", ttl=TTL)
    second = await leases.take("stats:61", owner="b", ttl=TTL)

    assert first is not None
    assert second is None


async def test_of_many_who_want_it_at_once_one_gets_it(leases: LeaseStore) -> None:
    taken = await asyncio.gather(*(leases.take("stats:61", owner="a", ttl=TTL) for _ in range(20)))

    assert sum(lease is not None for lease in taken) == 1


async def test_subjects_are_leased_apart(leases: LeaseStore) -> None:
    assert await leases.take("stats:61", owner="a", ttl=TTL)
    assert await leases.take("stats:62", owner="a", ttl=TTL)


async def test_a_lease_that_has_run_out_is_taken_over_with_a_greater_fence(leases: LeaseStore) -> None:
    lost = await leases.take("stats:61", owner="a", ttl=-OVER)

    taken = await leases.take("stats:61", owner="b", ttl=TTL)

    assert lost is not None
    assert taken is not None
    assert taken.fence > lost.fence


async def test_a_fence_is_above_what_it_is_to_be_above_and_every_former_one(leases: LeaseStore) -> None:
    taken = [await leases.take("stats:61", owner="a", ttl=-OVER, fence_above=above) for above in (7, 3)]

    assert [lease and lease.fence for lease in taken] == [8, 9]


async def test_who_has_lost_a_lease_can_neither_renew_nor_end_it(leases: LeaseStore) -> None:
    lost = await leases.take("stats:61", owner="a", ttl=-OVER)
    taken = await leases.take("stats:61", owner="b", ttl=TTL)
    assert lost is not None
    assert taken is not None

    renewed = await leases.renew(lost, ttl=TTL)
    await leases.end(lost, error="late", retry_in=TTL)
    await leases.release(lost)

    assert not renewed
    assert await leases.renew(taken, ttl=TTL)
    assert (await leases.states(["stats:61"]))["stats:61"].error is None


async def test_a_released_lease_is_free_and_tells_nothing(leases: LeaseStore) -> None:
    lease = await leases.take("stats:61", owner="a", ttl=TTL)
    assert lease is not None

    await leases.release(lease)

    assert (await leases.states(["stats:61"]))["stats:61"].ended_at is None
    assert await leases.take("stats:61", owner="b", ttl=TTL)


async def test_a_failure_counts_and_rests_until_a_success(leases: LeaseStore) -> None:
    for attempt in (1, 2):
        lease = await leases.take("stats:61", owner="a", ttl=TTL)
        assert lease is not None
        await leases.end(lease, error="Viberate: $away.", retry_in=TTL)
        state = (await leases.states(["stats:61"]))["stats:61"]
        assert (state.attempts, state.error) == (attempt, "Viberate: $away.")
        assert state.ended_at is not None
        assert state.rests(state.ended_at)

    lease = await leases.take("stats:61", owner="a", ttl=TTL)
    assert lease is not None
    assert lease.retry_at == state.retry_at
    await leases.end(lease, error=None, retry_in=None)

    state = (await leases.states(["stats:61"]))["stats:61"]
    assert (state.attempts, state.error, state.retry_at) == (0, None, None)


async def test_what_ended_since_is_told_in_order(leases: LeaseStore) -> None:
    for subject in ("stats:2", "stats:1", "stats:3"):
        lease = await leases.take(subject, owner="a", ttl=TTL)
        assert lease is not None
        await leases.end(lease, error=None, retry_in=None)
    first, *_ = await leases.ended_since(["stats:1", "stats:2"], None)

    later = await leases.ended_since(["stats:1", "stats:2"], first.ended_at)

    assert first.subject == "stats:2"
    assert [state.subject for state in later] in (["stats:1"], [])


async def test_what_ended_of_late_is_found_however_many_are_listened_for(
    store: Store, leases: LeaseStore, database: Database, commands: Commands
) -> None:
    await make_indexes(store.mongo)
    long_ago = NOW - timedelta(days=30)
    await database.insert(COLLECTION, *({"_id": f"stats:{number}", "endedAt": long_ago} for number in range(2, 1000)))
    await database.insert(COLLECTION, {"_id": "stats:1", "endedAt": NOW})

    found = await leases.ended_since([f"stats:{number}" for number in range(1, 1000)], NOW - timedelta(seconds=10))

    plan = await explained(commands.sent[-1], database)
    assert [state.subject for state in found] == ["stats:1"]
    assert keys(plan) <= 2
