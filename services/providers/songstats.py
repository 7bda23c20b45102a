"""Songstats, tier 2: an artist's statistics by source, in one call for all sources.

Asked by its own id, else by the Spotify id, with the header `apikey`. The envelope and most keys are documented or
seen in several callers; those of Bandsintown and Songkick, and the choice for TikTok's likes and YouTube's views, are
guesses: `channel_views_total` should be the channel's own count, `video_views_total` that of all videos with the music.
"""

from dataclasses import dataclass
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.artist import Artist
from services.platforms import Platform
from services.providers.answers import body_of, is_unknown, shaped
from services.providers.ids import SONGSTATS_ID, SPOTIFY_ID, fitting
from services.providers.protocol import Access, ProviderRow, Values
from services.providers.values import pick, values_at
from services.transport import Answer, HTTPPolicy, ProviderClient, ProviderUnreadable, Rate, Request

# Source and key.
PATHS = {
    "spotify_followers": ("spotify.followers_total",),
    "spotify_monthly_listeners": ("spotify.monthly_listeners_current",),
    "spotify_popularity": ("spotify.popularity_current",),
    "youtube_subscribers": ("youtube.subscribers_total",),
    "youtube_views": ("youtube.channel_views_total", "youtube.video_views_total"),
    "instagram_followers": ("instagram.followers_total",),
    "tiktok_followers": ("tiktok.followers_total",),
    "tiktok_likes": ("tiktok.profile_likes_total",),
    "facebook_followers": ("facebook.followers_total",),
    "twitter_followers": ("twitter.followers_total",),
    "soundcloud_followers": ("soundcloud.followers_total",),
    "deezer_fans": ("deezer.followers_total",),
    "bandsintown_trackers": ("bandsintown.followers_total", "bandsintown.trackers_total"),
    "songkick_followers": ("songkick.followers_total",),
    "shazam_count": ("shazam.shazams_total",),
}


class _Source(TypedDict):
    source: str
    data: NotRequired[dict[str, object] | None]


class _Stats(TypedDict):
    stats: list[_Source]


_STATS = TypeAdapter(_Stats)


@dataclass(frozen=True, slots=True)
class Songstats:
    """What Songstats counts on all sources."""

    client: ProviderClient
    access: Access

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's id there or on Spotify is known."""
        return bool(_key(artist))

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """One call for whatever is wanted."""
        if not (key := _key(artist)):
            return {}
        request = Request(
            "/artists/stats",
            params=key,
            headers={"apikey": self.access.secret("songstats_api_key"), "Accept": "application/json"},
        )
        return await self.client.ask(request, _values, deadline=deadline)


def _key(artist: Artist) -> dict[str, str]:
    """The one parameter that names the artist; empty where nothing does."""
    if own := fitting(SONGSTATS_ID, artist.songstats_id):
        return {"songstats_artist_id": own}
    if spotify := fitting(SPOTIFY_ID, artist.platform_id(Platform.SPOTIFY)):
        return {"spotify_artist_id": spotify}
    return {}


def _values(answer: Answer) -> Values:
    if is_unknown(answer):
        return {}
    body = body_of(answer)
    if pick(body, "result") != "success":
        raise ProviderUnreadable("answered without saying success")
    # The sources come in any order.
    return values_at(PATHS, {row["source"]: row.get("data") for row in shaped(_STATS, body)["stats"]})


ROW = ProviderRow(
    name="songstats",
    tier=2,
    paths=PATHS,
    base_url="https://api.songstats.com/enterprise/v1",
    # Nothing is published; callers of the API speak of 429 at several calls a second.
    policy=HTTPPolicy(rate=Rate(calls=5, per_s=1.0)),
    make=lambda client, access, _: Songstats(client, access),
    credentials=("songstats_api_key",),
)
