from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services import Services
from services.charts.importer import ChartImporter
from services.charts.outcomes import Outcome, Result
from services.charts.roster import read_roster
from tests.builders import artist_document
from tests.conftest import Database
from tests.services.charts.conftest import SavePage

HEADER = "chart_week,current_week,title,performer,last_week\n"
BILLBOARD = "charts.billboard"
Bring = Callable[..., Awaitable[list[Outcome]]]


@pytest.fixture
async def bring(services: Services, database: Database) -> Bring:
    await database.artists(artist_document())
    importer = ChartImporter(services.store, await read_roster(services.store))

    async def bring(*files: Path, force: bool = False) -> list[Outcome]:
        return [outcome async for outcome in importer.bring(files, force=force)]

    return bring


async def test_each_chart_of_a_file_is_stored_as_of_its_own_day(
    bring: Bring, save: SavePage, database: Database
) -> None:
    file = save("hot_100.csv.gz", f"{HEADER}2022-01-01,1,Sol,Nova Ruiz,1\n2022-01-08,1,Sol,Nova Ruiz,1\n")

    outcomes = await bring(file)

    assert [(outcome.name, outcome.result, outcome.rows, outcome.credited) for outcome in outcomes] == [
        ("hot_100.csv.gz 2022-01-01", Result.STORED, 1, 1),
        ("hot_100.csv.gz 2022-01-08", Result.STORED, 1, 1),
    ]
    found = await database.all(BILLBOARD)
    assert sorted((chart["date"], chart["scrapedAt"], chart["source"]) for chart in found) == [
        ("2022-01-01", datetime(2022, 1, 1, tzinfo=UTC), "billboard"),
        ("2022-01-08", datetime(2022, 1, 8, tzinfo=UTC), "billboard"),
    ]


async def test_done_again_it_changes_nothing(bring: Bring, save: SavePage, database: Database) -> None:
    file = save("hot_100.csv", f"{HEADER}2022-01-01,1,Sol,Nova Ruiz,1\n")
    await bring(file)
    before = await database.all(BILLBOARD)

    await bring(file)

    assert await database.all(BILLBOARD) == before


async def test_a_file_that_is_none_keeps_no_other_from_coming_in(bring: Bring, save: SavePage, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(b"no gzip")
    files = [save("notes.csv", "a,b\n"), broken, save("hot_100.csv", f"{HEADER}2022-01-01,1,Sol,Nova Ruiz,1\n")]

    outcomes = await bring(*files)

    assert [outcome.result for outcome in outcomes] == [Result.REFUSED, Result.REFUSED, Result.STORED]
    assert (outcomes[0].reason or "").startswith("expected the columns of a chart")
    assert (outcomes[1].reason or "").startswith("expected a file that can be read")


async def test_a_week_that_has_shrunk_is_refused_unless_forced(bring: Bring, save: SavePage) -> None:
    rows = "".join(f"2022-01-01,{rank},Sol {rank},Nova Ruiz,1\n" for rank in range(1, 6))
    await bring(save("hot_100.csv", HEADER + rows))
    shrunk = save("hot_100.csv", f"{HEADER}2022-01-01,1,Sol,Nova Ruiz,1\n")

    (refused,) = await bring(shrunk)
    (forced,) = await bring(shrunk, force=True)

    assert (refused.result, forced.result) == (Result.REFUSED, Result.STORED)
