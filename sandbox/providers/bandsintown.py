"""Bandsintown: those who track an artist, by name. Four characters of a name must come escaped twice."""

from collections.abc import Mapping

from sandbox.artists import Artist, Directory
from sandbox.protocol import Ask, Endpoint, Provider, Reply, is_key, recorded
from sandbox.world import World

NAME = "bandsintown"
# What is left of a character that was escaped twice, after the server has unescaped once; a quotation mark is written
# in a way of its own.
ESCAPED = {"%2F": "/", "%3F": "?", "%2A": "*", "'C": '"'}
UNKNOWN = Reply(recorded("bandsintown/unknown"), 404)
KEY_REFUSED = Reply(recorded("bandsintown/denied"), 403)


def _refusal(ask: Ask) -> Reply | None:
    return None if is_key(ask.query.get("app_id")) else KEY_REFUSED


def _meant(ask: Ask, directory: Directory) -> Mapping[str, Artist | None]:
    asked = ask.path["name"]
    if asked.startswith("id_"):
        return {asked: directory.find(NAME, asked.removeprefix("id_"))}
    if any(character in asked for character in ESCAPED.values()):
        return {asked: None}
    found = directory.find("name", asked)
    for escaped, character in ESCAPED.items():
        asked = asked.replace(escaped, character)
    return {asked: found or directory.find("name", asked)}


def _artist(ask: Ask, world: World) -> Reply:
    artist = ask.artist
    if artist is None or not world.knows(NAME, artist):
        return UNKNOWN
    bandsintown_id = artist.ids.get(NAME, str(15_000_000 + artist.id))
    return Reply(
        {
            "id": bandsintown_id,
            "name": artist.name,
            "url": f"https://www.bandsintown.com/a/{bandsintown_id}?came_from=267",
            "mbid": artist.ids.get("musicbrainz", ""),
            "tracker_count": world.seen(NAME, artist, "bandsintown_trackers"),
            "upcoming_event_count": artist.id % 30,
        }
    )


PROVIDER = Provider(
    name=NAME,
    base="",
    endpoints=(Endpoint("/artists/{name}", _meant, _artist),),
    refusal=_refusal,
    own={
        "key_refused": KEY_REFUSED,
        "forbidden": KEY_REFUSED,
        "unknown": UNKNOWN,
        "throttled": Reply({"message": "Rate limit exceeded."}, 429),
        "error_with_200": Reply({"error": "Not Found"}),
    },
    counts=frozenset({"tracker_count"}),
)
