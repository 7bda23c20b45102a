import asyncio
from contextlib import suppress

import pytest

from services.store.tasks import check_cancelled, end_tasks


async def outliving(cancellations: int) -> int:
    """Goes on after so many cancellations, as a loop does that takes them for a fault of the connection."""
    for outlived in range(cancellations + 1):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if outlived == cancellations:
                raise
    return cancellations


async def test_a_task_that_outlives_a_cancellation_is_ended_all_the_same() -> None:
    tasks = [asyncio.create_task(outliving(count)) for count in (0, 1, 2)]
    await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await end_tasks(*tasks)

    assert all(task.cancelled() for task in tasks)


async def test_tasks_that_have_ended_are_left_as_they_are() -> None:
    task = asyncio.create_task(asyncio.sleep(0, result=7))
    await task

    await end_tasks(task)
    await end_tasks()

    assert task.result() == 7


async def test_a_cancellation_that_was_lost_is_found_at_the_next_check() -> None:
    goes_on = asyncio.Event()

    async def loses_it() -> None:
        with suppress(asyncio.CancelledError):
            await goes_on.wait()
        check_cancelled()

    task = asyncio.create_task(loses_it())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_was_not_cancelled_goes_on() -> None:
    check_cancelled()
