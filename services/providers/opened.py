"""Providers as a server has them: those that it has an address and the credentials for, each with its own client."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from services.providers.protocol import Access, Provider, ProviderRow, Stored, signed
from services.transport import Budget, ProviderClient


@dataclass(frozen=True, slots=True)
class OpenProvider:
    """A provider that can be asked. `source` is how its values are signed: what the sandbox plays says so."""

    row: ProviderRow
    provider: Provider
    client: ProviderClient
    sandbox: bool = False

    @property
    def source(self) -> str:
        """The provider's name, after the sandbox's where that plays it."""
        return signed(self.row.name, sandbox=self.sandbox)


@asynccontextmanager
async def open_providers(
    rows: tuple[ProviderRow, ...],
    access: Mapping[str, Access],
    stored: Stored,
    *,
    clock: Callable[[], datetime],
    budget: Budget | None = None,
) -> AsyncIterator[tuple[OpenProvider, ...]]:
    """The providers of the rows that there is access to, by name; their connections are closed at the end."""
    async with AsyncExitStack() as stack:
        opened = []
        for row in rows:
            if (reached := access.get(row.name)) is None:
                continue
            client = ProviderClient(row.name, reached.base_url, row.policy, clock=clock, budget=budget)
            stack.push_async_callback(client.close)
            opened.append(OpenProvider(row, row.make(client, reached, stored), client, reached.sandbox))
        yield tuple(opened)
