import pytest

from services.platforms import ROWS, Platform, comparable_id, page_of, platform_named


@pytest.mark.parametrize("platform", Platform)
def test_a_platform_is_known_by_the_key_it_is_stored_under(platform: Platform) -> None:
    assert platform_named(platform.value) is platform


@pytest.mark.parametrize(
    "key", ["apple_music", "appleMusic", "apple-music", "Apple Music", "APPLEMUSIC", "apple.music"]
)
def test_a_platform_is_known_however_it_is_spelled(key: str) -> None:
    assert platform_named(key) is Platform.APPLE_MUSIC


@pytest.mark.parametrize("key", ["myspace", "", "spotify2", "apple", "\N{CYRILLIC SMALL LETTER DZE}potify"])
def test_another_key_is_no_platform(key: str) -> None:
    assert platform_named(key) is None


def test_no_two_platforms_share_a_spelling() -> None:
    assert len({platform.value.replace("_", "") for platform in Platform}) == len(Platform)


@pytest.mark.parametrize(
    ("platform", "label"),
    [
        (Platform.SPOTIFY, "Spotify"),
        (Platform.YOUTUBE, "YouTube"),
        (Platform.LASTFM, "Last.fm"),
        (Platform.APPLE_MUSIC, "Apple Music"),
        (Platform.BANDSINTOWN, "Bandsintown"),
    ],
)
def test_a_label_is_how_the_platform_writes_itself(platform: Platform, label: str) -> None:
    assert platform.label == label


@pytest.mark.parametrize("platform", Platform)
def test_every_platform_has_its_row(platform: Platform) -> None:
    assert ROWS[platform].hosts
    assert ROWS[platform].pages


@pytest.mark.parametrize(
    ("platform", "foreign_id", "page"),
    [
        (Platform.SPOTIFY, "4q3ewBCX7sLwd24euuV69X", "https://open.spotify.com/artist/4q3ewBCX7sLwd24euuV69X"),
        (Platform.YOUTUBE, "UCqECaJ8Gagnn7YCbPEzWH6g", "https://www.youtube.com/channel/UCqECaJ8Gagnn7YCbPEzWH6g"),
        (Platform.YOUTUBE, "@novaruiz", "https://www.youtube.com/@novaruiz"),
        (Platform.TIKTOK, "novaruiz", "https://www.tiktok.com/@novaruiz"),
        (Platform.LASTFM, "AC/DC & Björk", "https://www.last.fm/music/AC%2FDC+%26+Bj%C3%B6rk"),
    ],
    ids=["an id", "a channel", "a handle", "an account", "a name that is quoted"],
)
def test_the_page_of_an_artist_follows_from_its_id(platform: Platform, foreign_id: str, page: str) -> None:
    assert page_of(platform, foreign_id) == page


@pytest.mark.parametrize(
    ("platform", "foreign_id"),
    [
        (Platform.SPOTIFY, "novaruiz"),
        (Platform.SPOTIFY, "../../../../4q3ewBCX7sLwd2"),
        (Platform.INSTAGRAM, "17841400008460056"),
        (Platform.TIKTOK, "6812390123"),
        (Platform.GENIUS, "498"),
        (Platform.DEEZER, "0"),
        (Platform.PANDORA, "ARZ2PhgdqnlvtfJ"),
        (Platform.LASTFM, ".."),
    ],
)
def test_an_id_of_a_form_whose_page_is_not_known_has_none(platform: Platform, foreign_id: str) -> None:
    assert page_of(platform, foreign_id) is None


@pytest.mark.parametrize(
    ("platform", "one", "other"),
    [
        (Platform.INSTAGRAM, "NovaRuiz", "novaruiz"),
        (Platform.TIKTOK, "@novaruiz", "novaruiz"),
        (Platform.YOUTUBE, "@NovaRuiz", "novaruiz"),
        (Platform.BANDSINTOWN, "12895856-nova-ruiz", "12895856"),
        (Platform.MUSICBRAINZ, "20244D07-534F-4EFF-B4D4-930878889970", "20244d07-534f-4eff-b4d4-930878889970"),
        (Platform.SPOTIFY, " 4q3ewBCX7sLwd24euuV69X ", "4q3ewBCX7sLwd24euuV69X"),
    ],
)
def test_two_ways_to_write_an_id_are_compared_as_one(platform: Platform, one: str, other: str) -> None:
    assert comparable_id(platform, one) == comparable_id(platform, other)


@pytest.mark.parametrize(
    ("platform", "one", "other"),
    [
        (Platform.SPOTIFY, "4q3ewBCX7sLwd24euuV69X", "4Q3ewBCX7sLwd24euuV69X"),
        (Platform.YOUTUBE, "UCqECaJ8Gagnn7YCbPEzWH6g", "UCqECaJ8Gagnn7YCbPEzWH6G"),
        (Platform.GENIUS, "498", "499"),
    ],
)
def test_ids_that_differ_stay_different(platform: Platform, one: str, other: str) -> None:
    assert comparable_id(platform, one) != comparable_id(platform, other)
