"""TikTok through RapidAPI, in the forms of the three known APIs: followers and likes, by username or by id.

The usual form has whole numbers, with likes that have overflown 32 bits where they are many; the others have rounded
numbers in `stats`, and the exact ones as texts in `statsV2`.
"""

from collections.abc import Mapping

from sandbox.artists import Artist, Directory
from sandbox.protocol import Ask, Endpoint, Provider, Reply, in_query, is_key, recorded
from sandbox.world import World

NAME = "tiktok"
UNKNOWN = recorded("tiktok/unknown")
UNKNOWN_STATUS = recorded("tiktok/unknown_status")
KEY_REFUSED = Reply({"message": "Invalid API key. Go to the API's page for more info."}, 401)
QUOTA_HEADERS = {
    "x-ratelimit-requests-limit": "50000",
    "x-ratelimit-requests-remaining": "49000",
    "x-ratelimit-requests-reset": "1296000",
}


def _refusal(ask: Ask) -> Reply | None:
    return None if is_key(ask.headers.get("x-rapidapi-key")) else KEY_REFUSED


def _by_name_or_id(ask: Ask, directory: Directory) -> Mapping[str, Artist | None]:
    key = ask.query.get("unique_id") or ask.query.get("user_id", "")
    return {key: directory.find(NAME, key)}


def _usual(ask: Ask, world: World) -> Reply:
    artist = ask.artist
    if artist is None or not world.knows(NAME, artist):
        return Reply(UNKNOWN)
    followers, likes = _counted(artist, world)
    stats = {"followerCount": followers, "heartCount": likes, "heart": _overflown(likes), "videoCount": 512}
    return Reply({"code": 0, "msg": "success", "data": {"user": _user(artist), "stats": stats}})


def _exact(ask: Ask, world: World) -> Reply:
    artist = ask.artist
    if artist is None or not world.knows(NAME, artist):
        return Reply(UNKNOWN_STATUS)
    return Reply({"userInfo": _info(artist, world), "statusCode": 0})


def _nested(ask: Ask, world: World) -> Reply:
    artist = ask.artist
    if artist is None or not world.knows(NAME, artist):
        return Reply({"data": UNKNOWN_STATUS})
    return Reply({"data": {"statusCode": 0, "status_msg": "", "userInfo": _info(artist, world)}})


def _info(artist: Artist, world: World) -> dict[str, object]:
    followers, likes = _counted(artist, world)
    exact = {"followerCount": followers, "heartCount": likes, "heart": likes, "videoCount": 512}
    rounded = {name: _rounded(count) for name, count in exact.items()}
    return {
        "user": _user(artist),
        "stats": rounded,
        "statsV2": {name: str(count) for name, count in exact.items()},
    }


def _counted(artist: Artist, world: World) -> tuple[int, int]:
    return (
        world.seen(NAME, artist, "tiktok_followers") or 0,
        world.seen(NAME, artist, "tiktok_likes") or 0,
    )


def _user(artist: Artist) -> dict[str, str]:
    return {"id": str(6_754_000_000_000_000_000 + artist.id), "uniqueId": artist.ids[NAME]}


def _rounded(count: int) -> int:
    """To a tenth of a thousand, or of a million, as it is shown to people."""
    step = 100_000 if count >= 1_000_000 else 100 if count >= 10_000 else 1
    return count // step * step


def _overflown(count: int) -> int:
    """As a signed number of 32 bits."""
    return (count + 2**31) % 2**32 - 2**31


PROVIDER = Provider(
    name=NAME,
    base="",
    endpoints=(
        Endpoint("/user/info", _by_name_or_id, _usual),
        Endpoint("/api/user/info", in_query(NAME, "uniqueId"), _exact),
        Endpoint("/api/user/info-by-id", in_query(NAME, "userId"), _exact),
        Endpoint("/api/v1/user/detail", in_query(NAME, "unique_id"), _nested),
    ),
    refusal=_refusal,
    own={
        "key_refused": KEY_REFUSED,
        "unknown": Reply(UNKNOWN),
        "throttled": Reply(recorded("tiktok/too_many_requests"), 429),
        "quota": Reply(recorded("tiktok/monthly_quota"), 429),
        "forbidden": Reply(recorded("tiktok/not_subscribed"), 403),
        "error_with_200": Reply(recorded("tiktok/burst")),
    },
    counts=frozenset({"followerCount", "heartCount", "heart"}),
    headers=QUOTA_HEADERS,
)
