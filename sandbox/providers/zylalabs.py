"""Zylalabs, a marketplace: the followers of an Instagram account, by username. The endpoint's number is made up."""

from sandbox.protocol import Ask, Endpoint, Provider, Reply, in_query, is_key, recorded
from sandbox.world import World

NAME = "zylalabs"
UNKNOWN = Reply(recorded("instagram/unknown"), 404)
KEY_REFUSED = Reply({"success": False, "message": "Invalid or missing API key."}, 401)


def _refusal(ask: Ask) -> Reply | None:
    return None if is_key(ask.bearer) else KEY_REFUSED


def _profile(ask: Ask, world: World) -> Reply:
    artist = ask.artist
    if artist is None or not world.knows(NAME, artist):
        return UNKNOWN
    user = {
        "pk": str(10_000_000 + artist.id),
        "username": ask.query["username"],
        "follower_count": world.seen(NAME, artist, "instagram_followers"),
        "following_count": artist.id % 900,
        "media_count": 10 + artist.id % 3000,
    }
    return Reply({"status": "ok", "user": user})


PROVIDER = Provider(
    name=NAME,
    base="/api/5040/instagram+user+profile+api/6412/user+profile",
    endpoints=(Endpoint("", in_query("instagram", "username"), _profile),),
    refusal=_refusal,
    own={
        "key_refused": KEY_REFUSED,
        "unknown": UNKNOWN,
        "throttled": Reply({"success": False, "message": "Too many requests."}, 429),
        "quota": Reply(recorded("instagram/quota"), 429),
        "forbidden": Reply({"success": False, "message": "You are not subscribed to this API."}, 403),
        "error_with_200": Reply(recorded("instagram/error")),
    },
    counts=frozenset({"follower_count"}),
)
