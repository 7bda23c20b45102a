from datetime import UTC, datetime
from pathlib import Path

import pytest

from services import Services
from services.demo import DemoFilesMissing, DemoLoad, DemoLoader
from services.demo.documents import SHAPE
from services.demo.load import FOLDER, read_files
from tests.builders import Document, stats_document
from tests.conftest import Commands, Database

COLLECTIONS = (
    "kisum_data.artists_v2",
    "data_analyst.artist_data",
    "data_analyst.artist_data_history",
    "data_analyst.artist_popularity",
    "charts.billboard",
)
AUGUST = datetime(2026, 8, 12, tzinfo=UTC)
EVE = '{"id": 3, "name": "Eve Sola", "ids": {"musicbrainz": "859d0860-d480-4efd-970c-c05d5f1776b8"}}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small demo: two artists, three numbers, one point."""
    (tmp_path / "artists.jsonl").write_text(
        '{"id": 1, "name": "Nova Ruiz", "soundcharts_uuid": "11e8", "ids": {"spotify": "4q3e"}}\n'
        '{"id": 2, "name": "Mar Ilse", "ids": {"spotify": "5r4f"}}\n'
    )
    (tmp_path / "numbers").mkdir()
    (tmp_path / "numbers" / "lists.csv").write_text(
        "artist_id,date,spotify_monthly_listeners\n1,2026-08-11,900\n1,2026-08-12,1000\n2,2026-08-12,50\n"
    )
    (tmp_path / "popularity.csv").write_text("artist_id,platform,date,value\n1,spotify,2022-06-28,87\n")
    return tmp_path


async def everything(database: Database) -> dict[str, list[Document]]:
    return {name: await database.collection(name).find().sort("_id").to_list(None) for name in COLLECTIONS}


async def test_the_demo_is_loaded_whole(services: Services, database: Database) -> None:
    files = read_files(FOLDER)

    load = await DemoLoader(services.store).load()

    counts = {name: len(documents) for name, documents in (await everything(database)).items()}
    artists = len(files["artists.jsonl"].splitlines())
    numbers = sum(len(text.splitlines()) - 1 for path, text in files.items() if path.startswith("numbers/"))
    assert load == DemoLoad(artists=artists, loaded=True)
    assert counts["kisum_data.artists_v2"] == artists
    assert counts["data_analyst.artist_data_history"] == numbers
    assert counts["data_analyst.artist_popularity"] == len(files["popularity.csv"].splitlines()) - 1
    assert 0 < counts["data_analyst.artist_data"] <= artists


async def test_the_first_artist_of_the_demo_is_answered_like_any_other(services: Services) -> None:
    await DemoLoader(services.store).load()

    artist = await services.artists.one(1, fields=frozenset({"name", "platforms"}))
    health = await services.stats.one_health(artist)

    assert artist.name == "Taylor Swift"
    assert (health.exists, health.last_refresh_source) == (True, "demo:kworb+demo:spotify-artists")


async def test_the_charts_of_the_demo_credit_its_artists(services: Services, database: Database) -> None:
    await DemoLoader(services.store).load()

    charts = await database.all("charts.billboard")
    rows = [row for chart in charts for row in chart["data"]]
    assert {(chart["chart"], chart["source"]) for chart in charts} == {
        ("billboard-200", "demo:billboard"),
        ("hot-100", "demo:billboard"),
    }
    assert len(rows) == 2000
    credited = [row for row in rows if row["artist_id"] or any(artist["id"] for artist in row["artist"])]
    assert len(credited) > len(rows) / 2


async def test_a_week_that_is_stored_already_is_left_as_it_is(
    services: Services, database: Database, folder: Path
) -> None:
    week = {"chart": "hot-100", "date": "2024-12-28", "data": [], "note": "theirs"}
    await database.insert("charts.billboard", week)
    (folder / "charts").mkdir()
    (folder / "charts" / "hot_100.csv").write_text(
        "chart_week,current_week,title,performer,last_week\n"
        "2024-12-21,1,Sol,Nova Ruiz,-\n2024-12-28,1,Sol,Nova Ruiz,1\n"
    )

    await DemoLoader(services.store, folder=folder).load()

    found = sorted(await database.all("charts.billboard"), key=lambda chart: chart["date"])
    assert [len(chart["data"]) for chart in found] == [1, 0]


async def test_a_second_load_costs_one_find(services: Services, folder: Path, commands: Commands) -> None:
    loader = DemoLoader(services.store, folder=folder)
    await loader.load()
    commands.sent.clear()

    load = await loader.load()

    assert load == DemoLoad(artists=2, loaded=False)
    assert commands.names == ["find"]


async def test_a_second_load_writes_nothing_even_where_the_mark_is_lost(
    services: Services, database: Database, folder: Path
) -> None:
    loader = DemoLoader(services.store, folder=folder)
    await loader.load()
    before = await everything(database)
    await database.collection("data_analyst.demo").delete_many({})

    load = await loader.load()

    assert load.loaded
    assert await everything(database) == before


async def test_the_same_files_are_loaded_again_once_they_make_other_documents(
    services: Services, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = DemoLoader(services.store, folder=folder)
    await loader.load()

    monkeypatch.setattr("services.demo.load.SHAPE", SHAPE + 1)

    assert (await loader.load()).loaded
    assert not (await loader.load()).loaded


async def test_another_version_adds_what_is_new_and_changes_nothing_else(
    services: Services, database: Database, folder: Path
) -> None:
    loader = DemoLoader(services.store, folder=folder)
    await loader.load()
    before = await everything(database)
    artists = folder / "artists.jsonl"
    artists.write_text(artists.read_text() + EVE)

    load = await loader.load()

    after = await everything(database)
    added = after["kisum_data.artists_v2"].pop()
    assert load == DemoLoad(artists=3, loaded=True)
    assert added["id"] == 3
    assert after == before


async def test_a_load_that_was_cut_short_is_finished_by_the_next(
    services: Services, database: Database, folder: Path
) -> None:
    await services.store.demo.put_artists([{"id": 2, "name": "Mar Ilse"}])

    load = await DemoLoader(services.store, folder=folder).load()

    assert load == DemoLoad(artists=2, loaded=True)
    assert {artist["id"] for artist in await database.all("kisum_data.artists_v2")} == {1, 2}
    assert len(await database.all("data_analyst.artist_data_history")) == 3


async def test_an_artist_that_was_refreshed_since_keeps_its_stats(
    services: Services, database: Database, folder: Path
) -> None:
    refreshed = stats_document(1)
    await database.stats(refreshed)

    await DemoLoader(services.store, folder=folder).load()

    assert (await database.all("data_analyst.artist_data"))[0] == refreshed


async def test_an_artist_whose_stats_are_older_gets_the_numbers_of_the_demo(
    services: Services, database: Database, folder: Path
) -> None:
    old = datetime(2025, 1, 1, tzinfo=UTC)
    await database.stats(stats_document(1, updatedAt=old, provenance={}))

    await DemoLoader(services.store, folder=folder).load()

    assert (await database.all("data_analyst.artist_data"))[0] == stats_document(
        1,
        spotify_monthly_listeners=1000,
        updatedAt=AUGUST,
        last_refresh_source="demo:lists",
        provenance={"spotify_monthly_listeners": {"source": "demo:lists", "at": AUGUST}},
    )


@pytest.mark.parametrize("missing", ["artists.jsonl", "popularity.csv"])
async def test_a_missing_file_is_named(services: Services, folder: Path, missing: str) -> None:
    (folder / missing).unlink()

    with pytest.raises(DemoFilesMissing, match=missing):
        await DemoLoader(services.store, folder=folder).load()
