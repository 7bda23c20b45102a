"""One timer for all that has to end in the same time: a timer for each takes as long as to decode a small reply."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

Begun = TypeVar("Begun")


class Deadlines(Generic[Begun]):
    """Has `end` called with what was begun and is still not done so long after."""

    def __init__(self, after_s: float, end: Callable[[Begun], None]) -> None:
        self._after_s = after_s
        self._end = end
        # In the order in which it was begun, and so of when it is due.
        self._due: dict[Begun, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, begun: Begun, loop: asyncio.AbstractEventLoop) -> None:
        """Wait for it, which is not waited for already."""
        self._due[begun] = due = loop.time() + self._after_s
        if self._timer is None:
            self._timer = loop.call_at(due, self._look, loop)

    def done(self, begun: Begun) -> None:
        """Wait for it no longer, if at all."""
        self._due.pop(begun, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        while self._due:
            begun, due = next(iter(self._due.items()))
            if due > now:
                self._timer = loop.call_at(due, self._look, loop)
                return
            del self._due[begun]
            self._end(begun)
