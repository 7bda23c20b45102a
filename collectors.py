"""Prometheus' collectors, with less to do for each event than the library's own."""

from bisect import bisect_left
from collections import Counter as Counts
from collections.abc import Iterable
from threading import Lock

import prometheus_client
from prometheus_client.samples import Sample

MAX_UNCOUNTED = 1000


class Counter(prometheus_client.Counter):
    """Counts events, without exemplars."""

    def inc(self, amount: float = 1, exemplar: dict[str, str] | None = None) -> None:
        """Count so many more, never fewer."""
        self._value.inc(amount)


class Gauge(prometheus_client.Gauge):
    """Tells how much there is of something."""

    def inc(self, amount: float = 1) -> None:
        """Add so much."""
        self._value.inc(amount)

    def dec(self, amount: float = 1) -> None:
        """Take so much away."""
        self._value.inc(-amount)


class Histogram(prometheus_client.Histogram):
    """Sorts amounts into its buckets once somebody asks for them, without exemplars.

    Where several processes serve, who asks reads a file; `count_all` has it up to date.
    """

    def _metric_init(self) -> None:
        super()._metric_init()
        self._uncounted: list[float] = []
        _histograms.append(self)

    def observe(self, amount: float, exemplar: dict[str, str] | None = None) -> None:
        """Observe the amount."""
        self._uncounted.append(amount)
        if len(self._uncounted) >= MAX_UNCOUNTED:
            self.count()

    def count(self) -> None:
        """Have what was observed in the sum and the buckets."""
        with _counting:
            # Another thread may observe meanwhile: that is at the end of the same list.
            amounts = self._uncounted[:]
            del self._uncounted[: len(amounts)]
            if not amounts:
                return
            self._sum.inc(sum(amounts))
            for place, several in Counts(bisect_left(self._upper_bounds, amount) for amount in amounts).items():
                self._buckets[place].inc(several)

    def _child_samples(self) -> Iterable[Sample]:
        self.count()
        return super()._child_samples()


_histograms: list[Histogram] = []
_counting = Lock()


def count_all() -> None:
    """Have all that was observed in this process counted."""
    for histogram in _histograms:
        histogram.count()
