import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services import Services
from services.charts.outcomes import Result
from services.charts.runs import Begun, ChartRuns, RunUnderWay
from services.charts.saved_pages import SavedPages
from services.charts.sites import SITES, Site
from services.charts.sources import Fetched, PageSource
from services.leases import Leases
from services.model.artist import Artist
from services.model.scraped import Validators
from services.transport import ProviderUnavailable
from tests.conftest import Database
from tests.indexing import index_charts
from tests.services.charts.conftest import SavePage
from tests.services.charts.html import billboard_page, billboard_row
from tests.services.conftest import eventually

PAGES = len(SITES[Site.BILLBOARD].chosen())
BILLBOARD = "charts.billboard"
MakeRuns = Callable[..., ChartRuns]


class Halting:
    """Saved pages that come only once they may."""

    name = "billboard"
    is_partial = True

    def __init__(self, pages: SavedPages, *, broken: bool = False) -> None:
        self.may = asyncio.Event()
        self.asked = asyncio.Event()
        self._pages = pages
        self._broken = broken

    async def get(self, path: str, known: Validators) -> Fetched:
        self.asked.set()
        await self.may.wait()
        if self._broken:
            raise ProviderUnavailable("could not be reached")
        return await self._pages.get(path, known)


@pytest.fixture
def pages(save: SavePage, tmp_path: Path) -> SavedPages:
    save("charts/hot-100/index.html", billboard_page(billboard_row(1, "Sol")))
    return SavedPages(tmp_path, SITES[Site.BILLBOARD])


@pytest.fixture
async def make_runs(services: Services) -> AsyncIterator[MakeRuns]:
    """Runs of a process; two of them are two processes, as far as leases go."""
    made: list[ChartRuns] = []

    def make(source: PageSource) -> ChartRuns:
        runs = ChartRuns(
            services.store,
            Leases(services.store),
            {Site.BILLBOARD: source},
            stored=services.presence_index.charts_stored,
        )
        made.append(runs)
        return runs

    yield make
    for runs in made:
        await runs.close()


def stored(database: Database) -> Callable[[], Awaitable[bool]]:
    async def is_stored() -> bool:
        return bool(await database.all(BILLBOARD))

    return is_stored


async def test_a_run_goes_on_beside_who_began_it(make_runs: MakeRuns, pages: SavedPages, database: Database) -> None:
    runs = make_runs(pages)

    begun = await runs.begin(Site.BILLBOARD)

    assert begun == Begun(Site.BILLBOARD, PAGES, is_new=True)
    await eventually(stored(database))


async def test_while_one_runs_no_other_is_begun_by_any_process(make_runs: MakeRuns, pages: SavedPages) -> None:
    halting = Halting(pages)
    here, elsewhere = make_runs(halting), make_runs(pages)
    await here.begin(Site.BILLBOARD)

    assert not (await here.begin(Site.BILLBOARD)).is_new
    assert not (await elsewhere.begin(Site.BILLBOARD)).is_new
    with pytest.raises(RunUnderWay, match="Charts of billboard are coming in already"):
        async with elsewhere.turn(Site.BILLBOARD):
            pass


async def test_after_one_has_ended_the_next_may_begin(make_runs: MakeRuns, pages: SavedPages) -> None:
    runs = make_runs(pages)
    await runs.begin(Site.BILLBOARD)

    async def next_begins() -> bool:
        return (await runs.begin(Site.BILLBOARD)).is_new

    await eventually(next_begins)


async def test_a_run_that_breaks_gives_its_turn_back_and_is_told(make_runs: MakeRuns, pages: SavedPages) -> None:
    halting = Halting(pages, broken=True)
    runs = make_runs(halting)
    await runs.begin(Site.BILLBOARD)

    with capture_logs() as logs:
        halting.may.set()
        await eventually(lambda: _free(runs))

    assert {line.get("reason") for line in logs if line["event"] == "chart_scraped"} == {
        "billboard could not be reached"
    }


async def test_runs_end_with_their_process_and_leave_the_turn_to_others(make_runs: MakeRuns, pages: SavedPages) -> None:
    halting = Halting(pages)
    runs = make_runs(halting)
    await runs.begin(Site.BILLBOARD)
    await halting.asked.wait()

    await runs.close()

    assert (await make_runs(pages).begin(Site.BILLBOARD)).is_new


async def test_pages_that_were_chosen_are_scraped_in_the_foreground(
    make_runs: MakeRuns, pages: SavedPages, database: Database
) -> None:
    scraping = make_runs(pages).scrape(Site.BILLBOARD, pages.pages)

    async with aclosing(scraping) as outcomes:
        results = [outcome.result async for outcome in outcomes]

    assert results == [Result.STORED]
    assert len(await database.all(BILLBOARD)) == 1


async def _free(runs: ChartRuns) -> bool:
    try:
        async with runs.turn(Site.BILLBOARD):
            return True
    except RunUnderWay:
        return False


async def test_what_a_run_has_stored_is_where_artists_stand_once_it_ends(
    services: Services, make_runs: MakeRuns, pages: SavedPages, database: Database, tmp_path: Path
) -> None:
    await index_charts(services.store)
    runs = make_runs(pages)
    nova, ana = Artist(1, "Nova Ruiz"), Artist(2, "Ana")

    async with aclosing(runs.scrape(Site.BILLBOARD, pages.pages)) as outcomes:
        assert [outcome.result async for outcome in outcomes] == [Result.STORED]
    assert await stand(services, nova, ana) == [True, False]

    (tmp_path / "charts/hot-100/index.html").write_text(billboard_page(billboard_row(1, "Luz", "Ana")))
    await runs.begin(Site.BILLBOARD)
    await eventually(lambda: nothing_runs(runs))

    assert await stand(services, nova, ana) == [False, True]


async def stand(services: Services, *artists: Artist) -> list[bool]:
    """Whether each stands in any chart, as the index has it."""
    assert (await services.store.chart_presence.state()).generation
    return [bool(presence.charts) for presence in await services.chart_presence.many(artists)]


async def nothing_runs(runs: ChartRuns) -> bool:
    try:
        async with runs.turn(Site.BILLBOARD):
            return True
    except RunUnderWay:
        return False
