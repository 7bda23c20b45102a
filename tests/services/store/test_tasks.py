import asyncio

from services.store.tasks import end_tasks


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
