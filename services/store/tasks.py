"""Ending tasks that ask MongoDB in a loop."""

import asyncio
from typing import Any

CANCEL_AGAIN_S = 0.25


async def end_tasks(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel the tasks, again and again, until all have ended.

    A cancellation that meets PyMongo in mid-operation may come out as a fault of the connection, which such a loop
    outlives, or before Python 3.12 be lost in `wait_for`.
    """
    while any(not task.done() for task in tasks):
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=CANCEL_AGAIN_S)


def check_cancelled() -> None:
    """Return where the task that runs may go on; raises CancelledError where it was cancelled and that was lost.

    For a loop that asks MongoDB, and whose task is cancelled once, as by Ctrl-C: PyMongo may lose it, see `end_tasks`.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
