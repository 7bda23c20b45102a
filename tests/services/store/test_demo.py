from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError

from services import Services
from services.store.demo import BATCH, DemoStore
from tests.builders import NOW, artist_document, point_document, stats_document
from tests.conftest import Commands, Database

OLDER = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(services: Services) -> DemoStore:
    return services.store.demo


async def test_no_version_is_loaded_at_first(store: DemoStore) -> None:
    assert await store.loaded_version() is None


async def test_the_version_marked_last_is_the_loaded_one(store: DemoStore, database: Database) -> None:
    await store.mark_loaded("one")
    await store.mark_loaded("two")

    (mark,) = await database.all("data_analyst.demo")
    assert await store.loaded_version() == "two"
    assert isinstance(mark["at"], datetime)


async def test_an_artists_id_is_unique_once_prepared(store: DemoStore, database: Database) -> None:
    await store.prepare()
    await database.artists(artist_document(61))

    with pytest.raises(DuplicateKeyError):
        await database.collection("kisum_data.artists_v2").insert_one(artist_document(61))


async def test_an_artist_that_is_absent_is_stored_as_it_is(store: DemoStore, database: Database) -> None:
    await store.put_artists([artist_document(61)])

    assert await database.all("kisum_data.artists_v2") == [artist_document(61)]


async def test_an_artist_that_is_there_keeps_the_fields_that_the_demo_lacks(
    store: DemoStore, database: Database
) -> None:
    await database.artists(artist_document(61))

    await store.put_artists([{"id": 61, "name": "Nova R.", "platforms": {"youtube": {"id": "UC1"}, "qq": {"id": "1"}}}])

    spotify = artist_document()["platforms"]["spotify"]
    assert await database.all("kisum_data.artists_v2") == [
        artist_document(61, name="Nova R.", platforms={"spotify": spotify, "youtube": {"id": "UC1"}, "qq": {"id": "1"}})
    ]


async def test_more_artists_than_a_batch_holds_are_all_stored(
    store: DemoStore, database: Database, commands: Commands
) -> None:
    await store.prepare()
    commands.sent.clear()

    await store.put_artists([{"id": number} for number in range(1, BATCH + 2)])

    assert len(await database.all("kisum_data.artists_v2")) == BATCH + 1
    assert commands.names == ["update", "update"]


async def test_stats_that_are_absent_are_stored_as_they_are(store: DemoStore, database: Database) -> None:
    await store.put_stats([stats_document(61)])

    assert await database.all("data_analyst.artist_data") == [stats_document(61)]


@pytest.mark.parametrize("collection", ["artist_data", "artist_data_history"])
async def test_a_small_metric_is_stored_as_an_int64_too(store: DemoStore, database: Database, collection: str) -> None:
    await store.put_stats([stats_document(61, qq_followers=3)])
    await store.put_history([{"artist_id": 61, "date": "2026-08-12", "qq_followers": 3}])

    stored = await database.collection(f"data_analyst.{collection}").count_documents(
        {"qq_followers": {"$type": "long"}}
    )
    assert stored == 1


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param({"updatedAt": NOW}, id="newer"),
        pytest.param({"updatedAt": stats_document()["updatedAt"]}, id="of-the-same-instant"),
        pytest.param({"updatedAt": None}, id="never-refreshed-with-success"),
    ],
)
async def test_stats_that_are_not_older_are_kept(store: DemoStore, database: Database, stored: dict[str, Any]) -> None:
    kept = stats_document(61, spotify_followers=5, last_refresh_source="viberate") | stored
    await database.stats(kept)

    await store.put_stats([stats_document(61)])

    assert await database.all("data_analyst.artist_data") == [kept]


async def test_older_stats_are_replaced_field_by_field(store: DemoStore, database: Database) -> None:
    deezer = {"source": "native(deezer)", "at": OLDER}
    await database.stats(
        stats_document(61, spotify_followers=5, deezer_fans=9, updatedAt=OLDER, provenance={"deezer_fans": deezer})
    )

    await store.put_stats([stats_document(61)])

    provenance = stats_document()["provenance"] | {"deezer_fans": deezer}
    assert await database.all("data_analyst.artist_data") == [stats_document(61, deezer_fans=9, provenance=provenance)]


async def test_a_day_of_history_is_stored_only_where_absent(store: DemoStore, database: Database) -> None:
    kept = {"artist_id": 61, "date": "2026-08-12", "qq_followers": 3}
    added = {"artist_id": 61, "date": "2026-08-13", "qq_followers": 5}
    await database.insert("data_analyst.artist_data_history", kept)

    await store.put_history([kept | {"qq_followers": 4}, added])

    assert await database.all("data_analyst.artist_data_history") == [kept, added]


async def test_a_point_is_stored_only_where_absent(store: DemoStore, database: Database) -> None:
    kept, added = point_document("2026-08-12", 71), point_document("2026-08-13", 72)
    await database.points(kept)

    await store.put_points([kept | {"value": 1}, added])

    assert await database.all("data_analyst.artist_popularity") == [kept, added]
