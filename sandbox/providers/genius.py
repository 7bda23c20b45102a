"""Genius: the followers of an artist, by id, with a client access token."""

from sandbox.protocol import Ask, Endpoint, Provider, Reply, in_path, is_key, recorded
from sandbox.world import World

NAME = "genius"
UNKNOWN = Reply(recorded("genius/unknown"), 404)
NO_TOKEN = Reply(recorded("genius/no_token"), 401)
DEAD_TOKEN = Reply({"error": "invalid_token", "error_description": "The access token is not valid."}, 401)


def _refusal(ask: Ask) -> Reply | None:
    if is_key(ask.bearer):
        return None
    return DEAD_TOKEN if ask.bearer else NO_TOKEN


def _artist(ask: Ask, world: World) -> Reply:
    artist = ask.artist
    if artist is None or not world.knows(NAME, artist):
        return UNKNOWN
    found = {
        "api_path": f"/artists/{ask.path['id']}",
        "id": int(ask.path["id"]),
        "name": artist.name,
        "url": f"https://genius.com/artists/{artist.slug}",
        "is_verified": artist.id % 2 == 0,
        "followers_count": world.seen(NAME, artist, "genius_followers"),
    }
    return Reply({"meta": {"status": 200}, "response": {"artist": found}})


PROVIDER = Provider(
    name=NAME,
    base="",
    endpoints=(Endpoint("/artists/{id}", in_path(NAME, "id"), _artist),),
    refusal=_refusal,
    own={
        "key_refused": DEAD_TOKEN,
        "token_dead": DEAD_TOKEN,
        "unknown": UNKNOWN,
        "forbidden": Reply(recorded("genius/forbidden"), 403),
        "throttled": Reply({"meta": {"status": 429, "message": "Too many requests"}}, 429),
    },
    counts=frozenset({"followers_count"}),
)
