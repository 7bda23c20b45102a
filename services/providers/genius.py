"""Genius, native: the followers of an artist.

Asked by `platforms.genius.id` with a client access token. The path of the count is documented; its limits aren't, and
from networks of servers a page of its guard may come in place of an answer.
"""

from dataclasses import dataclass
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.artist import Artist
from services.platforms import Platform
from services.providers.answers import body_of, is_unknown, shaped
from services.providers.ids import NUMBER, fitting
from services.providers.protocol import Access, ProviderRow, Values
from services.providers.values import values_at
from services.transport import Answer, HTTPPolicy, ProviderClient, Rate, Request, quoted

PATHS = {"genius_followers": ("response.artist.followers_count",)}


class _Artist(TypedDict):
    followers_count: NotRequired[object]


class _Response(TypedDict):
    artist: _Artist


class _Body(TypedDict):
    response: _Response


_BODY = TypeAdapter(_Body)


@dataclass(frozen=True, slots=True)
class Genius:
    """What Genius counts of an artist."""

    client: ProviderClient
    access: Access

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's Genius id is known."""
        return _id(artist) is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """One call."""
        genius_id = _id(artist)
        if genius_id is None:
            return {}
        headers = {"Authorization": f"Bearer {self.access.secret('genius_access_token')}"}
        request = Request(f"/artists/{quoted(genius_id)}", headers=headers)
        return await self.client.ask(request, _values, deadline=deadline)


def _id(artist: Artist) -> str | None:
    return fitting(NUMBER, artist.platform_id(Platform.GENIUS))


def _values(answer: Answer) -> Values:
    return {} if is_unknown(answer) else values_at(PATHS, shaped(_BODY, body_of(answer)))


ROW = ProviderRow(
    name="genius",
    tier=4,
    paths=PATHS,
    base_url="https://api.genius.com",
    policy=HTTPPolicy(rate=Rate(calls=5, per_s=1.0)),
    make=lambda client, access, _: Genius(client, access),
    credentials=("genius_access_token",),
)
