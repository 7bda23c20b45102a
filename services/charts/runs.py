"""Runs: what brings charts in, one run at a time for a site, over all processes and machines.

A run that has lost its lease, as after a long pause of its machine, goes on to its end: each chart is stored whole
whoever stores it, and the later one stays.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from services.charts.importer import ChartImporter
from services.charts.keeper import ChartKeeper
from services.charts.outcomes import Outcome, summed
from services.charts.pages import Page
from services.charts.roster import read_roster
from services.charts.scraper import ChartScraper
from services.charts.sites import SITES, Site
from services.charts.sources import PageSource
from services.errors import Forbidden, StoreUnavailable
from services.freshness import Caller
from services.leases import Leases
from services.model.lease import Lease
from services.store import Store
from services.store.tasks import end_tasks

LEASE = timedelta(seconds=60)

log = structlog.get_logger(__name__)


class RunUnderWay(Exception):
    """A run for the site is under way, here or elsewhere; the text is one line that says so."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A run of a site's scraper: how many pages it goes over, and whether it was begun now or is under way already."""

    site: Site
    pages: int
    is_new: bool


def require_run(caller: Caller) -> None:
    """Return where the caller may have the scrapers run; raises Forbidden."""
    if not caller.may_refresh:
        raise Forbidden("This key may read; the scrapers need a key of MUSICDATA_INTERNAL_API_KEY.")


class ChartRuns:
    """Begins runs, and ends those of this process with it.

    `sources` has the sites as they are reached. `stored` is called when a run has stored its charts.
    """

    def __init__(
        self,
        store: Store,
        leases: Leases,
        sources: Mapping[Site, PageSource],
        *,
        stored: Callable[[], Awaitable[None]],
    ) -> None:
        self._store = store
        self._leases = leases
        self._sources = sources
        self._stored = stored
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, site: Site) -> Begun:
        """Scrape the site's usual pages beside what goes on, unless a run is under way. Raises StoreUnavailable."""
        pages = SITES[site].chosen()
        lease = await self._leases.take(_subject(site), ttl=LEASE)
        if lease is not None:
            task = asyncio.create_task(self._run(site, pages, lease))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return Begun(site, len(pages), is_new=lease is not None)

    async def scrape(
        self, site: Site, pages: Sequence[Page], *, source: PageSource | None = None, force: bool = False
    ) -> AsyncGenerator[Outcome]:
        """Scrape the pages, from the site unless another source is given; what became of each, as soon as it is known.

        `force` asks for pages whatever is known of them, and stores charts that have shrunk. Raises RunUnderWay,
        StoreUnavailable.
        """
        async with self.turn(site):
            scraper = await self._scraper(site, source or self._sources[site])
            async with aclosing(scraper.scrape(pages, force=force)) as outcomes:
                async for outcome in outcomes:
                    yield outcome
            await self._stored()

    async def bring(
        self, files: Sequence[Path], *, chart: str | None = None, force: bool = False
    ) -> AsyncGenerator[Outcome]:
        """Store the charts of the files; what became of each, as soon as it is known.

        `chart` is which of Billboard's they are, where neither the files nor their names tell. `force` stores charts
        that have shrunk. Raises RunUnderWay, StoreUnavailable.
        """
        async with AsyncExitStack() as stack:
            for site in Site:
                await stack.enter_async_context(self.turn(site))
            importer = ChartImporter(self._store, await read_roster(self._store))
            async with aclosing(importer.bring(files, chart=chart, force=force)) as outcomes:
                async for outcome in outcomes:
                    yield outcome
            await self._stored()

    @asynccontextmanager
    async def turn(self, site: Site) -> AsyncIterator[None]:
        """The right to bring the site's charts in, for as long as the context lasts.

        Raises RunUnderWay, StoreUnavailable.
        """
        lease = await self._leases.take(_subject(site), ttl=LEASE)
        if lease is None:
            raise RunUnderWay(f"Charts of {site} are coming in already, here or elsewhere: one run at a time.")
        async with self._held(lease):
            yield

    async def close(self) -> None:
        """End what is under way in this process."""
        await end_tasks(*self._tasks)

    async def _run(self, site: Site, pages: Sequence[Page], lease: Lease) -> None:
        try:
            async with self._held(lease):
                scraper = await self._scraper(site, self._sources[site])
                outcomes = [outcome async for outcome in scraper.scrape(pages)]
                await self._stored()
            log.info("charts_run_ended", site=site.value, **summed(outcomes).told())
        except StoreUnavailable:
            return  # logged and counted where it was met; the next run tries again
        except Exception:
            log.exception("charts_run_broke", site=site.value)

    @asynccontextmanager
    async def _held(self, lease: Lease) -> AsyncIterator[None]:
        try:
            async with self._leases.renewed(lease, ttl=LEASE):
                await self._store.scraped_charts.prepare()
                yield
        finally:
            with suppress(StoreUnavailable):
                await self._leases.release(lease)

    async def _scraper(self, site: Site, source: PageSource) -> ChartScraper:
        """A scraper that credits all artists there are."""
        roster = await read_roster(self._store)
        keeper = ChartKeeper(self._store, roster, source=source.name, by_day=source.is_partial)
        return ChartScraper(site, source, keeper, self._store.page_states)


def _subject(site: Site) -> str:
    return f"charts:{site}"
