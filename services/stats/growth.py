"""Growth: how the metrics changed between an artist's newest stored day and the one nearest to so many days before."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from services.errors import BadInput
from services.metrics import METRICS, Metric
from services.model.instants import tolerance
from services.model.stats import DayOfStats, Growth
from services.store import Store

MAX_DAYS = 3650


class GrowthReader:
    """Compares stored days of many artists at once."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    async def many(
        self, artist_ids: Sequence[int], *, days: int, metrics: Sequence[Metric] | None = None
    ) -> list[tuple[Growth, ...]]:
        """The growth of each metric that has both values, in the order of the metric table, for each artist.

        One aggregate. Raises BadInput, StoreUnavailable.
        """
        if not 1 <= days <= MAX_DAYS:
            raise BadInput(f"days is {days}: 1 to {MAX_DAYS} can be looked back.")
        wanted = [Metric(row.name) for row in METRICS if metrics is None or row.name in metrics]
        found = await self._store.history.compared(
            set(artist_ids),
            days=days,
            tolerance=tolerance(days),
            metrics=[metric.value for metric in wanted],
            today=self._clock().date(),
        )
        return [tuple(growth(found.get(artist_id, ()), days=days, metrics=wanted)) for artist_id in artist_ids]


def growth(stored: Sequence[DayOfStats], *, days: int, metrics: Iterable[Metric]) -> Iterable[Growth]:
    """The growth of each metric; `stored` begins with the newest day. Of two days equally near the later counts."""
    if not stored:
        return
    newest, aim = stored[0], stored[0].date - timedelta(days=days)
    near = sorted(
        (day for day in stored[1:] if abs((day.date - aim).days) <= tolerance(days)),
        key=lambda day: (abs((day.date - aim).days), newest.date - day.date),
    )
    for metric in metrics:
        before = next((day for day in near if metric in day.values), None)
        if before is not None and metric in newest.values:
            yield _compared(metric, before, newest)


def _compared(metric: Metric, before: DayOfStats, newest: DayOfStats) -> Growth:
    change = newest.values[metric] - before.values[metric]
    return Growth(
        metric=metric,
        change=change,
        percent=round(100 * change / before.values[metric], 2),
        since=before.date,
        until=newest.date,
        same_source=before.sources.get(metric) == newest.sources.get(metric),
    )
