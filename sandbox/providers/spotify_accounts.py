"""Spotify's accounts host: tokens for the apps `extended` and `development`, whose secret is any key of the sandbox.

A token tells its app and its end and is signed, so none is kept.
"""

from base64 import b64decode
from hashlib import blake2b

from sandbox.protocol import Ask, Endpoint, Provider, Reply, is_key, nobody, recorded
from sandbox.world import World

NAME = "spotify-accounts"
EXTENDED, DEVELOPMENT = "extended", "development"
LIFETIME_S = 3600
INVALID_CLIENT = Reply(recorded("spotify/invalid_client"), 400)


def app_of(token: str, world: World) -> str | Reply:
    """The app that the token was given to; an answer of the Web API where it is none, or too old."""
    prefix, _, rest = token.partition("-")
    app, _, end = rest.rpartition("-")[0].rpartition("-")
    if not token:
        return Reply({"error": {"status": 401, "message": "No token provided"}}, 401)
    if prefix != "BQ" or not end.isdigit() or token != _token(app, int(end), world):
        return Reply({"error": {"status": 401, "message": "Invalid access token"}}, 401)
    if world.clock().timestamp() >= int(end):
        return Reply(recorded("spotify/token_expired"), 401)
    return app


def _token(app: str, end: int, world: World) -> str:
    signature = blake2b(f"{world.seed}:{app}:{end}".encode(), digest_size=16).hexdigest()
    return f"BQ-{app}-{end}-{signature}"


def _give(ask: Ask, world: World) -> Reply:
    if ask.form.get("grant_type") != "client_credentials":
        described = "grant_type parameter is missing" if "grant_type" not in ask.form else "grant_type is not supported"
        return Reply({"error": "unsupported_grant_type", "error_description": described}, 400)
    end = int(world.clock().timestamp()) + LIFETIME_S
    token = _token(_client(ask)[0], end, world)
    return Reply({"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_S})


def _client(ask: Ask) -> tuple[str, str]:
    """The client's id and secret, from the header or, as is allowed too, from the form."""
    scheme, _, pair = ask.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ask.form.get("client_id", ""), ask.form.get("client_secret", "")
    try:
        client_id, _, secret = b64decode(pair, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return client_id, secret


def _refusal(ask: Ask) -> Reply | None:
    client_id, secret = _client(ask)
    return None if client_id in (EXTENDED, DEVELOPMENT) and is_key(secret) else INVALID_CLIENT


PROVIDER = Provider(
    name=NAME,
    base="",
    endpoints=(Endpoint("/api/token", nobody, _give, method="POST"),),
    refusal=_refusal,
    own={"key_refused": INVALID_CLIENT},
    counts=frozenset(),
)
