from services.store import Store
from tests.conftest import Database


async def test_listeners_are_found_by_spotify_id_and_unusable_ones_left_out(store: Store, database: Database) -> None:
    await database.insert(
        "charts.kworb_spotify_listeners",
        {"spotifyId": "a", "listeners": 5_000_000},
        {"spotifyId": "b", "listeners": "many"},
        {"spotifyId": "c", "listeners": 7.0},
    )

    assert await store.charts.spotify_listeners(["a", "b", "c", "d"]) == {"a": 5_000_000, "c": 7}
