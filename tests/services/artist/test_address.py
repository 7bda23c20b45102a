import pytest

from services.artist.address import read_address
from services.platforms import ROWS, Platform, page_of

SPOTIFY_ID = "06HL4z0CvFAxyc27GXpf02"
YOUTUBE_ID = "UCqECaJ8Gagnn7YCbPEzWH6g"
MBID = "20244d07-534f-4eff-b4d4-930878889970"
SPOTIFY = (Platform.SPOTIFY, SPOTIFY_ID)

ADDRESSES = {
    f"https://open.spotify.com/artist/{SPOTIFY_ID}": SPOTIFY,
    f"http://open.spotify.com/artist/{SPOTIFY_ID}": SPOTIFY,
    f"open.spotify.com/artist/{SPOTIFY_ID}": SPOTIFY,
    f"  https://www.open.spotify.com/artist/{SPOTIFY_ID}/\n": SPOTIFY,
    f"https://open.spotify.com/intl-de/artist/{SPOTIFY_ID}?si=9c2#top": SPOTIFY,
    f"https://OPEN.Spotify.com:443/artist/{SPOTIFY_ID}/discography/all": SPOTIFY,
    f"spotify:artist:{SPOTIFY_ID}": SPOTIFY,
    f"https://www.youtube.com/channel/{YOUTUBE_ID}/videos": (Platform.YOUTUBE, YOUTUBE_ID),
    f"https://music.youtube.com/channel/{YOUTUBE_ID}": (Platform.YOUTUBE, YOUTUBE_ID),
    "https://m.youtube.com/@NovaRuiz": (Platform.YOUTUBE, "NovaRuiz"),
    "youtube.com/c/NovaRuiz": (Platform.YOUTUBE, "NovaRuiz"),
    "https://www.instagram.com/nova.ruiz/?hl=en": (Platform.INSTAGRAM, "nova.ruiz"),
    "https://www.tiktok.com/@nova.ruiz?lang=en": (Platform.TIKTOK, "nova.ruiz"),
    "https://m.facebook.com/novaruiz": (Platform.FACEBOOK, "novaruiz"),
    "https://www.facebook.com/profile.php?id=100044180243805&sk=about": (Platform.FACEBOOK, "100044180243805"),
    "https://www.facebook.com/pages/Nova-Ruiz/10376464573": (Platform.FACEBOOK, "10376464573"),
    "https://x.com/novaruiz/status/1": (Platform.TWITTER, "novaruiz"),
    "mobile.twitter.com/novaruiz": (Platform.TWITTER, "novaruiz"),
    "https://soundcloud.com/nova-ruiz/tracks": (Platform.SOUNDCLOUD, "nova-ruiz"),
    "https://www.deezer.com/us/artist/145": (Platform.DEEZER, "145"),
    "https://genius.com/artists/Nova-ruiz": (Platform.GENIUS, "Nova-ruiz"),
    "https://www.last.fm/de/music/AC%2FDC/+albums": (Platform.LASTFM, "AC/DC"),
    "https://www.last.fm/music/Nova+Ruiz": (Platform.LASTFM, "Nova Ruiz"),
    "https://music.163.com/#/artist?id=6452": (Platform.NETEASE, "6452"),
    "https://y.music.163.com/m/artist?userid=7&id=6452": (Platform.NETEASE, "6452"),
    "https://y.qq.com/n/yqq/singer/0025NhlN2yWrP4.html": (Platform.QQ, "0025NhlN2yWrP4"),
    "https://www.bandsintown.com/a/12895856-nova-ruiz?came_from=257": (Platform.BANDSINTOWN, "12895856"),
    "https://www.songkick.com/artists/8913479-nova-ruiz/calendar": (Platform.SONGKICK, "8913479"),
    "https://www.shazam.com/artist/nova-ruiz/1065981054": (Platform.SHAZAM, "1065981054"),
    "https://www.shazam.com/artist/40008598/nova-ruiz": (Platform.SHAZAM, "40008598"),
    "https://www.twitch.tv/novaruiz/about": (Platform.TWITCH, "novaruiz"),
    "https://www.pandora.com/artist/nova-ruiz/ARZ2PhgdqnlvtfJ": (Platform.PANDORA, "ARZ2PhgdqnlvtfJ"),
    "https://audiomack.com/nova-ruiz": (Platform.AUDIOMACK, "nova-ruiz"),
    "https://m.weibo.cn/u/1195230310": (Platform.WEIBO, "1195230310"),
    f"https://musicbrainz.org/artist/{MBID}/relationships": (Platform.MUSICBRAINZ, MBID),
    f"https://listenbrainz.org/artist/{MBID}/": (Platform.MUSICBRAINZ, MBID),
    "https://music.apple.com/us/artist/blink-182/116851": (Platform.APPLE_MUSIC, "116851"),
    "https://itunes.apple.com/gb/artist/nova-ruiz/id1065981054?uo=4": (Platform.APPLE_MUSIC, "1065981054"),
    "https://tidal.com/browse/artist/7514330?u": (Platform.TIDAL, "7514330"),
    "https://listen.tidal.com/artist/7514330": (Platform.TIDAL, "7514330"),
    "https://music.amazon.co.uk/artists/B01A7VBHJ4/nova-ruiz": (Platform.AMAZON, "B01A7VBHJ4"),
    "https://www.beatport.com/artist/nova-ruiz/3547": (Platform.BEATPORT, "3547"),
    "https://www.traxsource.com/artist/12345/nova-ruiz": (Platform.TRAXSOURCE, "12345"),
    "https://www.kuwo.cn/singer_detail/336": (Platform.KUWO, "336"),
}
NO_ADDRESSES = [
    "",
    "Nova Ruiz",
    "AC/DC",
    "last.fm",
    "spotify",
    f"spotify:album:{SPOTIFY_ID}",
    f"https://open.spotify.com/album/{SPOTIFY_ID}",
    "https://open.spotify.com/artist/",
    "https://open.spotify.com/artist/too-short",
    f"https://evil.example/open.spotify.com/artist/{SPOTIFY_ID}",
    f"https://open.spotify.com@evil.example/artist/{SPOTIFY_ID}",
    f"https://open.spotify.com.evil.example/artist/{SPOTIFY_ID}",
    f"https://evilopen.spotify.com/artist/{SPOTIFY_ID}",
    f"ftp://open.spotify.com/artist/{SPOTIFY_ID}",
    "https://[open.spotify.com/artist/1",
    "https://www.deezer.com/artist/0145",
    "https://www.deezer.com/artist/145%0A",
    "https://music.163.com/#/artist",
    "https://musicbrainz.org/artist/20244d07-534f-4eff-b4d4",
    "https://www.last.fm/music/..",
]
IDS = {
    Platform.YOUTUBE: (YOUTUBE_ID, "@NovaRuiz"),
    Platform.SPOTIFY: (SPOTIFY_ID,),
    Platform.LASTFM: ("Nova Ruiz", "AC/DC", "Guns N' Roses", "100% Björk?", "a+b"),
    Platform.FACEBOOK: ("novaruiz", "100044180243805"),
    Platform.QQ: ("0025NhlN2yWrP4",),
    Platform.MUSICBRAINZ: (MBID,),
    Platform.AMAZON: ("B01A7VBHJ4",),
    Platform.PANDORA: (),
}


def readable_ids(platform: Platform) -> tuple[str, ...]:
    return IDS.get(platform, ("145",) if page_of(platform, "145") else ("nova_ruiz",))


@pytest.mark.parametrize(("text", "expected"), ADDRESSES.items(), ids=ADDRESSES)
def test_the_address_of_an_artists_page_tells_platform_and_id(text: str, expected: tuple[Platform, str]) -> None:
    assert read_address(text) == expected


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_any_other_text_is_no_address(text: str) -> None:
    assert read_address(text) is None


@pytest.mark.parametrize(
    ("platform", "foreign_id"),
    [(platform, foreign_id) for platform in Platform for foreign_id in readable_ids(platform)],
)
def test_every_page_is_read_back_to_its_id(platform: Platform, foreign_id: str) -> None:
    page = page_of(platform, foreign_id)

    assert page is not None
    assert read_address(page) == (platform, foreign_id.removeprefix("@"))


def test_every_platform_has_an_address_that_is_read() -> None:
    assert {platform for platform, _ in ADDRESSES.values()} == set(Platform)


def test_no_host_is_two_platforms() -> None:
    hosts = [host for row in ROWS.values() for host in row.hosts]

    assert sorted(set(hosts)) == sorted(hosts)
