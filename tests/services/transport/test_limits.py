import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from services.transport import HTTPPolicy, ProviderSpared, Rate
from services.transport.limits import Limits
from tests.services.transport.turned import TURNED_TIME, ended, now, others_go_on, passed_s

pytestmark = TURNED_TIME


def limits(*, calls: int = 1000, per_s: float = 1.0, at_once: int = 1000) -> Limits:
    return Limits(HTTPPolicy(max_in_flight=at_once, rate=Rate(calls, per_s)), now=now)


async def call(limits: Limits, *, takes_s: float = 0.0, within_s: float = 1000.0) -> float:
    """When the call began."""
    async with limits.turn(deadline=now() + within_s):
        began = passed_s()
        await asyncio.sleep(takes_s)
        return began


async def test_calls_begin_at_once_as_far_as_the_rate_allows() -> None:
    asked = limits(calls=3, per_s=10)

    assert await asyncio.gather(*(call(asked) for _ in range(8))) == [0, 0, 0, 10, 10, 10, 20, 20]


async def test_in_no_stretch_of_time_more_calls_begin_than_the_rate_allows() -> None:
    asked = limits(calls=5, per_s=1)

    async def later(after_s: float) -> float:
        await asyncio.sleep(after_s)
        return await call(asked)

    began = sorted(await asyncio.gather(*(later(after * 0.07) for after in range(60))))

    assert all(later - earlier >= 1 - 1e-6 for earlier, later in zip(began, began[5:], strict=False))
    assert began[-1] < 12


async def test_no_more_calls_are_under_way_than_the_policy_allows() -> None:
    asked = limits(at_once=2)
    most = 0

    async def measured() -> None:
        nonlocal most
        async with asked.turn(deadline=now() + 1000):
            most = max(most, asked.in_flight)
            await asyncio.sleep(5)

    await asyncio.gather(*(measured() for _ in range(6)))

    assert (most, passed_s(), asked.in_flight) == (2, 15, 0)


@pytest.mark.parametrize("asked_within", [{"calls": 1, "per_s": 1}, {"at_once": 1}], ids=["rate", "calls at once"])
async def test_who_comes_first_is_served_first(asked_within: dict[str, int]) -> None:
    asked = limits(**asked_within)
    served: list[int] = []

    async def numbered(number: int) -> None:
        await call(asked, takes_s=1)
        served.append(number)

    await asyncio.gather(*(numbered(number) for number in range(10)))

    assert served == list(range(10))


async def test_whom_the_rate_cannot_serve_in_time_is_told_so_at_once() -> None:
    asked = limits(calls=1, per_s=10)

    outcomes = await asyncio.gather(*(ended(call(asked, within_s=25)) for _ in range(5)))

    assert outcomes == [(0, 0), (10, 10), (20, 20), (0, ProviderSpared), (0, ProviderSpared)]


async def test_who_waited_in_vain_for_a_call_to_end_is_told_so_at_the_deadline() -> None:
    asked = limits(at_once=1)

    outcomes = await asyncio.gather(ended(call(asked, takes_s=60)), ended(call(asked, within_s=5)))

    assert list(outcomes) == [(60, 0), (5, ProviderSpared)]


@pytest.mark.parametrize("asked_within", [{"calls": 1, "per_s": 10}, {"at_once": 1}], ids=["rate", "calls at once"])
async def test_who_stops_waiting_takes_nobodys_turn(asked_within: dict[str, int]) -> None:
    asked = limits(**asked_within)
    first = asyncio.create_task(call(asked, takes_s=10))
    leaving = [asyncio.create_task(call(asked, takes_s=10)) for _ in range(3)]
    last = asyncio.create_task(call(asked))
    await others_go_on()

    for task in leaving:
        task.cancel()

    assert (await first, await last) == (0, 10)


async def test_who_leaves_at_the_moment_of_their_turn_takes_nobodys() -> None:
    asked = limits(at_once=1)
    leaving: list[asyncio.Task[float]] = []

    async def first() -> None:
        async with asked.turn(deadline=now() + 1000):
            await asyncio.sleep(1)
        for task in leaving:
            task.cancel()

    begun = asyncio.create_task(first())
    await others_go_on()
    leaving += [asyncio.create_task(call(asked)) for _ in range(3)]
    last = asyncio.create_task(call(asked))
    await begun

    assert await last == 1
    assert asked.in_flight == 0


async def test_a_call_that_fails_ends_its_turn() -> None:
    asked = limits(at_once=1)

    with suppress(ZeroDivisionError):
        async with asked.turn(deadline=now() + 1):
            _ = 1 / 0

    assert (await call(asked), asked.in_flight) == (0, 0)


async def test_held_it_lets_no_call_begin() -> None:
    asked = limits()

    asked.hold(timedelta(seconds=3))

    assert await asyncio.gather(*(call(asked) for _ in range(2))) == [3, 3]


async def test_held_anew_it_holds_those_who_wait_already() -> None:
    asked = limits()
    asked.hold(timedelta(seconds=3))
    waiting = asyncio.create_task(call(asked))
    await asyncio.sleep(2)

    asked.hold(timedelta(seconds=5))

    assert await waiting == 7


async def test_of_two_holds_the_longer_counts() -> None:
    asked = limits()

    asked.hold(timedelta(seconds=3))
    asked.hold(timedelta(seconds=1))

    assert await call(asked) == 3


async def test_who_waits_when_it_is_held_is_told_so_at_the_deadline() -> None:
    asked = limits(calls=1, per_s=3)
    outcomes = asyncio.gather(*(ended(call(asked, within_s=10)) for _ in range(3)))
    await asyncio.sleep(1)

    asked.hold(timedelta(seconds=20))

    assert await outcomes == [(0, 0), (10, ProviderSpared), (10, ProviderSpared)]


async def test_after_its_deadline_nobody_has_a_turn() -> None:
    assert await ended(call(limits(), within_s=-1)) == (0, ProviderSpared)
