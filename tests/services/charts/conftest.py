"""Saved pages in a folder, and a scraper over them: real pages, a real MongoDB, and no site."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from services import Services
from services.charts.keeper import ChartKeeper
from services.charts.roster import read_roster
from services.charts.saved_pages import SavedPages
from services.charts.scraper import ChartScraper
from services.charts.sites import SITES, Site

SavePage = Callable[[str, str], Path]


@pytest.fixture
def save(tmp_path: Path) -> SavePage:
    """Saves a page under a name in the folder of the test."""

    def save(name: str, html: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(html.encode()) if name.endswith(".gz") else html.encode())
        return file

    return save


@pytest.fixture
async def kworb(services: Services, tmp_path: Path) -> Callable[[], ChartScraper]:
    """A scraper of Kworb over what is saved by the time it is made."""
    roster = await read_roster(services.store)

    def make() -> ChartScraper:
        source = SavedPages(tmp_path, SITES[Site.KWORB])
        keeper = ChartKeeper(services.store, roster, source=source.name)
        return ChartScraper(Site.KWORB, source, keeper, services.store.page_states)

    return make
