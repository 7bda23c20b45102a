"""NetEase Cloud Music, native: the fans of an artist, by a wrapper that somebody runs (NeteaseCloudMusicApi).

Asked by `platforms.netease.id` at the address that is set; there is no usual one. The code in the body decides,
whatever the status; what the single codes mean is a guess, but for 200.
"""

from dataclasses import dataclass
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.artist import Artist
from services.platforms import Platform
from services.providers.answers import body_of, is_unknown, peeked, shaped, throttled
from services.providers.ids import NUMBER, fitting
from services.providers.protocol import ProviderRow, Values
from services.providers.values import values_at
from services.transport import (
    Answer,
    HTTPPolicy,
    ProviderClient,
    ProviderRefused,
    ProviderUnreadable,
    Rate,
    Request,
)

PATHS = {"netease_fans": ("data.fansCnt",)}

FINE = 200
WANTS_LOGIN = 301
NOT_FOUND = (400, 404)
SLOW_DOWN = (405, -447, -460)


class _Data(TypedDict):
    fansCnt: NotRequired[object]


class _Body(TypedDict):
    data: _Data


_BODY = TypeAdapter(_Body)


@dataclass(frozen=True, slots=True)
class NetEase:
    """What NetEase counts of an artist."""

    client: ProviderClient

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's NetEase id is known."""
        return _id(artist) is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """One call."""
        netease_id = _id(artist)
        if netease_id is None:
            return {}
        request = Request("/artist/follow/count", params={"id": netease_id})
        return await self.client.ask(request, _values, deadline=deadline)


def _id(artist: Artist) -> str | None:
    return fitting(NUMBER, artist.platform_id(Platform.NETEASE))


def _values(answer: Answer) -> Values:
    code = peeked(answer, "code")
    if code in NOT_FOUND or is_unknown(answer):
        return {}
    if code == WANTS_LOGIN:
        raise ProviderRefused("wants its wrapper to be logged in")
    if code in SLOW_DOWN:
        raise throttled(answer)
    body = body_of(answer)
    if code != FINE:
        raise ProviderUnreadable(f"answered code {code if isinstance(code, int) else 'of no number'}")
    return values_at(PATHS, shaped(_BODY, body))


ROW = ProviderRow(
    name="netease",
    tier=4,
    paths=PATHS,
    base_url="",
    policy=HTTPPolicy(rate=Rate(calls=5, per_s=1.0)),
    make=lambda client, _access, _stored: NetEase(client),
)
