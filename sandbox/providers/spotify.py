"""Spotify's Web API: an artist's followers and popularity, one or up to 50 at once, with a token of the accounts host.

Of the two apps, `extended` sees all; `development` is answered as Spotify does since 2026: artists without followers,
popularity and genres, and no batch.
"""

import re
from collections.abc import Mapping

from sandbox.artists import Artist, Directory
from sandbox.protocol import Ask, Endpoint, Provider, Reply, in_path, recorded
from sandbox.providers.spotify_accounts import DEVELOPMENT, app_of
from sandbox.world import World

NAME = "spotify"
MOST_AT_ONCE = 50
BASE62 = re.compile(r"[0-9A-Za-z]{22}")
UNKNOWN = Reply(recorded("spotify/unknown"), 404)
INVALID_ID = Reply(recorded("spotify/invalid_id"), 400)
TOKEN_EXPIRED = Reply(recorded("spotify/token_expired"), 401)


def _error(status: int, message: str) -> Reply:
    return Reply({"error": {"status": status, "message": message}}, status)


def _batch_ids(ask: Ask, directory: Directory) -> Mapping[str, Artist | None]:
    ids = filter(None, ask.query.get("ids", "").split(","))
    return {spotify_id: directory.find(NAME, spotify_id) for spotify_id in ids}


def _artist(ask: Ask, world: World) -> Reply:
    app = app_of(ask.bearer, world)
    if isinstance(app, Reply):
        return app
    if not BASE62.fullmatch(ask.path["id"]):
        return INVALID_ID
    return UNKNOWN if ask.artist is None else Reply(_described(ask.artist, app, world))


def _artists(ask: Ask, world: World) -> Reply:
    app = app_of(ask.bearer, world)
    if isinstance(app, Reply):
        return app
    if app == DEVELOPMENT:
        return _error(403, "Forbidden")
    if not ask.meant or len(ask.meant) > MOST_AT_ONCE:
        return _error(400, "Too many ids requested" if ask.meant else "Missing required field: ids")
    return Reply({"artists": [artist and _described(artist, app, world) for artist in ask.meant.values()]})


def _described(artist: Artist, app: str, world: World) -> dict[str, object]:
    spotify_id = artist.ids[NAME]
    described: dict[str, object] = {
        "external_urls": {"spotify": f"https://open.spotify.com/artist/{spotify_id}"},
        "href": f"https://api.spotify.com/v1/artists/{spotify_id}",
        "id": spotify_id,
        "images": [],
        "name": artist.name,
        "type": "artist",
        "uri": f"spotify:artist:{spotify_id}",
    }
    if app == DEVELOPMENT:
        return described
    return described | {
        "followers": {"href": None, "total": world.seen(NAME, artist, "spotify_followers")},
        "genres": [],
        "popularity": world.seen(NAME, artist, "spotify_popularity"),
    }


PROVIDER = Provider(
    name=NAME,
    base="/v1",
    endpoints=(Endpoint("/artists/{id}", in_path(NAME, "id"), _artist), Endpoint("/artists", _batch_ids, _artists)),
    # What a token may see depends on its app: the endpoints look at it.
    refusal=lambda ask: None,
    own={
        "key_refused": _error(401, "Invalid access token"),
        "token_dead": TOKEN_EXPIRED,
        "unknown": UNKNOWN,
        "forbidden": _error(403, "Forbidden"),
        "throttled": _error(429, "API rate limit exceeded"),
        "quota": Reply(recorded("spotify/quota"), 429),
    },
    counts=frozenset({"total", "popularity"}),
)
