"""Deezer: the fans of an artist, by id, without a key. Its errors come with status 200."""

from sandbox.protocol import Ask, Endpoint, Provider, Rate, Reply, in_path, no_keys, recorded
from sandbox.world import World

NAME = "deezer"
UNKNOWN = Reply(recorded("deezer/unknown"))
TOO_MANY = Reply(recorded("deezer/quota"))


def _artist(ask: Ask, world: World) -> Reply:
    artist, deezer_id = ask.artist, ask.path["id"]
    if not deezer_id.isdigit():
        return Reply(recorded("deezer/wrong_parameter"))
    if artist is None or not world.knows(NAME, artist):
        return UNKNOWN
    return Reply(
        {
            "id": int(deezer_id),
            "name": artist.name,
            "link": f"https://www.deezer.com/artist/{deezer_id}",
            "nb_album": 1 + artist.id % 40,
            "nb_fan": world.seen(NAME, artist, "deezer_fans"),
            "radio": True,
            "tracklist": f"https://api.deezer.com/artist/{deezer_id}/top?limit=50",
            "type": "artist",
        }
    )


PROVIDER = Provider(
    name=NAME,
    base="",
    endpoints=(Endpoint("/artist/{id}", in_path(NAME, "id"), _artist),),
    refusal=no_keys,
    own={"unknown": UNKNOWN, "throttled": TOO_MANY, "quota": TOO_MANY, "error_with_200": TOO_MANY},
    counts=frozenset({"nb_fan"}),
    rate=Rate(calls=50, per_s=5),
)
