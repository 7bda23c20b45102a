"""Which faults are tried again, and after what wait. Nothing is tried for which no time would be left."""

import random
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import stamina

from services.transport.faults import ProviderThrottled, ProviderUnavailable

FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 2.0


def tries(retries: int, *, left_s: Callable[[], float], jitter: Callable[[], float] = random.random) -> "Tries":
    """As many tries of a call as a fault that may pass is worth, for `async for`; the last one's fault is raised.

    `left_s` tells how long the next one may be waited for. Waits double, each with a half of it left to chance, unless
    the provider says how long it wants to be left alone.
    """
    return stamina.retry_context(on=_Wait(left_s, jitter), attempts=1 + retries, timeout=None)


Tries = AsyncIterator[stamina.Attempt]


class _Wait:
    """The wait after a fault, False where it isn't worth one."""

    def __init__(self, left_s: Callable[[], float], jitter: Callable[[], float]) -> None:
        self._left_s = left_s
        self._jitter = jitter
        self._next_s = FIRST_WAIT_S

    def __call__(self, error: BaseException) -> bool | timedelta:
        wait = self._after(error)
        return wait if wait is not None and wait.total_seconds() < self._left_s() else False

    def _after(self, error: BaseException) -> timedelta | None:
        if isinstance(error, ProviderThrottled):
            if not error.passes_soon:
                return None
            return max(error.retry_after or timedelta(), self._backoff())
        return self._backoff() if isinstance(error, ProviderUnavailable) else None

    def _backoff(self) -> timedelta:
        wait_s = self._next_s * (1 + self._jitter()) / 2
        self._next_s = min(2 * self._next_s, LONGEST_WAIT_S)
        return timedelta(seconds=wait_s)
