import pytest
from bson import Int64

from services.store import Store
from tests.conftest import Database

ROWS = {
    "by its id": ({"artist_id": 61, "spotifyId": "other", "listeners": 5}, {61: 5}),
    "by its id, an int64": ({"artist_id": Int64(61), "listeners": 5}, {61: 5}),
    "by the Spotify id, where no id is written": ({"artist_id": None, "spotifyId": "a", "listeners": 5}, {61: 5}),
    "by the Spotify id, without the field": ({"spotifyId": "a", "listeners": 5.0}, {61: 5}),
    "not by the Spotify id, where another's id is written": ({"artist_id": 7, "spotifyId": "a", "listeners": 5}, {}),
    "not where the number is none": ({"artist_id": 61, "listeners": "many"}, {}),
    "not without a Spotify id": ({"spotifyId": None, "listeners": 5}, {}),
    "not by an odd id": ({"artist_id": "61", "listeners": 5}, {}),
    "not by an odd Spotify id": ({"spotifyId": ["a"], "listeners": 5}, {}),
}


@pytest.mark.parametrize(("row", "expected"), ROWS.values(), ids=ROWS)
async def test_listeners_are_those_of_the_row_that_is_the_artists(
    store: Store, database: Database, row: dict[str, object], expected: dict[int, int]
) -> None:
    await database.insert("charts.kworb_spotify_listeners", row)

    assert await store.charts.spotify_listeners([(61, "a"), (62, None)]) == expected


async def test_of_several_rows_of_an_artist_the_greatest_counts(store: Store, database: Database) -> None:
    await database.insert(
        "charts.kworb_spotify_listeners",
        {"artist_id": 61, "listeners": 7},
        {"artist_id": 61, "listeners": 9},
        {"spotifyId": "a", "listeners": 8},
    )

    assert await store.charts.spotify_listeners([(61, "a")]) == {61: 9}
