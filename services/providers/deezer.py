"""Deezer's public API, native: the fans of an artist.

Asked by `platforms.deezer.id`, without a key. Errors come with status 200: codes 4 and 800 were seen, the others are
from memory of its reference.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.artist import Artist
from services.platforms import Platform
from services.providers.answers import body_of, is_unknown, shaped
from services.providers.ids import NUMBER, fitting
from services.providers.protocol import ProviderRow, Values
from services.providers.values import pick, values_at
from services.transport import (
    Answer,
    HTTPPolicy,
    ProviderClient,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnreadable,
    Rate,
    Request,
    quoted,
)

PATHS = {"deezer_fans": ("nb_fan",)}

TOO_MANY_CALLS, BUSY, NOT_FOUND = 4, 700, 800
WINDOW = timedelta(seconds=5)


class _Artist(TypedDict):
    id: object
    nb_fan: NotRequired[object]


_ARTIST = TypeAdapter(_Artist)


@dataclass(frozen=True, slots=True)
class Deezer:
    """What Deezer counts of an artist."""

    client: ProviderClient

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's Deezer id is known."""
        return _id(artist) is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """One call."""
        deezer_id = _id(artist)
        if deezer_id is None:
            return {}
        return await self.client.ask(Request(f"/artist/{quoted(deezer_id)}"), _values, deadline=deadline)


def _id(artist: Artist) -> str | None:
    return fitting(NUMBER, artist.platform_id(Platform.DEEZER))


def _values(answer: Answer) -> Values:
    if is_unknown(answer):
        return {}
    body = body_of(answer)
    if error := pick(body, "error"):
        return _not_found_or_raised(pick(error, "code"))
    return values_at(PATHS, shaped(_ARTIST, body))


def _not_found_or_raised(code: object) -> Values:
    if code == NOT_FOUND:
        return {}
    if code == TOO_MANY_CALLS:
        raise ProviderThrottled("has too many calls at once", retry_after=WINDOW)
    if code == BUSY:
        raise ProviderUnavailable("is too busy")
    raise ProviderUnreadable(f"answered error {code if isinstance(code, int) else 'of no number'}")


ROW = ProviderRow(
    name="deezer",
    tier=4,
    paths=PATHS,
    base_url="https://api.deezer.com",
    # 50 in 5 seconds are published; a little more time, since calls bunch up on their way.
    policy=HTTPPolicy(rate=Rate(calls=50, per_s=5.5)),
    make=lambda client, _access, _stored: Deezer(client),
)
