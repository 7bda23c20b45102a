from dataclasses import replace
from datetime import date, timedelta

import pytest

from services import Services
from services.charts.keeper import ChartKeeper, Kept
from services.charts.refusals import ChartShrunk
from services.charts.roster import read_roster
from services.model.scraped import ScrapedChart, ScrapedRow
from tests.builders import NOW, Document, artist_document
from tests.conftest import Database
from tests.services.charts.html import JUNO, NOVA

LISTENERS, BILLBOARD = "charts.kworb_spotify_listeners", "charts.billboard"
HOT_100 = ScrapedChart("billboard", (), {"chart": "hot-100"}, date(2026, 11, 14), is_archived=True)
LATER = NOW + timedelta(days=1)


def listeners(*spotify_ids: str) -> ScrapedChart:
    rows = (
        ScrapedRow(rank, "Someone", facts={"spotifyId": spotify_id}) for rank, spotify_id in enumerate(spotify_ids, 1)
    )
    return ScrapedChart("kworb_spotify_listeners", tuple(rows), {})


def songs(*credits: str) -> ScrapedChart:
    return replace(HOT_100, rows=tuple(ScrapedRow(rank, credit, "Sol") for rank, credit in enumerate(credits, 1)))


@pytest.fixture
async def keeper(services: Services, database: Database) -> ChartKeeper:
    await database.artists(
        artist_document(61, name="Nova Ruiz", sortName=None),
        artist_document(62, name="Juno Vale", sortName=None, platforms={"spotify": {"id": JUNO}}),
        artist_document(63, name="Ada", sortName=None, platforms={}),
        artist_document(64, name="ADA", sortName=None, platforms={}),
    )
    return ChartKeeper(services.store, await read_roster(services.store), source="kworb")


async def stored(database: Database, collection: str) -> list[Document]:
    return sorted(await database.all(collection), key=lambda document: document.get("rank", 0))


async def test_rows_get_the_ids_of_their_artists(keeper: ChartKeeper, database: Database) -> None:
    kept = await keeper.keep(listeners(NOVA, "unknown", JUNO), at=NOW)

    assert kept == Kept(rows=3, credited=2)
    assert [row["artist_id"] for row in await stored(database, LISTENERS)] == [61, None, 62]


async def test_a_name_that_two_artists_have_credits_nobody_and_is_told(keeper: ChartKeeper, database: Database) -> None:
    kept = await keeper.keep(songs("Nova Ruiz", "ada"), at=NOW)

    assert (kept.rows, kept.credited, len(kept.ambiguous)) == (2, 1, 1)
    (chart,) = await stored(database, BILLBOARD)
    assert [row["artist_id"] for row in chart["data"]] == [61, None]


async def test_those_whom_billboard_credits_are_stored_one_by_one(keeper: ChartKeeper, database: Database) -> None:
    await keeper.keep(songs("Nova Ruiz Featuring Juno Vale"), at=NOW)

    (chart,) = await stored(database, BILLBOARD)
    assert chart["data"] == [
        {
            "rank": 1,
            "artist": [{"id": 61, "name": "Nova Ruiz"}, {"id": 62, "name": "Juno Vale"}],
            "title": "Sol",
            "artist_id": None,
        }
    ]


async def test_pages_that_repeat_a_row_give_it_once(keeper: ChartKeeper, database: Database) -> None:
    kept = await keeper.keep(listeners(NOVA, JUNO, NOVA), at=NOW)

    assert kept.rows == 2
    assert [(row["rank"], row["spotifyId"]) for row in await stored(database, LISTENERS)] == [(1, NOVA), (2, JUNO)]


async def test_a_chart_that_shrinks_by_more_than_half_is_refused_and_the_stored_one_stays(
    keeper: ChartKeeper, database: Database
) -> None:
    await keeper.keep(listeners("a", "b", "c", "d", "e"), at=NOW)

    with pytest.raises(ChartShrunk, match="has 2 rows where 5 are stored"):
        await keeper.keep(listeners("a", "b"), at=LATER)

    assert len(await stored(database, LISTENERS)) == 5


async def test_a_chart_that_shrinks_by_half_is_stored(keeper: ChartKeeper, database: Database) -> None:
    await keeper.keep(listeners("a", "b", "c", "d"), at=NOW)

    await keeper.keep(listeners("a", "b"), at=LATER)

    assert len(await stored(database, LISTENERS)) == 2


async def test_who_knows_better_can_force_it(keeper: ChartKeeper, database: Database) -> None:
    await keeper.keep(listeners("a", "b", "c", "d", "e"), at=NOW)

    await keeper.keep(listeners("a"), at=LATER, force=True)

    assert [row["spotifyId"] for row in await stored(database, LISTENERS)] == ["a"]


async def test_a_moment_finer_than_mongodb_keeps_removes_nothing(keeper: ChartKeeper, database: Database) -> None:
    await keeper.keep(listeners("a", "b"), at=NOW + timedelta(microseconds=123_456))

    assert len(await stored(database, LISTENERS)) == 2


async def test_what_others_gathered_may_be_smaller_than_another_day_but_not_than_the_same(
    services: Services, database: Database
) -> None:
    keeper = ChartKeeper(services.store, await read_roster(services.store), source="billboard", by_day=True)
    await keeper.keep(songs(*"abcde"), at=NOW)

    await keeper.keep(replace(songs("a"), day=date(2026, 11, 7)), at=NOW)

    with pytest.raises(ChartShrunk, match="has 1 rows where 5 are stored"):
        await keeper.keep(songs("a"), at=NOW)
    assert len(await stored(database, BILLBOARD)) == 2


async def test_a_new_week_of_the_site_itself_is_as_large_as_the_last(keeper: ChartKeeper, database: Database) -> None:
    await keeper.keep(songs(*"abcde"), at=NOW)

    with pytest.raises(ChartShrunk, match="has 1 rows where 5 are stored"):
        await keeper.keep(replace(songs("a"), day=date(2026, 11, 21)), at=LATER)
