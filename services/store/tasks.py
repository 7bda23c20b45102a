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
