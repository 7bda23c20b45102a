"""Last.fm, native: listeners and plays since it began.

Asked by the MusicBrainz id, else by `platforms.lastfm.id`, which is a name, else by the artist's name. An MBID that
Last.fm doesn't know is asked for once more by name. Paths and error codes are documented; errors come with any status,
so the body is read first; counts come as texts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.artist import Artist
from services.names import normalized
from services.platforms import Platform
from services.providers.answers import body_of, is_unknown, peeked, shaped, throttled
from services.providers.ids import NAME, UUID, fitting
from services.providers.protocol import Access, ProviderRow, Values
from services.providers.values import count, values_at
from services.transport import (
    Answer,
    HTTPPolicy,
    ProviderClient,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnreadable,
    Rate,
    Request,
)

PATHS = {
    "lastfm_listeners": ("artist.stats.listeners",),
    "lastfm_plays": ("artist.stats.playcount",),
}

NOT_FOUND, TOO_MANY_CALLS = 6, 29
KEY_IS_WRONG = {4, 10, 26}
WILL_PASS = {8, 11, 16}


class _Stats(TypedDict):
    listeners: NotRequired[object]
    playcount: NotRequired[object]


class _Artist(TypedDict):
    name: str
    stats: _Stats


class _Body(TypedDict):
    artist: _Artist


_BODY = TypeAdapter(_Body)


@dataclass(frozen=True, slots=True)
class _Question:
    """How the artist is asked for, and what name the answer must have, if any."""

    params: dict[str, str]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class LastFM:
    """What Last.fm counts of an artist."""

    client: ProviderClient
    access: Access

    def can_ask(self, artist: Artist) -> bool:
        """Whether there is an id, or a name."""
        return any(_questions(artist))

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """One call, and another where the first asked for an MBID that isn't known there."""
        for question in _questions(artist):
            found = await self._ask(question, deadline)
            if found is not None:
                return values_at(PATHS, found) if _is_meant(question, found) else {}
        return {}

    async def _ask(self, question: _Question, deadline: float) -> _Body | None:
        params = {
            "method": "artist.getInfo",
            **question.params,
            "api_key": self.access.secret("lastfm_api_key"),
            "format": "json",
        }
        return await self.client.ask(Request("/", params=params), _found, deadline=deadline)


def _questions(artist: Artist) -> Iterator[_Question]:
    if mbid := fitting(UUID, artist.platform_id(Platform.MUSICBRAINZ)):
        yield _Question({"mbid": mbid})
    if page := fitting(NAME, artist.platform_id(Platform.LASTFM)):
        yield _Question({"artist": page, "autocorrect": "1"})
    elif name := fitting(NAME, artist.name):
        yield _Question({"artist": name, "autocorrect": "1"}, name)


def _is_meant(question: _Question, found: _Body) -> bool:
    """Whether the answer isn't a namesake's: its correction of a name may be another artist."""
    return question.name is None or normalized(question.name) == normalized(found["artist"]["name"])


def _found(answer: Answer) -> _Body | None:
    error = count(peeked(answer, "error"))
    if error is not None and error != NOT_FOUND:
        _raise_for(error, answer)
    if error == NOT_FOUND or is_unknown(answer):
        return None
    return shaped(_BODY, body_of(answer))


def _raise_for(error: int, answer: Answer) -> None:
    if error in KEY_IS_WRONG:
        raise ProviderRefused(f"refused the key with error {error}")
    if error == TOO_MANY_CALLS:
        raise throttled(answer)
    if error in WILL_PASS:
        raise ProviderUnavailable(f"answered error {error}")
    raise ProviderUnreadable(f"answered error {error}")


ROW = ProviderRow(
    name="lastfm",
    tier=4,
    paths=PATHS,
    base_url="https://ws.audioscrobbler.com/2.0",
    # About 5 a second are published; a little more time, since calls bunch up on their way.
    policy=HTTPPolicy(rate=Rate(calls=5, per_s=1.5)),
    make=lambda client, access, _: LastFM(client, access),
    credentials=("lastfm_api_key",),
)
