from datetime import timedelta
from typing import Any

import pytest
from bson import Decimal128, Int64

from services.metrics import METRIC_NAMES
from services.model.stats import Origin, StoredStats
from services.store import Store
from services.store.indexes import make_indexes
from services.store.stats import STORED
from tests.builders import NOW, stats_document
from tests.conftest import Commands, Database
from tests.services.store.plans import explained, keys, stages

ALL = METRIC_NAMES | frozenset(STORED)
YESTERDAY = NOW - timedelta(days=1)


async def read(store: Store, fields: frozenset[str] = ALL) -> StoredStats:
    return (await store.stats.find_many([61], fields=fields))[61]


async def test_a_whole_document_is_read_whole(store: Store, database: Database) -> None:
    await database.stats(stats_document())

    assert await read(store) == StoredStats(
        artist_id=61,
        values={"spotify_followers": 1_204_331, "spotify_monthly_listeners": 5_102_233, "youtube_views": 3_900_221_100},
        updated_at=YESTERDAY,
        last_refresh_source="viberate+native(genius,lastfm)",
        last_refresh_error=None,
        origins={
            "spotify_followers": Origin("viberate", YESTERDAY),
            "spotify_monthly_listeners": Origin("native(spotify_listeners)", YESTERDAY),
        },
    )


async def test_only_the_fields_asked_for_are_read(store: Store, database: Database) -> None:
    await database.stats(stats_document())

    found = await read(store, frozenset({"youtube_views", "deezer_fans"}))

    assert found == StoredStats(
        61,
        values={
            "youtube_views": 3_900_221_100,
        },
    )


async def test_no_more_is_asked_of_mongodb_than_the_fields(store: Store, commands: Commands) -> None:
    await store.stats.find_many([61], fields=frozenset({"youtube_views", "updated_at", "origins"}))

    (sent,) = commands.sent
    assert sent["projection"] == {"_id": 0, "artist_id": 1, "youtube_views": 1, "updatedAt": 1, "provenance": 1}


async def test_an_artist_without_a_document_is_not_among_those_found(store: Store, database: Database) -> None:
    await database.stats(stats_document(61), stats_document(62))

    assert list(await store.stats.find_many([62, 63], fields=ALL)) == [62]


async def test_a_document_with_nothing_but_its_artist_is_read_as_nothing(store: Store, database: Database) -> None:
    await database.stats({"artist_id": 61})

    assert await read(store) == StoredStats(61, values={}, origins={})


@pytest.mark.parametrize("stored_id", [61, 61.0, Int64(61)], ids=repr)
async def test_an_artist_id_of_any_number_type_is_found(store: Store, database: Database, stored_id: Any) -> None:
    await database.stats(stats_document(stored_id))

    found = await read(store)

    assert (found.artist_id, type(found.artist_id)) == (61, int)


@pytest.mark.parametrize("stored_id", [[61], Decimal128("61"), "61"], ids=repr)
async def test_an_artist_id_that_is_no_number_spoils_no_other_artist(
    store: Store, database: Database, stored_id: Any
) -> None:
    await database.stats(stats_document(stored_id), stats_document(62))

    assert list(await store.stats.find_many([61, 62], fields=ALL)) == [62]


async def test_numbers_of_any_type_are_read_or_are_null(store: Store, database: Database) -> None:
    stored = {
        "spotify_followers": Int64(5),
        "spotify_monthly_listeners": 5.0,
        "spotify_popularity": 0,
        "youtube_subscribers": -5,
        "youtube_views": 2**63 - 1,
        "instagram_followers": "5",
        "tiktok_followers": True,
        "tiktok_likes": Decimal128("5"),
        "facebook_followers": 5.5,
        "twitter_followers": float("nan"),
        "deezer_fans": [5],
        "genius_followers": {"value": 5},
        "lastfm_plays": None,
    }
    await database.stats(stats_document() | stored)

    found = await read(store, frozenset(stored))

    assert {name: value for name, value in found.values.items() if value is not None} == {
        "spotify_followers": 5,
        "spotify_monthly_listeners": 5,
        "youtube_views": 2**63 - 1,
    }


async def test_a_time_that_is_a_text_is_read(store: Store, database: Database) -> None:
    await database.stats(stats_document(updatedAt="2026-11-19T09:00:00+01:00"))

    assert (await read(store)).updated_at == YESTERDAY


@pytest.mark.parametrize("unusable", ["soon", 5, None, [], {}], ids=repr)
async def test_a_time_that_is_unusable_is_absent(store: Store, database: Database, unusable: Any) -> None:
    await database.stats(stats_document(updatedAt=unusable))

    assert (await read(store)).updated_at is None


@pytest.mark.parametrize("unusable", [5, "", None, {"text": "timed out"}], ids=repr)
async def test_a_source_or_an_error_that_is_no_text_is_absent(store: Store, database: Database, unusable: Any) -> None:
    await database.stats(stats_document(last_refresh_source=unusable, last_refresh_error=unusable))

    found = await read(store)

    assert (found.last_refresh_source, found.last_refresh_error) == (None, None)


@pytest.mark.parametrize(
    ("stored", "origins"),
    [
        (None, {}),
        ("viberate", {}),
        ([], {}),
        ({"spotify_followers": "viberate"}, {}),
        ({"spotify_followers": {"at": NOW}}, {}),
        ({"spotify_followers": {"source": 5, "at": NOW}}, {}),
        ({"myspace_friends": {"source": "viberate", "at": NOW}}, {}),
        ({"spotify_followers": {"source": "viberate"}}, {"spotify_followers": Origin("viberate", None)}),
        ({"spotify_followers": {"source": "viberate", "at": "soon"}}, {"spotify_followers": Origin("viberate", None)}),
        (
            {"deezer_fans": None, "qq_followers": {"source": "native(qq)", "at": "2026-11-20T08:00:00Z"}},
            {"qq_followers": Origin("native(qq)", NOW)},
        ),
    ],
    ids=[
        "none",
        "a text",
        "a list",
        "a source by itself",
        "a time alone",
        "a source that is no text",
        "an unknown metric",
        "no time",
        "a time that is none",
        "one of two",
    ],
)
async def test_origins_are_those_that_can_be_read(
    store: Store, database: Database, stored: Any, origins: dict[str, Origin]
) -> None:
    await database.stats(stats_document(provenance=stored))

    assert (await read(store)).origins == origins


async def test_the_artists_with_the_greatest_values_come_first(store: Store, database: Database) -> None:
    values = {1: 5, 2: 2**40, 3: 7.0, 4: Int64(6)}
    await database.stats(*(stats_document(artist_id, youtube_views=value) for artist_id, value in values.items()))

    assert await store.stats.top("youtube_views", limit=3) == [2, 3, 4]


@pytest.mark.parametrize(
    "value",
    [
        *(0, -1, 2.5, float("inf"), float("nan"), 2.0**63, "9", True, None, [9], {"a": 9}, NOW),
        *(Decimal128("9"), Decimal128("9.5")),
    ],
    ids=repr,
)
async def test_a_value_that_is_not_usable_ranks_nobody(store: Store, database: Database, value: Any) -> None:
    await database.stats(stats_document(1, youtube_views=value), stats_document(2, youtube_views=1))

    assert await store.stats.top("youtube_views", limit=5) == [2]


@pytest.mark.parametrize("artist_id", ["9", [9], None, 2.5], ids=repr)
async def test_stats_without_an_artist_rank_nobody(store: Store, database: Database, artist_id: Any) -> None:
    await database.stats(stats_document(artist_id, youtube_views=9), stats_document(2, youtube_views=1))

    assert await store.stats.top("youtube_views", limit=5) == [2]


@pytest.mark.parametrize("fence", [None, "12", float("nan"), 11], ids=repr)
async def test_a_write_passes_what_is_no_later_fence(store: Store, database: Database, fence: Any) -> None:
    await database.stats(stats_document(fence=fence))

    written = await store.stats.write_failure(61, "viberate: away", fence=12)

    assert written is not None
    assert (written.last_refresh_error, written.fence) == ("viberate: away", 12)


@pytest.mark.parametrize("fence", [12, 13])
async def test_a_late_owners_write_changes_nothing(store: Store, database: Database, fence: int) -> None:
    await make_indexes(store.mongo)
    await database.stats(stats_document(fence=fence))
    before = await database.all("data_analyst.artist_data")

    assert await store.stats.write_failure(61, "viberate: away", fence=12) is None
    assert await database.all("data_analyst.artist_data") == before


async def test_a_ranking_is_one_command(store: Store, commands: Commands) -> None:
    assert await store.stats.top("deezer_fans", limit=500) == []
    assert commands.names == ["find"]


@pytest.mark.parametrize("metric", ["youtube_views", "a_metric_that_is_added_later"])
async def test_a_ranking_reads_as_many_keys_of_one_index_as_it_answers(
    store: Store, database: Database, commands: Commands, metric: str
) -> None:
    await make_indexes(store.mongo)
    await database.stats(*(stats_document(number, **{metric: number}) for number in range(1, 2001)))
    commands.sent.clear()

    assert await store.stats.top(metric, limit=50) == list(range(2000, 1950, -1))

    plan = await explained(commands.sent[0], database)
    assert stages(plan) & {"COLLSCAN", "SORT", "IXSCAN"} == {"IXSCAN"}
    assert keys(plan) <= 51
