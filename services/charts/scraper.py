"""Scrapes: gets pages one after the other, reads them, and has their charts stored. What fails is told, and it goes on.

A page that the site says is what was stored last is not read again, as long as its chart is still there.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import date

import structlog

import telemetry
from services.charts.keeper import ChartKeeper
from services.charts.outcomes import Outcome, Result
from services.charts.pages import Page, PageChanged
from services.charts.refusals import ChartRefused
from services.charts.sites import Site
from services.charts.sources import Fetched, Got, PageSource
from services.model.scraped import NOTHING_KNOWN, ScrapedRow, Validators
from services.store.page_states import PageStateStore
from services.store.tasks import check_cancelled
from services.transport import ProviderError, ProviderSpared

# The longest chart has eleven.
MOST_PAGES = 20

_IN_ORDER = frozenset({Result.STORED, Result.UNCHANGED, Result.ABSENT})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ChartScraper:
    """Scrapes pages of one site."""

    site: Site
    source: PageSource
    keeper: ChartKeeper
    states: PageStateStore

    async def scrape(self, pages: Sequence[Page], *, force: bool = False) -> AsyncGenerator[Outcome]:
        """What became of each page, as soon as it is known. Ends early where the site is to be left alone.

        `force` asks for pages whatever is known of them, and stores charts that have shrunk. Raises StoreUnavailable.
        """
        for page in pages:
            check_cancelled()
            outcome, goes_on = await self._outcome(page, force=force)
            telemetry.CHARTS_SCRAPED.labels(self.site, outcome.result).inc()
            tell = log.info if outcome.result in _IN_ORDER else log.warning
            tell("chart_scraped", site=self.site.value, **outcome.told())
            yield outcome
            if not goes_on:
                return

    async def _outcome(self, page: Page, *, force: bool) -> tuple[Outcome, bool]:
        """What became of the page, and whether the next one may be asked for."""
        try:
            return await self._scraped(page, force=force), True
        except ChartRefused as error:
            return self._told(page, Result.REFUSED, reason=str(error)), True
        except ProviderError as error:
            reason = f"{self.site} {error}"
            return self._told(page, Result.FAILED, reason=reason), not isinstance(error, ProviderSpared)

    async def _scraped(self, page: Page, *, force: bool) -> Outcome:
        first = await self.source.get(page.path, await self._known(page, force=force))
        if first.got is Got.UNCHANGED:
            return self._told(page, Result.UNCHANGED)
        if first.got is Got.ABSENT:
            return self._told(page, Result.ABSENT, reason="the site has no such page")
        rows, day = await self._read(page, first)
        chart = page.chart(rows, day)
        kept = await self.keeper.keep(chart, at=first.at, force=force)
        await self.states.keep(self.site, page.path, first.validators)
        return Outcome.stored(page.name, chart, kept)

    async def _known(self, page: Page, *, force: bool) -> Validators:
        """What is known of the page, where its chart is stored."""
        if force or not await self.keeper.size(page.empty_chart()):
            return NOTHING_KNOWN
        return await self.states.validators(self.site, page.path)

    async def _read(self, page: Page, first: Fetched) -> tuple[list[ScrapedRow], date | None]:
        """All rows of the chart, over the pages that it goes on to; its day, where the first tells it or any is due."""
        # Beside the event loop, since requests may wait on it.
        found = await asyncio.to_thread(page.kind.read, first.html)
        rows, seen, path = list(found.rows), {page.path}, found.next_path
        while path and path not in seen:
            if len(seen) == MOST_PAGES:
                raise PageChanged(f"at most {MOST_PAGES} pages", path)
            seen.add(path)
            further = await self.source.get(path, NOTHING_KNOWN)
            if further.got is Got.ABSENT and self.source.is_partial:
                break
            if further.got is not Got.TEXT:
                raise PageChanged(f"a page at {path}", "")
            read = await asyncio.to_thread(page.kind.read, further.html)
            rows, path = [*rows, *read.rows], read.next_path
        usual = None if page.kind.is_archived else first.at.date()
        return rows, found.day or first.day or usual

    def _told(self, page: Page, result: Result, *, reason: str | None = None) -> Outcome:
        return Outcome(page.name, result, page.kind.collection.name, reason=reason)
