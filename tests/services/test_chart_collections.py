import pytest

from services.chart_collections import BY_NAME, COLLECTIONS, FLAT_KEYS, ChartCollection
from services.model.charts import ChartFamily, MatchedBy

ID, SPOTIFY, SLUG, NAME = MatchedBy
# What the collections are called and matched by, which other writers of them rely on.
PROMISED = {
    "kworb_spotify_top_artists": [(ID, "artist_id"), (SPOTIFY, "spotify_id")],
    "kworb_spotify_listeners": [(ID, "artist_id"), (SPOTIFY, "spotifyId")],
    "kworb_global_artists": [(ID, "artist_id"), (SLUG, "kworbSlug"), (NAME, "artist"), (NAME, "name")],
    "kworb_current_charts": [(ID, "artist_id"), (NAME, "artist")],
    "kworb_spotify_country_charts": [(ID, "artist_id"), (SPOTIFY, "spotifyArtistId"), (NAME, "artist")],
    "kworb_spotify_period_charts": [(ID, "artist_id"), (SPOTIFY, "spotifyArtistId"), (NAME, "artist")],
    "kworb_itunes_charts": [(ID, "artist_id"), (NAME, "artist")],
    "kworb_apple_music_charts": [(ID, "artist_id"), (NAME, "artist")],
    "kworb_radio_charts": [(ID, "artist_id"), (NAME, "artist")],
    "kworb_youtube_charts": [(ID, "artist_id"), (NAME, "artist")],
    "kworb_shazam_charts": [(ID, "artist_id"), (NAME, "artist")],
    "kworb_deezer_charts": [(ID, "artist_id"), (NAME, "artist")],
    "billboard": [(ID, "artist_id"), (ID, "artist.id"), (NAME, "artist.name"), (NAME, "artist")],
}


def test_the_table_has_the_promised_collections_and_what_their_rows_are_matched_by() -> None:
    assert {row.name: [(key.matched_by, key.path) for key in row.keys] for row in COLLECTIONS} == PROMISED


def test_every_family_has_a_collection() -> None:
    assert {row.family for row in COLLECTIONS} == set(ChartFamily)


@pytest.mark.parametrize("row", COLLECTIONS, ids=lambda row: row.name)
def test_a_collection_is_found_by_its_name(row: ChartCollection) -> None:
    assert BY_NAME[row.name] is row
    assert row.stored == f"charts.{row.name}"


@pytest.mark.parametrize("row", COLLECTIONS, ids=lambda row: row.name)
def test_the_surest_key_decides_first(row: ChartCollection) -> None:
    order = [list(MatchedBy).index(key.matched_by) for key in row.keys]

    assert order == sorted(order)


def test_every_flat_collection_has_a_key_of_its_rows() -> None:
    assert {collection.name for collection in COLLECTIONS if not collection.is_nested} == FLAT_KEYS.keys()
