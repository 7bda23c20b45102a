"""THE metric table. A metric is one row; everything that names metrics follows from it.

What follows: the GraphQL fields of `ArtistStats`, the `Metric` enum, `metrics`, the REST keys, the stored fields that
are asked for, and docs/metrics.md. Where in a provider's answer a metric stands is in that provider's file.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from services.platforms import Platform


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One audience number: its names, the platform it is counted on, and what it counts."""

    name: str
    rest_key: str
    platform: Platform
    label: str
    description: str

    @property
    def field(self) -> str:
        """The field of GraphQL's `ArtistStats`."""
        first, *rest = self.name.split("_")
        return first + "".join(word.capitalize() for word in rest)


METRICS: tuple[MetricRow, ...] = (
    MetricRow(
        "spotify_followers", "spotify", Platform.SPOTIFY, "Spotify followers", "Users who follow the artist on Spotify."
    ),
    MetricRow(
        "spotify_monthly_listeners",
        "spotify_listeners",
        Platform.SPOTIFY,
        "Spotify monthly listeners",
        "Different listeners on Spotify within the last 28 days.",
    ),
    MetricRow(
        "spotify_popularity",
        "spotify_popularity",
        Platform.SPOTIFY,
        "Spotify popularity",
        "Spotify's own score of how much the artist is played of late, 0 to 100.",
    ),
    MetricRow(
        "youtube_subscribers",
        "youtube",
        Platform.YOUTUBE,
        "YouTube subscribers",
        "Subscribers of the artist's YouTube channel, which YouTube rounds to three digits.",
    ),
    MetricRow(
        "youtube_views",
        "youtube_views",
        Platform.YOUTUBE,
        "YouTube views",
        "Views of all videos of the artist's YouTube channel since it began.",
    ),
    MetricRow(
        "instagram_followers",
        "instagram",
        Platform.INSTAGRAM,
        "Instagram followers",
        "Accounts that follow the artist on Instagram.",
    ),
    MetricRow(
        "tiktok_followers", "tiktok", Platform.TIKTOK, "TikTok followers", "Accounts that follow the artist on TikTok."
    ),
    MetricRow(
        "tiktok_likes",
        "tiktok_likes",
        Platform.TIKTOK,
        "TikTok likes",
        "Likes of all the artist's videos on TikTok since the account began.",
    ),
    MetricRow(
        "facebook_followers",
        "facebook",
        Platform.FACEBOOK,
        "Facebook followers",
        "Accounts that follow the artist's Facebook page.",
    ),
    MetricRow("twitter_followers", "twitter", Platform.TWITTER, "X followers", "Accounts that follow the artist on X."),
    MetricRow(
        "soundcloud_followers",
        "soundcloud",
        Platform.SOUNDCLOUD,
        "SoundCloud followers",
        "Users who follow the artist on SoundCloud.",
    ),
    MetricRow("deezer_fans", "deezer", Platform.DEEZER, "Deezer fans", "Users who added the artist on Deezer."),
    MetricRow(
        "genius_followers", "genius", Platform.GENIUS, "Genius followers", "Users who follow the artist on Genius."
    ),
    MetricRow(
        "lastfm_listeners",
        "lastfm",
        Platform.LASTFM,
        "Last.fm listeners",
        "Different Last.fm users who ever scrobbled the artist.",
    ),
    MetricRow(
        "lastfm_plays",
        "lastfm_plays",
        Platform.LASTFM,
        "Last.fm plays",
        "Scrobbles of the artist on Last.fm since it began.",
    ),
    MetricRow(
        "netease_fans", "netease", Platform.NETEASE, "NetEase fans", "Fans of the artist on NetEase Cloud Music."
    ),
    MetricRow("qq_followers", "qq", Platform.QQ, "QQ Music followers", "Users who follow the artist on QQ Music."),
    MetricRow(
        "bandsintown_trackers",
        "bandsintown",
        Platform.BANDSINTOWN,
        "Bandsintown trackers",
        "Users whom Bandsintown tells of the artist's concerts.",
    ),
    MetricRow(
        "songkick_followers",
        "songkick",
        Platform.SONGKICK,
        "Songkick followers",
        "Users who follow the artist's concerts on Songkick.",
    ),
    MetricRow(
        "shazam_count", "shazam", Platform.SHAZAM, "Shazams", "Times the artist's recordings were identified on Shazam."
    ),
    MetricRow(
        "twitch_followers",
        "twitch",
        Platform.TWITCH,
        "Twitch followers",
        "Accounts that follow the artist's Twitch channel.",
    ),
    MetricRow(
        "pandora_listeners",
        "pandora",
        Platform.PANDORA,
        "Pandora listeners",
        "Different listeners on Pandora within a month.",
    ),
    MetricRow(
        "audiomack_followers",
        "audiomack",
        Platform.AUDIOMACK,
        "Audiomack followers",
        "Users who follow the artist on Audiomack.",
    ),
    MetricRow(
        "weibo_followers", "weibo", Platform.WEIBO, "Weibo followers", "Accounts that follow the artist on Weibo."
    ),
)

METRIC_NAMES: frozenset[str] = frozenset(row.name for row in METRICS)
BY_NAME: dict[str, MetricRow] = {row.name: row for row in METRICS}

if TYPE_CHECKING:
    # A checker can't follow members that come from a table: to it, a metric is any name.
    class Metric(StrEnum):
        """The name of a metric; the value is the stored field."""
else:
    Metric = StrEnum("Metric", {row.name.upper(): row.name for row in METRICS}, module=__name__)
    Metric.__doc__ = "The name of a metric; the value is the stored field."
