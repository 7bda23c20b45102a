"""NetEase Cloud Music by a wrapper: the fans of an artist. The code in the body decides, the status is always 200."""

from sandbox.protocol import Ask, Endpoint, Provider, Reply, in_query, no_keys, recorded
from sandbox.world import World

NAME = "netease"
UNKNOWN = Reply(recorded("netease/unknown"))
SLOW_DOWN = Reply(recorded("netease/cheating"))
LOGIN_WANTED = Reply(recorded("netease/login"))


def _follow_count(ask: Ask, world: World) -> Reply:
    artist = ask.artist
    if not ask.query.get("id", "").isdigit():
        return Reply({"code": 400, "message": "Bad request"})
    if artist is None or not world.knows(NAME, artist):
        return UNKNOWN
    counted = {
        "isFollow": False,
        "fansCnt": world.seen(NAME, artist, "netease_fans"),
        "followCnt": 0,
        "followDay": None,
    }
    return Reply({"code": 200, "message": None, "data": counted})


PROVIDER = Provider(
    name=NAME,
    base="",
    endpoints=(Endpoint("/artist/follow/count", in_query(NAME, "id"), _follow_count),),
    refusal=no_keys,
    own={
        "key_refused": LOGIN_WANTED,
        "unknown": UNKNOWN,
        "throttled": SLOW_DOWN,
        "quota": SLOW_DOWN,
        "error_with_200": LOGIN_WANTED,
    },
    counts=frozenset({"fansCnt"}),
)
