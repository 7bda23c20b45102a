"""A provider as it is built for a refresh, over the network that a test plays to it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from services.model.artist import Artist, PlatformId
from services.model.providers import Resolved
from services.platforms import Platform
from services.providers import TIERS, Access, ProviderRow, Stored
from services.providers.protocol import Listed
from services.providers.spotify import TOKEN_BASE_URL
from services.transport import (
    ProviderClient,
    ProviderError,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnreadable,
)
from tests.builders import NOW, SOUNDCHARTS_UUID

BODIES = Path(__file__).parents[3] / "sandbox" / "bodies"
ROWS: dict[str, ProviderRow] = {row.name: row for row in TIERS}
# For those that have no usual address.
BASE_URL = "https://provider.example/base"

IDS = {
    Platform.SPOTIFY: "4q3ewBCX7sLwd24euuV69X",
    Platform.YOUTUBE: "UC_x5XG1OV2P6uZZ5FSM9Ttw",
    Platform.INSTAGRAM: "novaruiz",
    Platform.TIKTOK: "novaruiz",
    Platform.DEEZER: "5080",
    Platform.GENIUS: "16775",
    Platform.NETEASE: "6452",
    Platform.QQ: "002J4UUk29y8BY",
}


def artist(ids: Mapping[Platform, str] = IDS, **changes: Any) -> Artist:
    """An artist who can be asked for everywhere, but for the changes."""
    known = {
        "name": "Nova Ruiz",
        "viberate_uuid": "fb092561-f572-49ed-b75e-b4853f65aa09",
        "songstats_id": "z0xl1iq2",
        "soundcharts_uuid": SOUNDCHARTS_UUID,
        "platforms": tuple(PlatformId(platform, foreign_id) for platform, foreign_id in ids.items()),
    }
    return Artist(**({"id": 61} | known | changes))


def body(provider: str, case: str) -> bytes:
    """A body that is shared with the sandbox."""
    return (BODIES / provider / f"{case}.json").read_bytes()


@dataclass(frozen=True)
class Fault:
    """What a reading failed of."""

    kind: type[ProviderError]
    lasting: bool = False
    retry_after: timedelta | None = None


REFUSED = Fault(ProviderRefused)
UNAVAILABLE = Fault(ProviderUnavailable)
UNREADABLE = Fault(ProviderUnreadable)
SPENT = Fault(ProviderThrottled, lasting=True)


def throttled(retry_after_s: float | None = None, *, lasting: bool = False) -> Fault:
    return Fault(ProviderThrottled, lasting, None if retry_after_s is None else timedelta(seconds=retry_after_s))


@dataclass(frozen=True)
class Case:
    """An answer (a shared body by its name, or the bytes), and what is to be made of it."""

    answer: str | bytes
    made: Mapping[str, int] | Fault
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, provider: str) -> httpx.Response:
        content = self.answer if isinstance(self.answer, bytes) else body(provider, self.answer)
        return httpx.Response(self.status, headers=self.headers, content=content)


class Remembered:
    """Uuids that were looked for, kept in memory."""

    def __init__(self) -> None:
        self.found: dict[int, Resolved] = {}

    async def get(self, artist_id: int) -> Resolved | None:
        return self.found.get(artist_id)

    async def put(self, artist_id: int, uuid: str | None) -> None:
        self.found[artist_id] = Resolved(uuid)


Network = Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]]
Ask = Callable[..., "Asking"]


class Asking:
    """One provider, what it sent, and what it is answered."""

    def __init__(self, name: str, *, base_url: str | None = None, stored: Stored | None = None) -> None:
        row = ROWS[name]
        access = Access(
            base_url=base_url or row.base_url or BASE_URL,
            credentials={credential: SecretStr(f"a-{credential}") for credential in row.credentials},
        )
        self.name = name
        self.sent: list[httpx.Request] = []
        self.answer: Network = lambda _: httpx.Response(404)
        policy = replace(row.policy, retries=0)
        self.client = ProviderClient(name, access.base_url, policy, clock=lambda: NOW)
        self.provider = row.make(self.client, access, stored or Stored(Remembered(), no_listeners))
        self._metrics = row.metrics

    def wants(self, *metrics: str) -> None:
        """What `made_of` asks for; all that the provider has, unless told so."""
        self._metrics = frozenset(metrics)

    async def answered(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = self.answer(request)
        return answer if isinstance(answer, httpx.Response) else await answer

    async def read(self, artist: Artist, *wanted: str, within_s: float = 5.0) -> Mapping[str, int]:
        deadline = asyncio.get_running_loop().time() + within_s
        return await self.provider.read(artist, frozenset(wanted) or self._metrics, deadline=deadline)

    async def made_of(self, case: Case, artist: Artist) -> Mapping[str, int] | Fault:
        """What it makes of the case as the answer to whatever it asks, but for a token."""
        self.answer = lambda request: (
            httpx.Response(200, content=body("spotify", "token"))
            if str(request.url).startswith(TOKEN_BASE_URL)
            else case.response(self.name)
        )
        try:
            return await self.read(artist)
        except ProviderThrottled as fault:
            return Fault(type(fault), fault.lasting, fault.retry_after)
        except ProviderError as fault:
            return Fault(type(fault))


async def no_listeners(_: Sequence[Listed]) -> Mapping[int, int]:
    return {}
