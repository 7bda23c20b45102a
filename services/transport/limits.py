"""The limits that a provider is asked within: calls under way, and calls begun in any stretch of time.

First come, first served; whoever the rate can't serve in time is told so at once.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from services.transport.faults import ProviderSpared
from services.transport.policy import HTTPPolicy, Rate


class Limits:
    """The turns of one provider's calls. `now` is the event loop's clock, as deadlines are."""

    def __init__(self, policy: HTTPPolicy, *, now: Callable[[], float]) -> None:
        self._rate = RateLimit(policy.rate, now=now)
        self._free = asyncio.Semaphore(policy.max_in_flight)
        self._in_flight = 0

    @property
    def in_flight(self) -> int:
        """How many have their turn now."""
        return self._in_flight

    @asynccontextmanager
    async def turn(self, *, deadline: float) -> AsyncIterator[None]:
        """The right to make one call, as soon as it is within the limits; raises ProviderSpared at the deadline."""
        try:
            async with asyncio.timeout_at(deadline):
                await self._free.acquire()
        except TimeoutError:
            raise ProviderSpared("was not asked: too many calls to it were under way") from None
        try:
            await self._rate.passed(deadline=deadline)
            self._in_flight += 1
            try:
                yield
            finally:
                self._in_flight -= 1
        finally:
            self._free.release()

    def hold(self, span: timedelta) -> None:
        """Let no further call begin for so long."""
        self._rate.hold(span)


class RateLimit:
    """Lets so many calls begin in any stretch of so many seconds."""

    def __init__(self, rate: Rate, *, now: Callable[[], float]) -> None:
        self._rate = rate
        self._now = now
        self._begun: deque[float] = deque(maxlen=rate.calls)
        self._held_until = 0.0
        self._waiting = 0
        self._turn = asyncio.Lock()

    async def passed(self, *, deadline: float) -> None:
        """Return when the next call may begin; raises ProviderSpared as soon as that won't be before the deadline."""
        if self._due(ahead=self._waiting) >= deadline:
            raise _no_time()
        self._waiting += 1
        try:
            async with asyncio.timeout_at(deadline), self._turn:
                # Again where it was held meanwhile.
                while (wait_s := self._due() - self._now()) > 0:  # noqa: ASYNC110  (time is what it waits for)
                    await asyncio.sleep(wait_s)
                self._begun.append(self._now())
        except TimeoutError:
            raise _no_time() from None
        finally:
            self._waiting -= 1

    def hold(self, span: timedelta) -> None:
        """Let no further call begin for so long."""
        self._held_until = max(self._held_until, self._now() + span.total_seconds())

    def _due(self, *, ahead: int = 0) -> float:
        """When a call may begin, with so many before it."""
        due = max(self._now(), self._held_until)
        begun = list(self._begun)
        for _ in range(ahead + 1):
            if len(begun) >= self._rate.calls:
                due = max(due, begun[-self._rate.calls] + self._rate.per_s)
            begun.append(due)
        return due


def _no_time() -> ProviderSpared:
    return ProviderSpared("was not asked: its rate limit leaves no time")
