"""The platforms that metrics and ids come from: THE table, a row each, by the name they are stored under.

A row also tells how the address of an artist's page is written from an id, and where such an address holds the id
(`services/artist/address.py` reads it).
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, quote_plus


class Platform(StrEnum):
    """A platform; the value is its key in `platforms.{key}.id`."""

    SPOTIFY = "spotify"
    YOUTUBE = "youtube"
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    FACEBOOK = "facebook"
    TWITTER = "twitter"
    SOUNDCLOUD = "soundcloud"
    DEEZER = "deezer"
    GENIUS = "genius"
    LASTFM = "lastfm"
    NETEASE = "netease"
    QQ = "qq"
    BANDSINTOWN = "bandsintown"
    SONGKICK = "songkick"
    SHAZAM = "shazam"
    TWITCH = "twitch"
    PANDORA = "pandora"
    AUDIOMACK = "audiomack"
    WEIBO = "weibo"
    MUSICBRAINZ = "musicbrainz"
    APPLE_MUSIC = "apple_music"
    TIDAL = "tidal"
    AMAZON = "amazon"
    BEATPORT = "beatport"
    TRAXSOURCE = "traxsource"
    KUWO = "kuwo"

    @property
    def label(self) -> str:
        """The platform's name as it writes itself."""
        return ROWS[self].label


@dataclass(frozen=True, slots=True)
class Pages:
    """One form of a platform's ids, and the pages that carry it.

    `ids` fits an id, also as an address decorates it (`8913479-billie-eilish`): its group is the id itself. `page` is
    the address of the artist's page, None where none is known. `paths` are those that are read: `{id}` stands for the
    id, `*` for any one segment, and more may follow. `caseless` ids are the same in capitals; with `plus`, a blank is
    written so.
    """

    ids: str
    page: str | None
    paths: tuple[str, ...] = ()
    caseless: bool = False
    plus: bool = False

    def id_in(self, text: str) -> str | None:
        """The id that the text is; None where it isn't of this form."""
        found = re.fullmatch(self.ids, text, re.ASCII)
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class PlatformRow:
    """A platform's name as it writes itself, the hosts of its pages (without `www.` and `m.`), and the pages."""

    label: str
    hosts: tuple[str, ...]
    pages: tuple[Pages, ...]


_NUMBER = r"([1-9][0-9]{0,18})(?:-.*)?"
_SLUG = r"((?![0-9]+$)[0-9A-Za-z_-]{1,100})"
_UUID = r"([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
_ANY_NAME = r"(.*[^.\s].*)"
_AMAZON = ("com", "co.uk", "de", "fr", "it", "es", "co.jp", "ca", "in", "com.au", "com.br", "com.mx")

ROWS: dict[Platform, PlatformRow] = {
    Platform.SPOTIFY: PlatformRow(
        "Spotify",
        ("open.spotify.com", "play.spotify.com"),
        (Pages(r"([0-9A-Za-z]{22})", "https://open.spotify.com/artist/{}", ("artist/{id}",)),),
    ),
    Platform.YOUTUBE: PlatformRow(
        "YouTube",
        ("youtube.com", "music.youtube.com"),
        (
            Pages(r"(UC[0-9A-Za-z_-]{22})", "https://www.youtube.com/channel/{}", ("channel/{id}", "browse/{id}")),
            Pages(r"@?([0-9A-Za-z._-]{3,30})", "https://www.youtube.com/@{}", ("{id}", "c/{id}", "user/{id}"), True),
        ),
    ),
    Platform.INSTAGRAM: PlatformRow(
        "Instagram",
        ("instagram.com",),
        (Pages(r"@?((?![0-9]+$)[0-9A-Za-z._]{1,30})", "https://www.instagram.com/{}/", ("{id}",), True),),
    ),
    Platform.TIKTOK: PlatformRow(
        "TikTok",
        ("tiktok.com",),
        (Pages(r"@?((?![0-9]+$)[0-9A-Za-z._]{2,24})", "https://www.tiktok.com/@{}", ("{id}",), True),),
    ),
    Platform.FACEBOOK: PlatformRow(
        "Facebook",
        ("facebook.com", "fb.com", "web.facebook.com"),
        (
            Pages(
                r"([0-9A-Za-z.-]{1,100})",
                "https://www.facebook.com/{}",
                ("profile.php?id={id}", "pages/*/{id}", "people/*/{id}", "pg/{id}", "{id}"),
                True,
            ),
        ),
    ),
    Platform.TWITTER: PlatformRow(
        "X (Twitter)",
        ("x.com", "twitter.com", "mobile.twitter.com"),
        (Pages(r"@?((?![0-9]+$)[0-9A-Za-z_]{1,15})", "https://x.com/{}", ("{id}",), True),),
    ),
    Platform.SOUNDCLOUD: PlatformRow(
        "SoundCloud", ("soundcloud.com",), (Pages(_SLUG, "https://soundcloud.com/{}", ("{id}",), True),)
    ),
    Platform.DEEZER: PlatformRow(
        "Deezer", ("deezer.com",), (Pages(_NUMBER, "https://www.deezer.com/artist/{}", ("artist/{id}",)),)
    ),
    Platform.GENIUS: PlatformRow(
        "Genius", ("genius.com",), (Pages(_SLUG, "https://genius.com/artists/{}", ("artists/{id}",), True),)
    ),
    Platform.LASTFM: PlatformRow(
        "Last.fm",
        ("last.fm", "lastfm.com"),
        (Pages(_ANY_NAME, "https://www.last.fm/music/{}", ("music/{id}",), True, True),),
    ),
    Platform.NETEASE: PlatformRow(
        "NetEase Cloud Music",
        ("music.163.com", "y.music.163.com"),
        (Pages(_NUMBER, "https://music.163.com/artist?id={}", ("artist?id={id}", "m/artist?id={id}")),),
    ),
    Platform.QQ: PlatformRow(
        "QQ Music",
        ("y.qq.com",),
        (
            Pages(
                r"([0-9A-Za-z]{14})(?:\.html)?",
                "https://y.qq.com/n/ryqq/singer/{}",
                ("n/ryqq/singer/{id}", "n/yqq/singer/{id}"),
            ),
        ),
    ),
    Platform.BANDSINTOWN: PlatformRow(
        "Bandsintown", ("bandsintown.com",), (Pages(_NUMBER, "https://www.bandsintown.com/a/{}", ("a/{id}",)),)
    ),
    Platform.SONGKICK: PlatformRow(
        "Songkick", ("songkick.com",), (Pages(_NUMBER, "https://www.songkick.com/artists/{}", ("artists/{id}",)),)
    ),
    Platform.SHAZAM: PlatformRow(
        "Shazam",
        ("shazam.com",),
        (Pages(_NUMBER, "https://www.shazam.com/artist/-/{}", ("artist/*/{id}", "artist/{id}")),),
    ),
    Platform.TWITCH: PlatformRow(
        "Twitch",
        ("twitch.tv",),
        (Pages(r"((?![0-9]+$)[0-9A-Za-z_]{3,25})", "https://www.twitch.tv/{}", ("{id}",), True),),
    ),
    Platform.PANDORA: PlatformRow("Pandora", ("pandora.com",), (Pages(r"(AR[0-9A-Za-z]+)", None, ("artist/*/{id}",)),)),
    Platform.AUDIOMACK: PlatformRow(
        "Audiomack", ("audiomack.com",), (Pages(_SLUG, "https://audiomack.com/{}", ("artist/{id}", "{id}"), True),)
    ),
    Platform.WEIBO: PlatformRow(
        "Weibo",
        ("weibo.com", "weibo.cn"),
        (Pages(_NUMBER, "https://weibo.com/u/{}", ("u/{id}", "profile/{id}", "{id}")),),
    ),
    Platform.MUSICBRAINZ: PlatformRow(
        "MusicBrainz",
        ("musicbrainz.org", "beta.musicbrainz.org", "listenbrainz.org"),
        (Pages(_UUID, "https://musicbrainz.org/artist/{}", ("artist/{id}",), True),),
    ),
    Platform.APPLE_MUSIC: PlatformRow(
        "Apple Music",
        ("music.apple.com", "geo.music.apple.com", "itunes.apple.com"),
        (Pages(r"(?:id)?([1-9][0-9]{0,18})", "https://music.apple.com/artist/{}", ("artist/*/{id}", "artist/{id}")),),
    ),
    Platform.TIDAL: PlatformRow(
        "TIDAL",
        ("tidal.com", "listen.tidal.com"),
        (Pages(_NUMBER, "https://tidal.com/browse/artist/{}", ("browse/artist/{id}", "artist/{id}")),),
    ),
    Platform.AMAZON: PlatformRow(
        "Amazon Music",
        tuple(f"music.amazon.{ending}" for ending in _AMAZON),
        (Pages(r"([0-9A-Z]{10})", "https://music.amazon.com/artists/{}", ("artists/{id}",)),),
    ),
    Platform.BEATPORT: PlatformRow(
        "Beatport", ("beatport.com",), (Pages(_NUMBER, "https://www.beatport.com/artist/-/{}", ("artist/*/{id}",)),)
    ),
    Platform.TRAXSOURCE: PlatformRow(
        "Traxsource", ("traxsource.com",), (Pages(_NUMBER, "https://www.traxsource.com/artist/{}", ("artist/{id}",)),)
    ),
    Platform.KUWO: PlatformRow(
        "Kuwo", ("kuwo.cn",), (Pages(_NUMBER, "https://www.kuwo.cn/singer_detail/{}", ("singer_detail/{id}",)),)
    ),
}


def platform_named(key: str) -> Platform | None:
    """The platform stored under `key`, however it is spelled (`appleMusic`, `apple-music`); None for an unknown one."""
    return _BY_KEY.get(_plain(key))


def page_of(platform: Platform, foreign_id: str) -> str | None:
    """The address of the artist's page on the platform; None where its form isn't known for such an id."""
    for pages in ROWS[platform].pages:
        found = pages.id_in(foreign_id)
        if found and pages.page:
            return pages.page.format(quote_plus(found, safe="") if pages.plus else quote(found, safe=""))
    return None


def comparable_id(platform: Platform, foreign_id: str) -> str:
    """The id as ids of the platform are compared: without what may be left out, and without case where it has none."""
    stripped = foreign_id.strip()
    for pages in ROWS[platform].pages:
        if found := pages.id_in(stripped):
            return found.lower() if pages.caseless else found
    return stripped


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower())


_BY_KEY = {_plain(platform.value): platform for platform in Platform}
