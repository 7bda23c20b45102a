from services.model.artist import Artist, PlatformId
from services.platforms import Platform

NOVA = Artist(61, platforms=(PlatformId(Platform.SPOTIFY, "4q3e"), PlatformId(Platform.DEEZER, "27")))


def test_an_artists_id_on_a_platform_is_found_by_it() -> None:
    assert NOVA.platform_id(Platform.DEEZER) == "27"


def test_a_platform_that_the_artist_is_not_on_has_no_id() -> None:
    assert NOVA.platform_id(Platform.TIDAL) is None


def test_an_id_has_the_address_of_its_page() -> None:
    assert PlatformId(Platform.DEEZER, "27").url == "https://www.deezer.com/artist/27"


def test_an_id_whose_page_is_not_known_has_no_address() -> None:
    assert PlatformId(Platform.DEEZER, "nova").url is None
