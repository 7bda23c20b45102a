"""Songstats: an artist's statistics by source, by its own id or Spotify's. The sources come in no fixed order."""

from collections.abc import Mapping

from sandbox.artists import Artist, Directory
from sandbox.chance import unit
from sandbox.protocol import Ask, Endpoint, Provider, Reply, is_key, recorded
from sandbox.world import World

NAME = "songstats"
# The parameters that name an artist, and the places where their values are ids.
PARAMETERS = {
    "songstats_artist_id": "songstats",
    "spotify_artist_id": "spotify",
    "apple_music_artist_id": "apple_music",
}
# Of each source, the metric by key.
SOURCES = {
    "spotify": {
        "followers_total": "spotify_followers",
        "monthly_listeners_current": "spotify_monthly_listeners",
        "popularity_current": "spotify_popularity",
    },
    "youtube": {"subscribers_total": "youtube_subscribers", "channel_views_total": "youtube_views"},
    "instagram": {"followers_total": "instagram_followers"},
    "tiktok": {"followers_total": "tiktok_followers", "profile_likes_total": "tiktok_likes"},
    "facebook": {"followers_total": "facebook_followers"},
    "twitter": {"followers_total": "twitter_followers"},
    "soundcloud": {"followers_total": "soundcloud_followers"},
    "deezer": {"followers_total": "deezer_fans"},
    "bandsintown": {"followers_total": "bandsintown_trackers"},
    "songkick": {"followers_total": "songkick_followers"},
    "shazam": {"shazams_total": "shazam_count"},
}
UNKNOWN = Reply(recorded("songstats/unknown"), 404)
KEY_REFUSED = Reply(recorded("songstats/error"), 401)
NO_ID = Reply({"result": "error", "message": "Missing artist id"}, 400)
THROTTLED = Reply({"result": "error", "message": "Too Many Requests"}, 429)


def _refusal(ask: Ask) -> Reply | None:
    return None if is_key(ask.headers.get("apikey")) else KEY_REFUSED


def _meant(ask: Ask, directory: Directory) -> Mapping[str, Artist | None]:
    asked = [(place, ask.query[name]) for name, place in PARAMETERS.items() if name in ask.query]
    return {key: directory.find(place, key) for place, key in asked[:1]}


def _stats(ask: Ask, world: World) -> Reply:
    if not ask.meant:
        return NO_ID
    artist = ask.artist
    if artist is None or not world.knows(NAME, artist):
        return UNKNOWN
    wanted = ask.query.get("source", "all").split(",")
    sources = [source for source in SOURCES if source in wanted or "all" in wanted]
    sources.sort(key=lambda source: unit(world.seed, "order", artist.id, source))
    rows = [{"source": source, "data": _counted(artist, source, world)} for source in sources]
    info = {"songstats_artist_id": artist.ids[NAME], "name": artist.name}
    return Reply(
        {
            "result": "success",
            "message": "Data Retrieved.",
            "artist_info": info,
            "stats": [row for row in rows if row["data"]],
        }
    )


def _counted(artist: Artist, source: str, world: World) -> dict[str, int]:
    counted = {key: world.seen(NAME, artist, metric) for key, metric in SOURCES[source].items()}
    if counted.get("channel_views_total"):
        # All videos with the music: far more than the channel's own, and not to be taken for it.
        counted["video_views_total"] = int(counted["channel_views_total"] or 0) * 9
    return {key: count for key, count in counted.items() if count is not None}


PROVIDER = Provider(
    name=NAME,
    base="/enterprise/v1",
    endpoints=(Endpoint("/artists/stats", _meant, _stats),),
    refusal=_refusal,
    own={
        "key_refused": KEY_REFUSED,
        "unknown": UNKNOWN,
        "throttled": THROTTLED,
        "quota": THROTTLED,
        "error_with_200": Reply({"result": "error", "message": "Something went wrong"}),
    },
    counts=frozenset({"video_views_total", *(key for keys in SOURCES.values() for key in keys)}),
)
