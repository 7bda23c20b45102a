"""The scrapers, opened: a client for each site, and runs over them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from services.charts.runs import ChartRuns
from services.charts.sites import SITES, Site
from services.charts.sources import WebPages
from services.leases import Leases
from services.store import Store
from services.transport import Budget, ProviderClient, Rate

# The sandbox is ours: it need not be spared.
_SANDBOX_RATE = Rate(calls=100, per_s=1.0)


@dataclass(frozen=True, slots=True)
class SiteAccess:
    """How a site is reached where that isn't at its own address; `sandbox`: somebody plays it."""

    base_url: str
    sandbox: bool = False


@asynccontextmanager
async def open_chart_runs(
    store: Store,
    access: Mapping[Site, SiteAccess],
    *,
    clock: Callable[[], datetime],
    budget: Budget,
    stored: Callable[[], Awaitable[None]],
) -> AsyncIterator[ChartRuns]:
    """Runs over the sites, ended and closed with the context; `stored` is called when one has stored its charts."""
    async with AsyncExitStack() as stack:
        sources: dict[Site, WebPages] = {}
        for site, row in SITES.items():
            reached = access.get(site, SiteAccess(row.base_url))
            policy = replace(row.policy, rate=_SANDBOX_RATE) if reached.sandbox else row.policy
            client = ProviderClient(site, reached.base_url, policy, clock=clock, budget=budget)
            stack.push_async_callback(client.close)
            sources[site] = WebPages(client, name=f"sandbox:{site}" if reached.sandbox else site.value, clock=clock)
        runs = ChartRuns(store, Leases(store), sources, stored=stored)
        stack.push_async_callback(runs.close)
        yield runs
