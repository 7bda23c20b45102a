"""Last.fm: listeners and plays, by MusicBrainz id or by name. Counts are texts; errors come with several statuses."""

from collections.abc import Mapping
from urllib.parse import quote_plus

from sandbox.artists import Artist, Directory
from sandbox.protocol import Ask, Endpoint, Provider, Rate, Reply, is_key, recorded
from sandbox.world import World

NAME = "lastfm"
UNKNOWN = recorded("lastfm/unknown")
KEY_REFUSED = Reply(recorded("lastfm/bad_key"), 403)
# Without `format=json` the answer is XML.
XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<lfm status="ok"><artist><stats><listeners>1</listeners></stats></artist></lfm>\n'
)


def _refusal(ask: Ask) -> Reply | None:
    return None if is_key(ask.query.get("api_key")) else KEY_REFUSED


def _meant(ask: Ask, directory: Directory) -> Mapping[str, Artist | None]:
    if mbid := ask.query.get("mbid"):
        return {mbid: directory.find("musicbrainz", mbid)}
    if name := ask.query.get("artist"):
        return {name: directory.find(NAME, name) or directory.find("name", name)}
    return {}


def _info(ask: Ask, world: World) -> Reply:
    if ask.query.get("method", "").lower() != "artist.getinfo":
        return Reply({"error": 3, "message": "Invalid Method - No method with that name in this package"}, 400)
    if ask.query.get("format") != "json":
        return Reply(XML.encode(), headers={"content-type": "text/xml; charset=UTF-8"})
    artist = ask.artist
    if artist is None or not world.knows(NAME, artist):
        # Both were seen: an MBID that isn't there with 200, a name that isn't there with 404.
        return Reply(UNKNOWN, 200 if "mbid" in ask.query else 404)
    return Reply({"artist": _described(artist, world)})


def _described(artist: Artist, world: World) -> dict[str, object]:
    stats = {
        "listeners": str(world.seen(NAME, artist, "lastfm_listeners")),
        "playcount": str(world.seen(NAME, artist, "lastfm_plays")),
    }
    return {
        "name": artist.name,
        **({"mbid": artist.ids["musicbrainz"]} if "musicbrainz" in artist.ids else {}),
        "url": f"https://www.last.fm/music/{quote_plus(artist.name)}",
        "streamable": "0",
        "ontour": "0",
        "stats": stats,
        "similar": {"artist": []},
        "tags": {"tag": []},
        "bio": {"summary": ""},
    }


PROVIDER = Provider(
    name=NAME,
    base="/2.0",
    endpoints=(Endpoint("/", _meant, _info),),
    refusal=_refusal,
    own={
        "key_refused": KEY_REFUSED,
        "unknown": Reply(UNKNOWN),
        "throttled": Reply(recorded("lastfm/rate_limit"), 429),
        "error_with_200": Reply(recorded("lastfm/try_again")),
    },
    counts=frozenset({"listeners", "playcount"}),
    rate=Rate(calls=5, per_s=1),
)
