import asyncio
from datetime import timedelta

from structlog.testing import capture_logs

from services import Services
from services.leases import Leases

TTL = timedelta(seconds=30)


async def test_two_processes_do_not_hold_one_lease(services: Services) -> None:
    one, other = Leases(services.store), Leases(services.store)

    lease = await one.take("stats:61", ttl=TTL)

    assert lease is not None
    assert await other.take("stats:61", ttl=TTL) is None
    await one.release(lease)
    assert await other.take("stats:61", ttl=TTL) is not None


async def test_a_lease_is_renewed_for_as_long_as_it_is_needed(services: Services) -> None:
    leases, ttl = Leases(services.store), timedelta(milliseconds=300)
    lease = await leases.take("stats:61", ttl=ttl)
    assert lease is not None
    first = (await services.store.leases.states(["stats:61"]))["stats:61"].running_until
    assert first is not None

    async with leases.renewed(lease, ttl=ttl), asyncio.timeout(20):
        while (await services.store.leases.states(["stats:61"]))["stats:61"].running_until == first:
            pass


async def test_a_lease_that_was_lost_is_told(services: Services) -> None:
    leases, ttl = Leases(services.store), timedelta(milliseconds=30)
    lease = await leases.take("stats:61", ttl=timedelta(milliseconds=-1))
    assert lease is not None
    assert await leases.take("stats:61", ttl=TTL) is not None

    with capture_logs() as lines:
        async with leases.renewed(lease, ttl=ttl), asyncio.timeout(20):
            while not lines:
                await services.check()

    assert lines[0]["event"] == "lease_lost"
