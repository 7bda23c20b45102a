"""QQ Music: the followers of a singer, in the wrapper's form and in QQ's own, which is JSONP unless told otherwise."""

import orjson

from sandbox.protocol import Ask, Endpoint, Provider, Reply, in_path, in_query, no_keys, recorded
from sandbox.world import World

NAME = "qq"
REFERER = "https://y.qq.com/"
FAILED = Reply({"response": recorded("qq/error")})


def _num(ask: Ask, world: World) -> int:
    """The number of followers; 0 for an unknown singer, as QQ has it."""
    artist = ask.artist
    if artist is None or not world.knows(NAME, artist):
        return 0
    return world.seen(NAME, artist, "qq_followers") or 0


def _wrapped(ask: Ask, world: World) -> Reply:
    if not (ask.query.get("singermid") or ask.path.get("mid")):
        return Reply(recorded("qq/no_singermid"), 400)
    return Reply({"response": {"code": 0, "subcode": 0, "num": _num(ask, world)}})


def _direct(ask: Ask, world: World) -> Reply:
    if not ask.headers.get("referer", "").startswith(REFERER):
        return Reply(b"", headers={"content-type": "text/html"})
    counted = {"code": 0, "num": _num(ask, world)}
    if ask.query.get("format") == "json":
        return Reply(counted)
    called = b"orderNum(" + orjson.dumps(counted) + b")"
    return Reply(called, headers={"content-type": "application/x-javascript; charset=utf-8"})


PROVIDER = Provider(
    name=NAME,
    base="",
    endpoints=(
        Endpoint("/getSingerStarNum", in_query(NAME, "singermid"), _wrapped),
        Endpoint("/getSingerStarNum/{mid}", in_path(NAME, "mid"), _wrapped),
        Endpoint("/rsc/fcgi-bin/fcg_order_singer_getnum.fcg", in_query(NAME, "singermid"), _direct),
    ),
    refusal=no_keys,
    own={"unknown": Reply({"response": {"code": 0, "subcode": 0, "num": 0}}), "error_with_200": FAILED},
    counts=frozenset({"num"}),
)
