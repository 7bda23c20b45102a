from itertools import pairwise

import pytest

from services.artist.entries import AUDIENCES, id_term, search_entry
from services.artist.terms import name_terms
from services.metrics import METRIC_NAMES
from services.model.artist import Artist, PlatformId
from services.model.search import SearchEntry
from services.platforms import Platform

NOVA = Artist(
    61,
    "Nova Ruiz",
    sort_name="Ruiz, Nova",
    platforms=(PlatformId(Platform.SPOTIFY, "4q3ewBCX7sLwd24euuV69X"), PlatformId(Platform.TIKTOK, "@NovaRuiz")),
)


def weight(**values: int | None) -> int:
    return search_entry(NOVA, values, document=1).weight


def test_an_entry_has_the_terms_of_the_names_and_the_ids() -> None:
    names = name_terms("Nova Ruiz", "Ruiz, Nova")

    assert search_entry(NOVA, {}, document="key") == SearchEntry(
        artist_id=61,
        terms=names.terms,
        keys=names.keys,
        ids=("spotify:4q3ewBCX7sLwd24euuV69X", "tiktok:novaruiz"),
        weight=0,
        document="key",
    )


def test_what_an_artist_is_known_by_is_kept_as_it_is_given() -> None:
    assert search_entry(NOVA, {}, document=1, known_by=["name:novaruiz"]).known_by == ("name:novaruiz",)


def test_an_artist_of_whom_nothing_is_known_has_an_entry_that_nothing_finds() -> None:
    assert search_entry(Artist(61), {}, document=1) == SearchEntry(61, (), (), (), 0, 1)


def test_an_id_however_it_is_written_is_one_term() -> None:
    assert id_term(PlatformId(Platform.INSTAGRAM, "NovaRuiz")) == id_term(PlatformId(Platform.INSTAGRAM, "@novaruiz"))


def test_an_id_on_another_platform_is_another_term() -> None:
    assert id_term(PlatformId(Platform.DEEZER, "27")) != id_term(PlatformId(Platform.TIDAL, "27"))


def test_a_greater_audience_weighs_more() -> None:
    audiences = [None, 1, 2, 50, 1_000, 1_200, 1_000_000, 2**62]

    weights = [weight(spotify_monthly_listeners=audience) for audience in audiences]

    assert weights[0] == 0
    assert all(lighter < heavier for lighter, heavier in pairwise(weights))


def test_a_little_more_audience_weighs_the_same() -> None:
    assert weight(spotify_monthly_listeners=5_000_000) == weight(spotify_monthly_listeners=5_010_000)


def test_monthly_listeners_count_before_any_other_audience() -> None:
    assert weight(spotify_monthly_listeners=5, deezer_fans=1_000_000) == weight(spotify_monthly_listeners=5)


@pytest.mark.parametrize("name", sorted(AUDIENCES))
def test_any_audience_counts_where_it_is_the_only_one(name: str) -> None:
    assert weight(**{name: 1000}) == weight(spotify_monthly_listeners=1000) > 0


def test_without_listeners_the_greatest_other_audience_counts() -> None:
    assert weight(spotify_monthly_listeners=None, deezer_fans=1000, qq_followers=5) == weight(deezer_fans=1000)


@pytest.mark.parametrize(
    "name", ["spotify_popularity", "youtube_views", "tiktok_likes", "lastfm_plays", "shazam_count"]
)
def test_scores_plays_views_and_likes_are_no_audience(name: str) -> None:
    assert name in METRIC_NAMES
    assert weight(**{name: 1000}) == 0
