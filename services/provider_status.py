"""How the providers stand: for who runs the server. No secrets."""

import asyncio
from collections.abc import Mapping, Sequence

from services.metrics import METRICS
from services.model.artist import Artist
from services.model.providers import (
    Asked,
    BreakerState,
    LastOutcomes,
    ProviderHealth,
    ProviderOutlook,
    ProviderStatus,
)
from services.providers import OpenProvider, ProviderRow
from services.store.budgets import BudgetStore

_NEVER_ASKED = ProviderHealth(BreakerState.CLOSED, retry_at=None)
_NO_OUTCOMES = LastOutcomes(success_at=None, error_at=None, error=None)


class ProviderStatuses:
    """Tells of every provider of the tier table, configured or not."""

    def __init__(
        self,
        rows: Sequence[ProviderRow],
        opened: Sequence[OpenProvider],
        budgets: BudgetStore,
        *,
        left_out: Mapping[str, str],
    ) -> None:
        """`left_out` says by name why each that isn't opened is not."""
        self._rows = rows
        self._left_out = left_out
        self._opened = {provider.row.name: provider for provider in opened}
        self._budgets = budgets

    async def all(self) -> list[ProviderStatus]:
        """Each provider in tier order; the breaker alone is this process's. Two finds; raises StoreUnavailable."""
        names = [row.name for row in self._rows]
        calls, ended = await asyncio.gather(self._budgets.calls_today(names), self._budgets.last_outcomes(names))
        return [self._status(row, calls.get(row.name, 0), ended.get(row.name, _NO_OUTCOMES)) for row in self._rows]

    async def outlook(self, artist: Artist) -> list[ProviderOutlook]:
        """Whom a refresh of the artist would ask now, and for what, in tier order; raises StoreUnavailable."""
        statuses = await self.all()
        reasons = [self._why_not(row, status, artist) for row, status in zip(self._rows, statuses, strict=True)]
        able = [row for row, reason in zip(self._rows, reasons, strict=True) if reason is None]
        return [
            ProviderOutlook(status, Asked.NOT, reason) if reason is not None else _outlook(row, status, able)
            for row, status, reason in zip(self._rows, statuses, reasons, strict=True)
        ]

    def _why_not(self, row: ProviderRow, status: ProviderStatus, artist: Artist) -> str | None:
        """Why the provider can't be asked for the artist; None where it can."""
        opened = self._opened.get(row.name)
        if opened is None:
            return self._left_out[row.name]
        if not opened.provider.can_ask(artist):
            return "the artist has no id that it takes"
        if status.daily_budget is not None and status.calls_today >= status.daily_budget:
            return f"its {status.daily_budget} calls of the day are spent"
        return None

    def _status(self, row: ProviderRow, calls_today: int, ended: LastOutcomes) -> ProviderStatus:
        opened = self._opened.get(row.name)
        health = opened.client.health if opened else _NEVER_ASKED
        return ProviderStatus(
            name=row.name,
            tier=row.tier,
            configured=opened is not None,
            sandbox=bool(opened and opened.sandbox),
            breaker=health.breaker,
            calls_today=calls_today,
            daily_budget=self._budgets.limit(row.name),
            retry_at=health.retry_at,
            last_success_at=ended.success_at,
            last_error_at=ended.error_at,
            last_error=ended.error,
        )


def _outlook(row: ProviderRow, status: ProviderStatus, able: Sequence[ProviderRow]) -> ProviderOutlook:
    """What a provider that can be asked would be asked for; `able` are all such."""
    before = frozenset[str]().union(*(other.metrics for other in able if other.tier < row.tier))
    if alone := row.metrics - before:
        return ProviderOutlook(status, Asked.SURELY, "has what no tier before it has", _ordered(alone))
    return ProviderOutlook(status, Asked.FOR_GAPS, "has what tiers before it may leave", _ordered(row.metrics))


def _ordered(metrics: frozenset[str]) -> tuple[str, ...]:
    return tuple(row.name for row in METRICS if row.name in metrics)
