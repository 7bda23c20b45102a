"""The pace at which refreshes begin: no more in any stretch of time than each provider may be asked in it.

A refresh that began faster would have to do without the provider whose rate is spent. A little of each rate is left for
calls that are tried again, and for artists who are asked for twice.
"""

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import replace
from math import inf

from services.transport import Rate


class Pace:
    """Says when a refresh may begin. `now` is a clock in seconds that nobody sets."""

    def __init__(self, rates: Collection[Rate], *, now: Callable[[], float]) -> None:
        self._rates = tuple(replace(rate, calls=max(1, rate.calls - _left(rate))) for rate in rates)
        self._now = now
        self._begun: deque[float] = deque(maxlen=max((rate.calls for rate in self._rates), default=1))

    def wait_s(self, *, at_most: float = inf) -> float:
        """The seconds until the next may begin; what would hold it up for longer than `at_most` is disregarded."""
        now = self._now()
        spent = [rate for rate in self._rates if len(self._begun) >= rate.calls]
        waits = (self._begun[-rate.calls] + rate.per_s - now for rate in spent)
        return max((wait for wait in waits if 0 < wait <= at_most), default=0.0)

    def begin(self) -> None:
        """Take note that one begins, whether it was time or not."""
        self._begun.append(self._now())


def _left(rate: Rate) -> int:
    """A fiftieth of the calls, and one at least."""
    return max(1, rate.calls // 50)
