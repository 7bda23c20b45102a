"""Spotify's Web API, native: followers and popularity.

Asked by `platforms.spotify.id` with a token of the app (client credentials). All of it is documented. Since 2026 an app
in development mode gets artists without followers and popularity: absent is a gap. Monthly listeners aren't here.
"""

import asyncio
from base64 import b64encode
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.artist import Artist
from services.platforms import Platform
from services.providers.answers import body_of, is_unknown, peeked, shaped, throttled, told
from services.providers.ids import SPOTIFY_ID, fitting
from services.providers.protocol import Access, ProviderRow, Values
from services.providers.sharing import SharedCall
from services.providers.values import values_at
from services.transport import Answer, HTTPPolicy, ProviderClient, ProviderRefused, Rate, Request, quoted

TOKEN_BASE_URL = "https://accounts.spotify.com"  # noqa: S105  (an address)
# A token is given up so long before its end.
MARGIN_S = 60
TOKEN_TIMEOUT_S = 8.0

PATHS = {
    "spotify_followers": ("followers.total",),
    "spotify_popularity": ("popularity",),
}


class _Followers(TypedDict):
    total: NotRequired[object]


class _Artist(TypedDict):
    id: str
    followers: NotRequired[_Followers | None]
    popularity: NotRequired[object]


class _TokenAnswer(TypedDict):
    access_token: str
    expires_in: int


_ARTIST, _TOKEN = TypeAdapter(_Artist), TypeAdapter(_TokenAnswer)


class Spotify:
    """What Spotify says of an artist."""

    def __init__(self, client: ProviderClient, access: Access) -> None:
        self._client = client
        self._tokens = _Tokens(client, access)

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's Spotify id is known."""
        return _id(artist) is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """One call, and one for a token where there is none; both again, once, where the token has died early."""
        spotify_id = _id(artist)
        if spotify_id is None:
            return {}
        token = await self._tokens.current(deadline=deadline)
        values = await self._client.ask(_request(spotify_id, token), _values_unless_401, deadline=deadline)
        if values is None:
            self._tokens.drop(token)
            token = await self._tokens.current(deadline=deadline)
            values = await self._client.ask(_request(spotify_id, token), _values, deadline=deadline)
        return values


def _id(artist: Artist) -> str | None:
    return fitting(SPOTIFY_ID, artist.platform_id(Platform.SPOTIFY))


def _request(spotify_id: str, token: str) -> Request:
    return Request(f"/artists/{quoted(spotify_id)}", headers={"Authorization": f"Bearer {token}"})


def _values_unless_401(answer: Answer) -> Values | None:
    return None if answer.status == 401 else _values(answer)


def _values(answer: Answer) -> Values:
    if is_unknown(answer) or (answer.status == 400 and "base62" in told(answer)):
        return {}
    if answer.status == 429 and peeked(answer, "error", "reason") == "QUOTA_EXCEEDED":
        raise throttled(answer, lasting=True)
    return values_at(PATHS, shaped(_ARTIST, body_of(answer)))


class _Tokens:
    """The app's token: fetched by one for all who wait, kept till a minute before its end."""

    def __init__(self, client: ProviderClient, access: Access) -> None:
        self._client = client
        self._access = access
        self._token: str | None = None
        self._until = 0.0
        self._fetch: SharedCall[str] | None = None

    async def current(self, *, deadline: float) -> str:
        if self._token is not None and asyncio.get_running_loop().time() < self._until:
            return self._token
        if self._fetch is None or self._fetch.is_over:
            self._fetch = SharedCall(self._fetched())
        return await self._fetch.result(deadline=deadline)

    def drop(self, token: str) -> None:
        """Forgets the token, unless another has taken its place already."""
        if self._token == token:
            self._token = None

    async def _fetched(self) -> str:
        now = asyncio.get_running_loop().time()
        pair = f"{self._access.secret('spotify_client_id')}:{self._access.secret('spotify_client_secret')}"
        request = Request(
            "/api/token",
            method="POST",
            headers={"Authorization": f"Basic {b64encode(pair.encode()).decode()}"},
            form={"grant_type": "client_credentials"},
            base_url=self._access.token_base_url or TOKEN_BASE_URL,
        )
        answer = await self._client.ask(request, _token_of, deadline=now + TOKEN_TIMEOUT_S)
        self._token, self._until = answer["access_token"], now + answer["expires_in"] - MARGIN_S
        return self._token


def _token_of(answer: Answer) -> _TokenAnswer:
    if answer.status == 400 and peeked(answer, "error") in ("invalid_client", "invalid_grant", "unauthorized_client"):
        raise ProviderRefused("refused the client id or its secret")
    return shaped(_TOKEN, body_of(answer, is_secret=True))


ROW = ProviderRow(
    name="spotify",
    tier=4,
    paths=PATHS,
    base_url="https://api.spotify.com/v1",
    # A rolling window of 30 seconds; how many calls it holds isn't published.
    policy=HTTPPolicy(rate=Rate(calls=90, per_s=30.0)),
    make=lambda client, access, _: Spotify(client, access),
    credentials=("spotify_client_id", "spotify_client_secret"),
)
