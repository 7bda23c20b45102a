"""YouTube's Data API: subscribers and views of channels, up to 50 at once. Counts are texts, in no promised order.

Unknown channels are absent, and without any there is no `items`. Subscribers are rounded down to three digits; some
channels hide them.
"""

from collections.abc import Mapping

from sandbox.artists import Artist, Directory
from sandbox.chance import unit
from sandbox.protocol import Ask, Endpoint, Provider, Reply, is_key, recorded
from sandbox.world import World

NAME = "youtube"
MOST_AT_ONCE = 50
HIDDEN = 0.04
KEY_REFUSED = Reply(recorded("youtube/bad_key"), 400)


def _error(status: int, message: str, reason: str) -> Reply:
    errors = [{"message": message, "domain": "youtube", "reason": reason}]
    return Reply({"error": {"code": status, "message": message, "errors": errors}}, status)


NO_KEY = _error(403, "Method doesn't allow unregistered callers.", "forbidden")


def _refusal(ask: Ask) -> Reply | None:
    key = ask.query.get("key") or ask.headers.get("x-goog-api-key")
    if is_key(key):
        return None
    return KEY_REFUSED if key else NO_KEY


def _meant(ask: Ask, directory: Directory) -> Mapping[str, Artist | None]:
    if handle := ask.query.get("forHandle") or ask.query.get("forUsername"):
        return {handle: directory.find("youtube_handle", handle)}
    ids = filter(None, ask.query.get("id", "").split(","))
    return {channel: directory.find(NAME, channel) for channel in ids}


def _channels(ask: Ask, world: World) -> Reply:
    if not ask.query.get("part"):
        return _error(400, "Required parameter: part", "missingRequiredParameter")
    if not ask.meant:
        return _error(400, "No filter selected.", "missingRequiredParameter")
    if len(ask.meant) > MOST_AT_ONCE:
        return _error(400, "The request specifies an invalid filter parameter.", "invalidFilters")
    found = sorted(filter(None, ask.meant.values()), key=lambda artist: unit(world.seed, "order", artist.id))
    body: dict[str, object] = {
        "kind": "youtube#channelListResponse",
        "etag": "an-etag",
        "pageInfo": {"totalResults": len(found), "resultsPerPage": int(ask.query.get("maxResults", "5"))},
    }
    return Reply(body | {"items": [_channel(artist, world) for artist in found]} if found else body)


def _channel(artist: Artist, world: World) -> dict[str, object]:
    hides = not artist.is_known_everywhere and unit(world.seed, "hides", artist.id) < HIDDEN
    subscribers = 0 if hides else _three_digits(world.seen(NAME, artist, "youtube_subscribers") or 0)
    statistics = {
        "viewCount": str(world.seen(NAME, artist, "youtube_views")),
        "subscriberCount": str(subscribers),
        "hiddenSubscriberCount": hides,
        "videoCount": str(10 + artist.id % 900),
    }
    return {"kind": "youtube#channel", "etag": "an-etag", "id": artist.ids[NAME], "statistics": statistics}


def _three_digits(count: int) -> int:
    digits = str(count)
    return int(digits[:3] + "0" * len(digits[3:]))


PROVIDER = Provider(
    name=NAME,
    base="/youtube/v3",
    endpoints=(Endpoint("/channels", _meant, _channels),),
    refusal=_refusal,
    own={
        "key_refused": KEY_REFUSED,
        "throttled": Reply(recorded("youtube/rate_limit_details"), 429),
        "quota": Reply(recorded("youtube/quota"), 403),
        "forbidden": NO_KEY,
        "unknown": Reply(recorded("youtube/none")),
    },
    counts=frozenset({"viewCount", "subscriberCount"}),
)
