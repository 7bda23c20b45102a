from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chart_collections import (
    BILLBOARD,
    COLLECTIONS,
    GLOBAL_ARTISTS,
    ITUNES_CHARTS,
    SPOTIFY_COUNTRY_CHARTS,
    SPOTIFY_LISTENERS,
    ChartCollection,
)
from services.charts import Roster, RowIds
from services.model.artist import Artist
from tests.services.charts.test_matching import ANA, ARTISTS, NOVA, NOVA_ON_SPOTIFY, ROWS, artist

UNKNOWN_ON_SPOTIFY = "0000000000000000000000"
FOUND: dict[str, tuple[ChartCollection, dict[str, Any], dict[str, int]]] = {
    "by the Spotify id": (SPOTIFY_LISTENERS, {"spotifyId": NOVA_ON_SPOTIFY}, {"artist_id": 61}),
    "by the Spotify id, whatever the name": (
        SPOTIFY_COUNTRY_CHARTS,
        {"spotifyArtistId": NOVA_ON_SPOTIFY, "artist": "Ana"},
        {"artist_id": 61},
    ),
    "by the name, where there is no Spotify id": (
        SPOTIFY_COUNTRY_CHARTS,
        {"spotifyArtistId": None, "artist": "Ana"},
        {"artist_id": 62},
    ),
    "by the name, however it is spelled": (ITUNES_CHARTS, {"artist": "NOVA RUÍZ"}, {"artist_id": 61}),
    "by the name before the guests": (ITUNES_CHARTS, {"artist": "Nova Ruiz feat. Ana"}, {"artist_id": 61}),
    "by the sort name": (ITUNES_CHARTS, {"artist": "Ruiz, Nova"}, {"artist_id": 61}),
    "by the name beside a slug": (GLOBAL_ARTISTS, {"kworbSlug": "x", "artist": "Ana"}, {"artist_id": 62}),
    "each of a list": (
        BILLBOARD,
        {"artist": [{"id": None, "name": "Nova Ruiz"}, {"name": "Bo"}, {"name": "Ana"}]},
        {"artist.0.id": 61, "artist.2.id": 62},
    ),
    "those of a list that have none": (
        BILLBOARD,
        {"artist": [{"id": 7, "name": "Nova Ruiz"}, {"name": "Ana"}]},
        {"artist.1.id": 62},
    ),
    "the row too, where the list has one": (
        BILLBOARD,
        {"artist": [{"name": "Ana"}]},
        {"artist.0.id": 62, "artist_id": 62},
    ),
    "a document for the list": (BILLBOARD, {"artist": {"name": "Ana"}}, {"artist.id": 62, "artist_id": 62}),
}
NOT_FOUND: dict[str, tuple[ChartCollection, dict[str, Any]]] = {
    "an id that is there": (ITUNES_CHARTS, {"artist_id": 7, "artist": "Ana"}),
    "an id that is there, beside a list": (BILLBOARD, {"artist_id": 7, "artist": [{"name": "Ana"}]}),
    "the name beside a Spotify id that nobody has": (
        SPOTIFY_COUNTRY_CHARTS,
        {"spotifyArtistId": UNKNOWN_ON_SPOTIFY, "artist": "Ana"},
    ),
    "what may be part of a name": (ITUNES_CHARTS, {"artist": "Ana & Bo"}),
    "a guest": (ITUNES_CHARTS, {"artist": "Bo feat. Ana"}),
    "a name with an article": (ITUNES_CHARTS, {"artist": "The Ana"}),
    "a name with an article, of one artist": (GLOBAL_ARTISTS, {"artist": "The Ana"}),
    "a slug": (GLOBAL_ARTISTS, {"kworbSlug": "ana"}),
}


@pytest.fixture
def roster() -> Roster:
    nova = artist(61, "Nova Ruiz", NOVA_ON_SPOTIFY, sort_name="Ruiz, Nova")
    return Roster([nova, ANA])


@pytest.mark.parametrize(("collection", "row", "ids"), FOUND.values(), ids=FOUND)
def test_a_row_is_given_the_ids_that_are_sure(
    roster: Roster, collection: ChartCollection, row: dict[str, Any], ids: dict[str, int]
) -> None:
    assert roster.ids(row, collection) == RowIds(ids)


@pytest.mark.parametrize(("collection", "row"), NOT_FOUND.values(), ids=NOT_FOUND)
def test_nothing_else_is_written(roster: Roster, collection: ChartCollection, row: dict[str, Any]) -> None:
    assert roster.ids(row, collection) == RowIds()


def test_a_name_of_several_artists_is_told_and_given_to_none() -> None:
    roster = Roster([NOVA, artist(63, "NOVA RUIZ"), ANA])

    assert roster.ids({"artist": "Nova Ruiz"}, ITUNES_CHARTS) == RowIds(ambiguous={"Nova Ruiz": (61, 63)})
    assert roster.ids({"artist": [{"name": "Nova Ruiz"}, {"name": "Ana"}]}, BILLBOARD) == RowIds(
        {"artist.1.id": 62}, {"Nova Ruiz": (61, 63)}
    )


def test_an_artist_that_is_told_twice_is_one() -> None:
    assert Roster([ANA, ANA]).ids({"artist": "Ana"}, ITUNES_CHARTS) == RowIds({"artist_id": 62})


def test_namesakes_are_told_apart_by_their_spotify_ids() -> None:
    roster = Roster([NOVA, artist(63, "Nova Ruiz", UNKNOWN_ON_SPOTIFY)])
    row = {"spotifyArtistId": UNKNOWN_ON_SPOTIFY, "artist": "Nova Ruiz"}

    assert roster.ids(row, SPOTIFY_COUNTRY_CHARTS) == RowIds({"artist_id": 63})


def test_a_credit_is_told_apart_by_the_artists_that_are_known(roster: Roster) -> None:
    assert roster.credited("Nova Ruiz & Ana feat. Bo & Cy") == ("Nova Ruiz", "Ana", "Bo & Cy")


@given(st.sampled_from(COLLECTIONS), ROWS, ARTISTS)
def test_what_is_written_names_a_known_artist_and_no_row_is_too_odd(
    collection: ChartCollection, row: Any, artists: list[Artist]
) -> None:
    found = Roster(artists).ids(row, collection)

    assert set(found.found.values()) <= {one.id for one in artists}
    assert all(len(ids) > 1 for ids in found.ambiguous.values())
