"""The platforms that metrics and ids come from: one row each, by the name they are stored under."""

import re
from enum import StrEnum


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
        return _LABELS.get(self, self.value.title())


_LABELS = {
    Platform.YOUTUBE: "YouTube",
    Platform.TIKTOK: "TikTok",
    Platform.TWITTER: "X (Twitter)",
    Platform.SOUNDCLOUD: "SoundCloud",
    Platform.LASTFM: "Last.fm",
    Platform.NETEASE: "NetEase Cloud Music",
    Platform.QQ: "QQ Music",
    Platform.MUSICBRAINZ: "MusicBrainz",
    Platform.APPLE_MUSIC: "Apple Music",
    Platform.TIDAL: "TIDAL",
    Platform.AMAZON: "Amazon Music",
}


def platform_named(key: str) -> Platform | None:
    """The platform stored under `key`, however it is spelled (`appleMusic`, `apple-music`); None for an unknown one."""
    return _BY_KEY.get(_plain(key))


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower())


_BY_KEY = {_plain(platform.value): platform for platform in Platform}
