"""Imports: charts out of files, stored as if they had been scraped on their own day."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, time
from pathlib import Path

from services.chart_collections import BILLBOARD
from services.charts.enrichment import Roster
from services.charts.files import read_charts
from services.charts.keeper import ChartKeeper
from services.charts.outcomes import Outcome, Result
from services.charts.refusals import ChartRefused
from services.charts.saved_pages import read_file, saved_at
from services.charts.sites import Site
from services.charts.sources import text_of
from services.model.scraped import ScrapedChart
from services.store import Store
from services.store.tasks import check_cancelled


class ChartImporter:
    """Stores the charts of files. Each is signed by who published it."""

    def __init__(self, store: Store, roster: Roster) -> None:
        self._keepers = {site: ChartKeeper(store, roster, source=site.value, by_day=True) for site in Site}

    async def bring(
        self, files: Sequence[Path], *, chart: str | None = None, force: bool = False
    ) -> AsyncGenerator[Outcome]:
        """What became of each chart of the files, as soon as it is known; a file that can't be read counts as one.

        `chart` is which of Billboard's they are, where neither the files nor their names tell. Raises StoreUnavailable.
        """
        for file in files:
            try:
                for found in read_charts(file, text_of(read_file(file)), chart=chart):
                    check_cancelled()
                    yield await self._outcome(file, found, force=force)
            except ChartRefused as error:
                yield Outcome(file.name, Result.REFUSED, "", reason=str(error))

    async def _outcome(self, file: Path, found: ScrapedChart | ChartRefused, *, force: bool) -> Outcome:
        if isinstance(found, ChartRefused):
            return Outcome(file.name, Result.REFUSED, "", reason=str(found))
        name = f"{file.name} {found.day}" if found.day else file.name
        site = Site.BILLBOARD if found.collection == BILLBOARD.name else Site.KWORB
        at = datetime.combine(found.day, time(), UTC) if found.day else saved_at(file)
        try:
            kept = await self._keepers[site].keep(found, at=at, force=force)
        except ChartRefused as error:
            return Outcome(name, Result.REFUSED, found.collection, found.day, reason=str(error))
        return Outcome.stored(name, found, kept)
