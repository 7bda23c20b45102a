"""Loads the demo data into the embedded database, once for each version of its files."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path, PurePosixPath

from services.charts import ChartKeeper, read_charts, read_roster
from services.charts.refusals import ChartRefused
from services.demo.documents import ARTISTS, NUMBERS, POPULARITY, SHAPE, demo_documents
from services.model.scraped import ScrapedChart
from services.store import Store

FOLDER = Path(__file__).parents[2] / "demo"
CHARTS = "charts"


class DemoFilesMissing(Exception):
    """The files of the demo data aren't there; the text is one line that says which, and what to do."""


@dataclass(frozen=True, slots=True)
class DemoLoad:
    """How many artists the demo data has, and whether they were loaded now or had been before."""

    artists: int
    loaded: bool


class DemoLoader:
    """Fills a database of our own; never one that is configured."""

    def __init__(self, store: Store, *, folder: Path = FOLDER) -> None:
        self._store = store.demo
        self._all = store
        self._folder = folder

    async def load(self) -> DemoLoad:
        """Store what isn't stored yet and what is newer than what is stored; nothing where this version was loaded.

        One find where there is nothing to do. The mark is written last, so a load that was cut short is done again.
        Raises DemoFilesMissing, StoreUnavailable.
        """
        files = read_files(self._folder)
        version = _version(files)
        artists = len(files[ARTISTS].splitlines())
        if await self._store.loaded_version() == version:
            return DemoLoad(artists, loaded=False)
        documents = demo_documents(files)
        await self._store.prepare()
        await self._store.put_artists(documents.artists)
        await self._store.put_stats(documents.stats)
        await self._store.put_history(documents.history)
        await self._store.put_points(documents.points)
        await self._put_charts(files)
        await self._store.mark_loaded(version)
        return DemoLoad(artists, loaded=True)

    async def _put_charts(self, files: Mapping[str, str]) -> None:
        """Store the charts that aren't stored, with the ids of those who stand in them."""
        keeper = ChartKeeper(self._all, await read_roster(self._all), source="demo:billboard")
        for chart in _charts(files):
            if not await self._all.scraped_charts.is_stored(chart):
                await keeper.keep(chart, at=_midnight(chart), force=True)


def _charts(files: Mapping[str, str]) -> Iterator[ScrapedChart]:
    """The charts of the files of the folder `charts`, each named for the chart that it has. Raises ChartRefused."""
    for path in map(PurePosixPath, files):
        if path.parent.name != CHARTS:
            continue
        for found in read_charts(path, files[str(path)]):
            if isinstance(found, ChartRefused):
                raise found
            yield found


def _midnight(chart: ScrapedChart) -> datetime:
    assert chart.day  # noqa: S101  (each is of a week)
    return datetime.combine(chart.day, time(), UTC)


def read_files(folder: Path) -> dict[str, str]:
    """The files as texts, by their path in the folder; raises DemoFilesMissing."""
    tables = [*sorted(folder.glob(f"{NUMBERS}/*.csv")), *sorted(folder.glob(f"{CHARTS}/*.csv"))]
    paths = [folder / ARTISTS, folder / POPULARITY, *tables]
    try:
        return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    except FileNotFoundError as error:
        raise DemoFilesMissing(
            f"The demo data is missing ({error.filename}): take the folder `demo` from the repository, "
            "or set DB_MONGO_PROD_KISUM to the address of a MongoDB."
        ) from None


def _version(files: Mapping[str, str]) -> str:
    digest = hashlib.sha256(f"{SHAPE}\0".encode())
    for path, text in files.items():
        digest.update(f"{path}\0{text}\0".encode())
    return digest.hexdigest()
