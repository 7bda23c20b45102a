from datetime import date, timedelta

from bson import Int64

from services.model.stats import Origin, StoredStats
from services.store import Store
from tests.builders import NOW
from tests.conftest import Database

HISTORY = "data_analyst.artist_data_history"
DAY = date(2026, 11, 20)


def stored(fans: int, *, artist_id: int = 61) -> StoredStats:
    values = {"deezer_fans": fans, "qq_followers": None}
    return StoredStats(artist_id, values, NOW, origins={"deezer_fans": Origin("deezer", NOW)})


async def test_a_day_keeps_the_values_of_its_last_refresh_as_int64(store: Store, database: Database) -> None:
    await store.history.keep_day(stored(5), DAY)
    await store.history.keep_day(stored(7), DAY)

    (document,) = await database.all(HISTORY)
    assert document == {
        "artist_id": 61,
        "date": "2026-11-20",
        "deezer_fans": 7,
        "provenance": {"deezer_fans": {"source": "deezer", "at": NOW}},
    }
    assert isinstance(document["deezer_fans"], Int64)


async def test_the_newest_day_and_those_near_are_found(store: Store) -> None:
    for age in (1, 20, 29, 31, 50):
        await store.history.keep_day(stored(100 - age), DAY - timedelta(days=age))

    found = await store.history.compared([61], days=28, tolerance=3, metrics=["deezer_fans"], today=DAY)

    assert [(day.date, day.values) for day in found[61]] == [
        (DAY - timedelta(days=1), {"deezer_fans": 99}),
        (DAY - timedelta(days=29), {"deezer_fans": 71}),
        (DAY - timedelta(days=31), {"deezer_fans": 69}),
    ]
    assert found[61][0].sources == {"deezer_fans": "deezer"}
