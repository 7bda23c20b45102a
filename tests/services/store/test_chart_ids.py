from typing import Any

import pytest
from bson import Regex

from services.chart_collections import BILLBOARD, ITUNES_CHARTS, SPOTIFY_LISTENERS
from services.model.charts import IdsFound
from services.store import Store
from tests.conftest import Database


async def test_ids_are_written_and_nothing_else(store: Store, database: Database) -> None:
    rows = [1, {"artist": "Ana", "rank": 2.5}, {"artist": [{"id": None, "name": "Bo"}], "x": None}]
    await database.insert(BILLBOARD.stored, {"_id": 1, "data": rows, "chart": "hot-100"})
    ids = {"data.1.artist_id": 62, "data.2.artist.0.id": 63}
    read = {"data.1": rows[1], "data.2": rows[2]}

    assert await store.chart_ids.put(BILLBOARD, [IdsFound(1, ids, read)]) == 1

    given = [1, {"artist": "Ana", "rank": 2.5, "artist_id": 62}, {"artist": [{"id": 63, "name": "Bo"}], "x": None}]
    assert await database.all(BILLBOARD.stored) == [{"data": given, "chart": "hot-100"}]


@pytest.mark.parametrize(
    "document",
    [
        {"_id": 1, "data": [{"artist": "Bo"}, {"artist": "Ana"}]},
        {"_id": 1, "data": [{"artist": "Ana", "artist_id": 7}]},
        {"_id": 1, "data": []},
        {"_id": 1},
        {"_id": 2, "data": [{"artist": "Ana"}]},
    ],
    ids=["another order", "another's id", "no rows", "no data", "another document"],
)
async def test_a_row_that_was_written_in_between_takes_no_id(
    store: Store, database: Database, document: dict[str, Any]
) -> None:
    await database.insert(ITUNES_CHARTS.stored, document)
    found = IdsFound(1, {"data.0.artist_id": 62}, {"data.0": {"artist": "Ana"}})

    assert await store.chart_ids.put(ITUNES_CHARTS, [found]) == 0
    assert await database.collection(ITUNES_CHARTS.stored).find_one({}) == document


async def test_a_flat_row_that_was_given_an_id_in_between_keeps_it(store: Store, database: Database) -> None:
    await database.insert(SPOTIFY_LISTENERS.stored, {"_id": 1, "artist_id": 7})

    assert await store.chart_ids.put(SPOTIFY_LISTENERS, [IdsFound(1, {"artist_id": 62}, {"artist_id": None})]) == 0


async def test_what_was_read_is_no_pattern(store: Store, database: Database) -> None:
    await database.insert(ITUNES_CHARTS.stored, {"_id": 1, "artist": "Ana"})
    found = IdsFound(1, {"artist_id": 62}, {"artist": Regex(".*")})

    assert await store.chart_ids.put(ITUNES_CHARTS, [found]) == 0


async def test_nothing_found_is_nothing_written(store: Store) -> None:
    assert await store.chart_ids.put(ITUNES_CHARTS, []) == 0


async def test_documents_are_counted(store: Store, database: Database) -> None:
    await database.insert(ITUNES_CHARTS.stored, {"_id": 1}, {"_id": 2})

    assert await store.chart_ids.count(ITUNES_CHARTS) == 2
