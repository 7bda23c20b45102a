"""How the providers stand: for who runs the server. No secrets."""

import asyncio
from collections.abc import Sequence

from services.model.providers import BreakerState, LastOutcomes, ProviderHealth, ProviderStatus
from services.providers import OpenProvider, ProviderRow
from services.store.budgets import BudgetStore

_NEVER_ASKED = ProviderHealth(BreakerState.CLOSED, retry_at=None)
_NO_OUTCOMES = LastOutcomes(success_at=None, error_at=None, error=None)


class ProviderStatuses:
    """Tells of every provider of the tier table, configured or not."""

    def __init__(self, rows: Sequence[ProviderRow], opened: Sequence[OpenProvider], budgets: BudgetStore) -> None:
        self._rows = rows
        self._opened = {provider.row.name: provider for provider in opened}
        self._budgets = budgets

    async def all(self) -> list[ProviderStatus]:
        """Each provider in tier order; the breaker alone is this process's. Two finds; raises StoreUnavailable."""
        names = [row.name for row in self._rows]
        calls, ended = await asyncio.gather(self._budgets.calls_today(names), self._budgets.last_outcomes(names))
        return [self._status(row, calls.get(row.name, 0), ended.get(row.name, _NO_OUTCOMES)) for row in self._rows]

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
            last_error=ended.error,
        )
