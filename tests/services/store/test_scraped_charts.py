import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from services.model.scraped import ScrapedChart
from services.store import Store, open_store
from tests.builders import NOW, Document
from tests.conftest import Database
from tests.services.store.conftest import SOCKETS_LEFT_OPEN, Mongod

pytestmark = SOCKETS_LEFT_OPEN

LISTENERS, DAILY, BILLBOARD = (
    "charts.kworb_spotify_listeners",
    "charts.kworb_spotify_country_charts",
    "charts.billboard",
)
FLAT = ScrapedChart("kworb_spotify_listeners", (), {})
SPAIN = ScrapedChart(
    "kworb_spotify_country_charts",
    (),
    {"chart": "spotify", "country": "es", "period": "daily"},
    date(2026, 11, 19),
)
HOT_100 = ScrapedChart("billboard", (), {"chart": "hot-100"}, date(2026, 11, 14), is_archived=True)
LATER = NOW + timedelta(days=1)


def listener(rank: int, spotify_id: str, **fields: Any) -> Document:
    return {"rank": rank, "artist": spotify_id.upper(), "artist_id": None, "spotifyId": spotify_id, **fields}


def song(rank: int, title: str = "Sol") -> Document:
    return {"rank": rank, "artist": "Nova Ruiz", "title": title, "artist_id": 61}


def by_rank(documents: list[Document]) -> list[Document]:
    return sorted(documents, key=lambda document: document["rank"])


async def put(store: Store, chart: ScrapedChart, *rows: Document, at: Any = NOW) -> None:
    await store.scraped_charts.put(chart, rows, at=at, source="kworb")


async def test_what_the_upserts_go_by_is_indexed_first(mongodb: str, database: Database) -> None:
    async with open_store(mongodb, prefix=database.prefix, read_only=True) as bare:
        await bare.scraped_charts.prepare()

    assert "spotifyId_1" in await database.collection(LISTENERS).index_information()
    assert "chart_1_country_1_period_1_format_1_date_1" in await database.collection(BILLBOARD).index_information()
    assert await database.collection("data_analyst.artist_data").index_information() == {}


async def test_a_flat_chart_is_a_document_for_each_row(store: Store, database: Database) -> None:
    await put(store, FLAT, listener(1, "a", listeners=9), listener(2, "b"))

    stamp = {"scrapedAt": NOW, "source": "kworb"}
    assert by_rank(await database.all(LISTENERS)) == [
        {**listener(1, "a", listeners=9), **stamp},
        {**listener(2, "b", listeners=None), **stamp},
    ]


async def test_a_row_keeps_its_document_and_what_others_wrote_into_it(store: Store, database: Database) -> None:
    await database.insert(LISTENERS, {"spotifyId": "a", "rank": 7, "note": "theirs", "scrapedAt": NOW})
    (before,) = await database.collection(LISTENERS).find().to_list(None)

    await put(store, FLAT, listener(1, "a"), at=LATER)

    (after,) = await database.collection(LISTENERS).find().to_list(None)
    assert (after["_id"], after["note"], after["rank"]) == (before["_id"], "theirs", 1)


async def test_who_has_left_the_chart_goes(store: Store, database: Database) -> None:
    await put(store, FLAT, listener(1, "a"), listener(2, "b"))
    await database.insert(
        LISTENERS,
        {"spotifyId": "c", "rank": 3},
        {"spotifyId": "d", "rank": 4, "scrapedAt": "2026-11-30T00:00:00Z"},
        {"spotifyId": "e", "rank": 5, "scrapedAt": LATER + timedelta(seconds=1)},
    )

    await put(store, FLAT, listener(1, "b"), at=LATER)

    assert [row["spotifyId"] for row in by_rank(await database.all(LISTENERS))] == ["b", "e"]


async def test_what_a_row_had_last_time_and_hasnt_now_does_not_stay(store: Store, database: Database) -> None:
    await put(store, FLAT, listener(1, "a", change="+2"), listener(2, "b", change="-1"))

    await put(store, FLAT, listener(1, "a"), listener(2, "b", change="+1"), at=LATER)

    assert [row["change"] for row in by_rank(await database.all(LISTENERS))] == [None, "+1"]


async def test_no_reader_sees_half_of_a_flat_chart(store: Store, database: Database) -> None:
    rows = 500
    await put(store, FLAT, *(listener(rank, f"a{rank}") for rank in range(rows)))
    seen: set[tuple[int, int]] = set()

    async def read() -> None:
        async with database.client.start_session(snapshot=True) as session:
            found = await database.collection(LISTENERS).find({}, session=session).to_list(None)
        seen.add((len(found), len({row["scrapedAt"] for row in found})))

    for day in range(1, 4):
        writing = asyncio.create_task(
            put(store, FLAT, *(listener(rank, f"{day}{rank}") for rank in range(rows)), at=NOW + timedelta(days=day))
        )
        while not writing.done():
            await read()
        await writing

    assert seen == {(rows, 1)}


async def test_on_a_stand_alone_mongodb_a_flat_chart_is_stored_as_well(mongod: Mongod) -> None:
    mongod.start()
    async with open_store(mongod.uri) as store:
        await put(store, FLAT, listener(1, "a"), listener(2, "b"))
        await put(store, FLAT, listener(1, "b"), at=LATER)

        assert await store.mongo.find(LISTENERS, {}, {"_id": 0, "spotifyId": 1}) == [{"spotifyId": "b"}]


async def test_a_nested_chart_is_one_document(store: Store, database: Database) -> None:
    await put(store, SPAIN, song(1), song(2, "Luna"))

    assert await database.all(DAILY) == [
        {
            "chart": "spotify",
            "country": "es",
            "period": "daily",
            "format": None,
            "date": "2026-11-19",
            "data": [song(1), song(2, "Luna")],
            "scrapedAt": NOW,
            "source": "kworb",
        }
    ]


async def test_a_nested_chart_takes_the_place_of_its_former_self_and_of_no_other(
    store: Store, database: Database
) -> None:
    world = ScrapedChart(SPAIN.collection, (), {**SPAIN.scope, "country": "global"}, SPAIN.day)
    await put(store, SPAIN, song(1))
    await put(store, world, song(1))

    await put(store, ScrapedChart(SPAIN.collection, (), SPAIN.scope, date(2026, 11, 20)), song(1, "Luna"), at=LATER)

    found = {row["country"]: (row["date"], row["data"][0]["title"]) for row in await database.all(DAILY)}
    assert found == {"es": ("2026-11-20", "Luna"), "global": ("2026-11-19", "Sol")}


async def test_a_chart_that_others_have_stored_is_the_former_self(store: Store, database: Database) -> None:
    await database.insert(DAILY, {"chart": "spotify", "country": "es", "period": "daily", "data": [], "note": "theirs"})

    await put(store, SPAIN, song(1))

    (found,) = await database.all(DAILY)
    assert (found["note"], found["data"]) == ("theirs", [song(1)])


async def test_the_days_of_an_archived_chart_are_kept_beside_each_other(store: Store, database: Database) -> None:
    earlier = ScrapedChart("billboard", (), HOT_100.scope, date(2026, 11, 7), is_archived=True)

    for chart in (HOT_100, earlier, HOT_100):
        await put(store, chart, song(1))

    found = await database.all(BILLBOARD)
    assert sorted((row["date"], row["isArchived"]) for row in found) == [("2026-11-07", True), ("2026-11-14", True)]


async def test_a_chart_of_now_leaves_the_archived_ones_alone(store: Store, database: Database) -> None:
    past = ScrapedChart(SPAIN.collection, (), SPAIN.scope, date(2020, 1, 1), is_archived=True)
    await put(store, past, song(1))

    await put(store, SPAIN, song(1))

    assert sorted(row["date"] for row in await database.all(DAILY)) == ["2020-01-01", "2026-11-19"]


async def test_the_size_is_that_of_the_former_self(store: Store, database: Database) -> None:
    assert [await store.scraped_charts.size(chart) for chart in (FLAT, SPAIN, HOT_100)] == [0, 0, 0]

    await put(store, FLAT, listener(1, "a"), listener(2, "b"))
    await put(store, SPAIN, song(1))
    await put(store, HOT_100, song(1), song(2), song(3))

    next_week = ScrapedChart("billboard", (), HOT_100.scope, date(2026, 11, 21), is_archived=True)
    assert [await store.scraped_charts.size(chart) for chart in (FLAT, SPAIN, HOT_100, next_week)] == [2, 1, 3, 3]


async def test_whether_a_week_is_stored_says_nothing_of_another(store: Store) -> None:
    await put(store, HOT_100, song(1))

    next_week = ScrapedChart("billboard", (), HOT_100.scope, date(2026, 11, 21), is_archived=True)
    assert [await store.scraped_charts.is_stored(chart) for chart in (HOT_100, next_week)] == [True, False]


async def test_the_size_of_a_chart_whose_days_are_kept_says_nothing_of_the_one_of_now(store: Store) -> None:
    past = ScrapedChart(SPAIN.collection, (), SPAIN.scope, date(2020, 1, 1), is_archived=True)
    await put(store, SPAIN, song(1), song(2))
    await put(store, past, song(1))

    assert [await store.scraped_charts.size(chart) for chart in (SPAIN, past)] == [2, 1]


async def test_the_size_of_a_day_says_nothing_of_another_day(store: Store) -> None:
    await put(store, FLAT, listener(1, "a"))
    await put(store, HOT_100, song(1), song(2))

    next_week = ScrapedChart("billboard", (), HOT_100.scope, date(2026, 11, 21), is_archived=True)
    sizes = [await store.scraped_charts.size_of_day(chart) for chart in (FLAT, HOT_100, next_week)]
    assert sizes == [1, 2, 0]


@pytest.mark.parametrize("data", [None, "rows", {"0": {}}], ids=str)
async def test_what_others_stored_in_another_shape_has_no_size(store: Store, database: Database, data: object) -> None:
    await database.insert(BILLBOARD, {"chart": "hot-100", "date": "2026-11-07", "data": data, "isArchived": True})

    assert await store.scraped_charts.size(HOT_100) == 0
