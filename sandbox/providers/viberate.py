"""Viberate: the fanbase of an artist, by uuid. It lags by days; a channel that isn't linked is null or absent."""

from sandbox.artists import Artist
from sandbox.chance import unit
from sandbox.protocol import Ask, Endpoint, Provider, Rate, Reply, in_path, is_key, nobody, recorded
from sandbox.world import World

NAME = "viberate"
VERSION = "v1.34.0"
# The metric by the member that carries it.
MEMBERS = {
    "spotify_followers": "spotify_followers",
    "youtube_subscribers": "youtube_subscribers",
    "instagram_followers": "instagram_followers",
    "tiktok_followers": "tiktok_followers",
    "facebook_followers": "facebook_followers",
    "x_followers": "twitter_followers",
    "soundcloud_followers": "soundcloud_followers",
    "deezer_fans": "deezer_fans",
    "bandsintown_trackers": "bandsintown_trackers",
    "songkick_followers": "songkick_followers",
    "shazams": "shazam_count",
    "twitch_followers": "twitch_followers",
}
UNKNOWN = Reply(recorded("viberate/unknown"), 404)
# It answers a missing or wrong key with a status of its own making.
KEY_REFUSED = Reply({"api_version": VERSION, "error": {"code": 499, "message": "Access key is not valid."}}, 499)
THROTTLED = Reply({"api_version": VERSION, "error": {"code": 429, "message": "Rate limit exceeded."}}, 429)


def _refusal(ask: Ask) -> Reply | None:
    return None if is_key(ask.headers.get("access-key")) else KEY_REFUSED


def _fanbase(ask: Ask, world: World) -> Reply:
    artist = ask.artist
    if artist is None or not world.knows(NAME, artist):
        return UNKNOWN
    inner = {"uuid": ask.path["uuid"], "name": artist.name, "slug": artist.slug, "data": _channels(artist, world)}
    return Reply({"api_version": VERSION, "data": inner})


def _channels(artist: Artist, world: World) -> dict[str, int | None]:
    counted = {member: world.seen(NAME, artist, metric) for member, metric in MEMBERS.items()}
    return {
        member: count
        for member, count in counted.items()
        if count is not None or unit(world.seed, "null", artist.id, member) < 0.5
    }


def _rate_limit(ask: Ask, world: World) -> Reply:
    return Reply({"api_version": VERSION, "data": {"limit": 120, "remaining": 120, "status": "UNDER_LIMIT"}})


PROVIDER = Provider(
    name=NAME,
    base="/api/v1",
    endpoints=(
        Endpoint("/artist/{uuid}/viberate/fanbase-distribution", in_path(NAME, "uuid"), _fanbase),
        Endpoint("/rate-limit/status", nobody, _rate_limit),
    ),
    refusal=_refusal,
    own={
        "key_refused": KEY_REFUSED,
        "unknown": UNKNOWN,
        "throttled": THROTTLED,
        "quota": THROTTLED,
        "error_with_200": Reply(recorded("viberate/error")),
    },
    counts=frozenset(MEMBERS),
    rate=Rate(calls=120, per_s=60),
)
