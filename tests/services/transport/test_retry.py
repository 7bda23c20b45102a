import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest

from services.transport import (
    ProviderError,
    ProviderRefused,
    ProviderSpared,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnreadable,
)
from services.transport.retry import tries
from tests.services.transport.turned import TURNED_TIME, now, passed_s

pytestmark = TURNED_TIME

GIVEN_UP = -1
AWAY = ProviderUnavailable("took longer than 8 s")


def throttled(seconds: float | None = None, *, lasting: bool = False) -> ProviderThrottled:
    wait = None if seconds is None else timedelta(seconds=seconds)
    return ProviderThrottled("was asked too often", retry_after=wait, lasting=lasting)


async def tried(
    faults: Iterable[BaseException],
    *,
    retries: int = 10,
    within_s: float = 1000.0,
    jitter: Callable[[], float] = lambda: 1.0,
) -> list[float]:
    """When each try was made, GIVEN_UP at the end; they fail of the faults in turn, and then succeed."""
    deadline = now() + within_s
    failures = iter(faults)
    made: list[float] = []
    try:
        async for attempt in tries(retries, left_s=lambda: deadline - now(), jitter=jitter):
            with attempt:
                made.append(passed_s())
                if fault := next(failures, None):
                    raise fault
    except ProviderError:
        made.append(GIVEN_UP)
    return made


@pytest.mark.parametrize("fault", [AWAY, throttled()], ids=repr)
async def test_a_fault_that_may_pass_is_tried_again(fault: ProviderError) -> None:
    assert await tried([fault]) == [0, 0.1]


@pytest.mark.parametrize(
    "fault",
    [
        ProviderRefused("refused the key"),
        ProviderUnreadable("answered 404"),
        ProviderSpared("was not asked"),
        throttled(lasting=True),
        throttled(3, lasting=True),
        throttled(21600),
    ],
    ids=repr,
)
async def test_a_fault_that_will_not_pass_is_not_tried_again(fault: ProviderError) -> None:
    assert await tried([fault]) == [0, GIVEN_UP]


async def test_it_is_tried_no_more_often_than_told() -> None:
    assert await tried([AWAY] * 9, retries=2) == [0, 0.1, 0.3, GIVEN_UP]


async def test_without_retries_it_is_tried_once() -> None:
    assert await tried([AWAY], retries=0) == [0, GIVEN_UP]


async def test_waits_double_up_to_a_bound() -> None:
    assert await tried([AWAY] * 7) == [0, 0.1, 0.3, 0.7, 1.5, 3.1, 5.1, 7.1]


async def test_a_half_of_each_wait_is_left_to_chance() -> None:
    assert await tried([AWAY] * 2, jitter=lambda: 0.0) == [0, 0.05, 0.15]


async def test_two_who_fail_at_once_do_not_come_again_at_once() -> None:
    seen = {(await tried([AWAY], jitter=jitter))[1] for jitter in [lambda: 0.2, lambda: 0.7]}

    assert len(seen) == 2


async def test_a_wait_that_was_told_is_kept() -> None:
    assert await tried([throttled(3)]) == [0, 3]


async def test_a_wait_of_nothing_that_was_told_is_a_short_one() -> None:
    assert await tried([throttled(0)]) == [0, 0.1]


@pytest.mark.parametrize("fault", [AWAY, throttled(3)], ids=repr)
async def test_nothing_is_waited_for_beyond_the_time_that_is_left(fault: ProviderError) -> None:
    assert (await tried([fault] * 9, within_s=0.05), passed_s()) == ([0, GIVEN_UP], 0)


async def test_the_last_fault_is_told() -> None:
    async def call() -> None:
        async for attempt in tries(2, left_s=lambda: 1.0):
            with attempt:
                raise AWAY if attempt.num == 1 else ProviderUnreadable("answered 404")

    with pytest.raises(ProviderUnreadable, match="answered 404"):
        await call()


async def test_who_stops_waiting_ends_the_tries() -> None:
    waiting = asyncio.create_task(tried([throttled(5)]))
    await asyncio.sleep(1)

    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert passed_s() == 1
