import pytest

from services.platforms import Platform, platform_named


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
