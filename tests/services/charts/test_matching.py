from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Int64, ObjectId
from hypothesis import given
from hypothesis import strategies as st

from services.chart_collections import (
    BILLBOARD,
    COLLECTIONS,
    CURRENT_CHARTS,
    GLOBAL_ARTISTS,
    ITUNES_CHARTS,
    SPOTIFY_COUNTRY_CHARTS,
    SPOTIFY_LISTENERS,
    SPOTIFY_TOP_ARTISTS,
    ChartCollection,
)
from services.charts import ArtistKeys, artist_keys, claims, decided
from services.charts.matching import LONGEST_NAME, kworb_slug
from services.model.artist import Artist, PlatformId
from services.model.charts import Key, MatchedBy
from services.platforms import Platform

NOVA_ON_SPOTIFY, ANA_ON_SPOTIFY = "4q3ewBCX7sLwd24euuV69X", "06HL4z0CvFAxyc27GXpf02"


def artist(artist_id: int = 61, name: str | None = "Nova Ruiz", spotify_id: str | None = None, **more: Any) -> Artist:
    platforms = (PlatformId(Platform.SPOTIFY, spotify_id),) if spotify_id else ()
    return Artist(artist_id, name, platforms=platforms, **more)


def whose(row: Any, collection: ChartCollection, *artists: Artist) -> dict[int, MatchedBy]:
    """By what the row is each artist's, of those whom it is, where these are all that are known."""
    known = [artist_keys(one) for one in artists]
    is_known = knowing(*known)
    found = [(one.artist_id, decided(claim, one, is_known)) for one in known for claim in claims(row, collection)]
    return {artist_id: matched_by for artist_id, matched_by in reversed(found) if matched_by}


def knowing(*artists: ArtistKeys) -> Callable[[Key], bool]:
    return frozenset().union(*(one.keys for one in artists)).__contains__


def names(row: Any, collection: ChartCollection = ITUNES_CHARTS) -> list[str]:
    return [key.value for claim in claims(row, collection) for key in claim]


NOVA, ANA = artist(spotify_id=NOVA_ON_SPOTIFY), artist(62, "Ana", ANA_ON_SPOTIFY)
BY_EACH_KEY = {
    "top artists, id": (SPOTIFY_TOP_ARTISTS, {"artist_id": 61}, MatchedBy.ARTIST_ID),
    "top artists, Spotify id": (SPOTIFY_TOP_ARTISTS, {"spotify_id": NOVA_ON_SPOTIFY}, MatchedBy.SPOTIFY_ID),
    "listeners, Spotify id": (SPOTIFY_LISTENERS, {"spotifyId": NOVA_ON_SPOTIFY}, MatchedBy.SPOTIFY_ID),
    "global artists, slug": (GLOBAL_ARTISTS, {"kworbSlug": "novaruiz"}, MatchedBy.SLUG),
    "global artists, artist": (GLOBAL_ARTISTS, {"artist": "Nova Ruiz"}, MatchedBy.NAME),
    "global artists, name": (GLOBAL_ARTISTS, {"name": "Nova Ruiz"}, MatchedBy.NAME),
    "current charts, artist": (CURRENT_CHARTS, {"artist": "NOVA RUIZ"}, MatchedBy.NAME),
    "country charts, Spotify id": (
        SPOTIFY_COUNTRY_CHARTS,
        {"spotifyArtistId": NOVA_ON_SPOTIFY, "artist": "Other"},
        MatchedBy.SPOTIFY_ID,
    ),
    "country charts, artist": (SPOTIFY_COUNTRY_CHARTS, {"artist": "Nova Ruíz"}, MatchedBy.NAME),
    "Billboard, id": (BILLBOARD, {"artist_id": 61}, MatchedBy.ARTIST_ID),
    "Billboard, id in the list": (BILLBOARD, {"artist": [{"id": 7}, {"id": 61}]}, MatchedBy.ARTIST_ID),
    "Billboard, name in the list": (BILLBOARD, {"artist": [{"name": "Ana"}, {"name": "Nova Ruiz"}]}, MatchedBy.NAME),
    "Billboard, a document for the list": (BILLBOARD, {"artist": {"id": None, "name": "Nova Ruiz"}}, MatchedBy.NAME),
    "Billboard, text": (BILLBOARD, {"artist": "Nova Ruiz Featuring Bo"}, MatchedBy.NAME),
    "iTunes, before feat.": (ITUNES_CHARTS, {"artist": "Nova Ruiz (feat. Bo)"}, MatchedBy.NAME),
    "an int64": (ITUNES_CHARTS, {"artist_id": Int64(61)}, MatchedBy.ARTIST_ID),
    "a double": (ITUNES_CHARTS, {"artist_id": 61.0}, MatchedBy.ARTIST_ID),
    "blanks around a Spotify id": (
        SPOTIFY_LISTENERS,
        {"spotifyId": f" {NOVA_ON_SPOTIFY} "},
        MatchedBy.SPOTIFY_ID,
    ),
}
NOBODYS = {
    "another's id": (SPOTIFY_TOP_ARTISTS, {"artist_id": 7, "spotify_id": NOVA_ON_SPOTIFY}),
    "another's id, and the name": (ITUNES_CHARTS, {"artist_id": 7, "artist": "Nova Ruiz"}),
    "another's id, and ours in the list": (BILLBOARD, {"artist_id": 7, "artist": [{"id": 61, "name": "Nova Ruiz"}]}),
    "the name beside another's id in the list": (BILLBOARD, {"artist": [{"id": 7, "name": "Nova Ruiz"}]}),
    "the name beside another Spotify id": (
        SPOTIFY_COUNTRY_CHARTS,
        {"spotifyArtistId": "0000000000000000000000", "artist": "Nova Ruiz"},
    ),
    "a guest": (ITUNES_CHARTS, {"artist": "Bo feat. Nova Ruiz"}),
    "the second": (ITUNES_CHARTS, {"artist": "Bo & Nova Ruiz"}),
    "part of a name": (ITUNES_CHARTS, {"artist": "Nova"}),
    "a name where only ids count": (SPOTIFY_LISTENERS, {"artist": "Nova Ruiz"}),
    "several, where one is named": (GLOBAL_ARTISTS, {"artist": "Nova Ruiz & Bo"}),
    "nothing": (ITUNES_CHARTS, {}),
}


@pytest.mark.parametrize(("collection", "row", "matched_by"), BY_EACH_KEY.values(), ids=BY_EACH_KEY)
def test_a_row_is_the_artists_by_the_surest_key_that_it_has(
    collection: ChartCollection, row: dict[str, Any], matched_by: MatchedBy
) -> None:
    assert whose(row, collection, NOVA) == {61: matched_by}


@pytest.mark.parametrize(("collection", "row"), NOBODYS.values(), ids=NOBODYS)
def test_a_row_is_nobody_elses(collection: ChartCollection, row: dict[str, Any]) -> None:
    assert whose(row, collection, NOVA) == {}


@pytest.mark.parametrize(
    "absent", [None, 0, -61, 2**31, 61.5, float("nan"), float("inf"), True, "61", [61], {"id": 61}]
)
def test_an_artist_id_that_is_none_counts_as_null(absent: Any) -> None:
    assert whose({"artist_id": absent, "artist": "Nova Ruiz"}, ITUNES_CHARTS, NOVA) == {61: MatchedBy.NAME}


def test_namesakes_are_told_apart_by_their_ids() -> None:
    namesake = artist(63, "NOVA RUIZ", "0000000000000000000000")
    row = {"spotifyArtistId": NOVA_ON_SPOTIFY, "artist": "Nova Ruiz"}

    assert whose(row, SPOTIFY_COUNTRY_CHARTS, NOVA, namesake) == {61: MatchedBy.SPOTIFY_ID}


def test_a_namesake_without_a_spotify_id_never_has_the_row_of_a_known_one() -> None:
    namesake = artist(63)
    row = {"spotifyArtistId": NOVA_ON_SPOTIFY, "artist": "Nova Ruiz"}

    assert whose(row, SPOTIFY_COUNTRY_CHARTS, NOVA, namesake) == {61: MatchedBy.SPOTIFY_ID}
    assert whose(row, SPOTIFY_COUNTRY_CHARTS, namesake) == {63: MatchedBy.NAME}


def test_namesakes_whom_nothing_tells_apart_both_have_the_row() -> None:
    row = {"artist": "Nova Ruiz"}

    assert whose(row, ITUNES_CHARTS, NOVA, artist(63)) == {61: MatchedBy.NAME, 63: MatchedBy.NAME}


def test_the_longest_name_that_is_known_has_the_row() -> None:
    earth, band = artist(1, "Earth"), artist(2, "Earth, Wind & Fire")
    row = {"artist": "Earth, Wind & Fire feat. The Emotions"}

    assert whose(row, ITUNES_CHARTS, earth, band) == {2: MatchedBy.NAME}
    assert whose(row, ITUNES_CHARTS, earth) == {1: MatchedBy.NAME}


def test_every_artist_of_a_list_has_the_row() -> None:
    row = {"artist": [{"id": 61, "name": "Nova Ruiz"}, {"id": None, "name": "Ana"}]}

    assert whose(row, BILLBOARD, NOVA, ANA) == {61: MatchedBy.ARTIST_ID, 62: MatchedBy.NAME}


def test_an_artist_is_found_by_its_sort_name() -> None:
    assert whose({"artist": "Ruiz, Nova"}, ITUNES_CHARTS, artist(sort_name="Ruiz, Nova")) == {61: MatchedBy.NAME}


def test_an_article_may_be_missing_or_too_much_where_nobody_is_named_so() -> None:
    with_it, without = artist(1, "The Red Knives"), artist(2, "Red Knives")

    assert whose({"artist": "Red Knives"}, ITUNES_CHARTS, with_it) == {1: MatchedBy.NAME}
    assert whose({"artist": "The Red Knives"}, ITUNES_CHARTS, without) == {2: MatchedBy.NAME}
    assert whose({"artist": "Red Knives"}, ITUNES_CHARTS, with_it, without) == {2: MatchedBy.NAME}
    assert whose({"artist": "The Red Knives"}, ITUNES_CHARTS, with_it, without) == {1: MatchedBy.NAME}


def test_an_article_before_one_word_is_part_of_the_name() -> None:
    assert whose({"artist": "Knife"}, ITUNES_CHARTS, artist(1, "The Knife")) == {1: MatchedBy.NAME}
    assert whose({"artist": "The Rose"}, ITUNES_CHARTS, artist(2, "ROSÉ")) == {}


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        (
            "Nova & Ana feat. Bo",
            ["novaandanafeatbo", "thenovaandanafeatbo", "novaandana", "thenovaandana", "nova", "thenova"],
        ),
        ("The The", ["thethe"]),
        ("The", ["the"]),
        ("!!!", ["!!!"]),
        ("방탄소년단", ["방탄소년단"]),
        ("Ärzte", ["arzte", "aerzte", "thearzte"]),
        (".*", [".*"]),
    ],
)
def test_a_credit_is_kept_with_every_beginning_the_whole_first(credit: str, expected: list[str]) -> None:
    assert names({"artist": credit}) == expected


def test_a_name_is_no_pattern() -> None:
    assert whose({"artist": "Nova Ruiz"}, ITUNES_CHARTS, artist(1, ".*"), artist(2, "Nova.Ruiz|x")) == {}


@pytest.mark.parametrize("collection", [ITUNES_CHARTS, GLOBAL_ARTISTS], ids=["a credit", "a name"])
def test_a_name_without_end_is_cut(collection: ChartCollection) -> None:
    assert max(map(len, names({"artist": "a" * 100_000}, collection))) == LONGEST_NAME + len("the")


def test_what_is_named_twice_is_one_claim() -> None:
    assert len(claims({"artist": [{"name": "Nova"}, {"name": "NOVA"}]}, BILLBOARD)) == 1


def test_an_artist_without_a_name_has_its_ids_alone() -> None:
    assert artist_keys(artist(name=None)).keys == {Key(MatchedBy.ARTIST_ID, "61")}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Burna Boy", "burnaboy"),
        ("Beyoncé", "beyonce"),
        ("AC/DC", "acdc"),
        ("P!nk", "pnk"),
        ("Tyler, The Creator", "tylerthecreator"),
        ("Simon & Garfunkel", "simongarfunkel"),
        ("Florence + The Machine", "florencethemachine"),
        ("방탄소년단", "방탄소년단"),
        ("!!!", ""),
        ("&", ""),
    ],
)
def test_a_slug_is_the_names_letters_and_digits(name: str, slug: str) -> None:
    assert kworb_slug(name) == slug


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 80)
    | st.integers(-(2**63), 2**63 - 1).map(Int64)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["Nova Ruiz", "Nova Ruiz feat. Ana", "Ana, Nova Ruiz", "노바", "!!!", NOVA_ON_SPOTIFY, "novaruiz"]
    )
    | st.binary(max_size=4)
    | st.just(ObjectId("6560f0c0c0c0c0c0c0c0c0c0"))
    | st.just(datetime(2026, 11, 20, tzinfo=UTC))
)
FIELDS = st.sampled_from(
    ["artist_id", "artist", "name", "id", "spotify_id", "spotifyId", "spotifyArtistId", "kworbSlug", "data", "rank"]
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(FIELDS, inner, max_size=5), max_leaves=12
)
ROWS = VALUES | st.dictionaries(FIELDS, VALUES, max_size=8)
ARTISTS = st.lists(
    st.builds(
        artist,
        st.integers(1, 80),
        st.none() | st.text(max_size=12) | st.sampled_from(["Nova Ruiz", "NOVA RUIZ", "Nova", "Ana", "노바", "!!!"]),
        st.sampled_from([None, NOVA_ON_SPOTIFY, ANA_ON_SPOTIFY]),
    ),
    max_size=5,
    unique_by=lambda one: one.id,
)


@given(ROWS, st.sampled_from(COLLECTIONS))
def test_no_row_is_too_odd_to_be_read(row: Any, collection: ChartCollection) -> None:
    found = claims(row, collection)

    assert all(claim for claim in found)
    assert len(set(found)) == len(found)
    assert all(len(set(claim)) == len(claim) and all(key.value for key in claim) for claim in found)
    assert all(Key.of(key.term) == key for claim in found for key in claim)


@given(ROWS, st.sampled_from(COLLECTIONS), ARTISTS)
def test_a_row_with_an_artist_id_is_that_artists_alone(
    row: Any, collection: ChartCollection, artists: list[Artist]
) -> None:
    found = whose(row, collection, *artists)

    if isinstance(row, dict) and type(row.get("artist_id")) is int and row["artist_id"] > 0:
        assert set(found) <= {row["artist_id"]}


@given(ROWS, st.sampled_from(COLLECTIONS), ARTISTS)
def test_whose_a_claim_is_depends_on_its_first_known_key_alone(
    row: Any, collection: ChartCollection, artists: list[Artist]
) -> None:
    known = [artist_keys(one) for one in artists]
    is_known = knowing(*known)

    for claim in claims(row, collection):
        first = next(filter(is_known, claim), None)
        owners = {one.artist_id for one in known if decided(claim, one, is_known)}
        assert owners <= {one.artist_id for one in known if first in one.keys}
        if first and first.matched_by is not MatchedBy.NAME:
            assert owners == {one.artist_id for one in known if first in one.keys}
