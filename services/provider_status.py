"""How the providers stand: for who runs the server. No secrets."""

from collections.abc import Sequence

from services.model.providers import BreakerState, ProviderHealth, ProviderStatus
from services.providers import OpenProvider, ProviderRow
from services.store.budgets import BudgetStore

_NEVER_ASKED = ProviderHealth(BreakerState.CLOSED, retry_at=None, last_success_at=None, last_error=None)


class ProviderStatuses:
    """Tells of every provider of the tier table, configured or not."""

    def __init__(self, rows: Sequence[ProviderRow], opened: Sequence[OpenProvider], budgets: BudgetStore) -> None:
        self._rows = rows
        self._opened = {provider.row.name: provider for provider in opened}
        self._budgets = budgets

    async def all(self) -> list[ProviderStatus]:
        """Each provider in tier order; breaker and errors are this process's. One find; raises StoreUnavailable."""
        calls = await self._budgets.calls_today([row.name for row in self._rows])
        return [self._status(row, calls.get(row.name, 0)) for row in self._rows]

    def _status(self, row: ProviderRow, calls_today: int) -> ProviderStatus:
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
            last_success_at=health.last_success_at,
            last_error=health.last_error,
        )
