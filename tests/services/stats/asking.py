"""Providers of the tests' own: they answer what they are told to, and say what they were asked."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.model.artist import Artist
from services.model.instants import utc_now
from services.providers import OpenProvider, PartlyRead, ProviderRow, Values
from services.transport import HTTPPolicy, ProviderClient, ProviderError


@dataclass
class Told:
    """A provider that answers `values`, or raises `error`; `free` holds it back."""

    values: Mapping[str, int]
    error: ProviderError | PartlyRead | None = None
    knows: bool = True
    free: asyncio.Event | None = None
    asked_for: list[frozenset[str]] = field(default_factory=list)
    deadlines: list[float] = field(default_factory=list)

    def can_ask(self, artist: Artist) -> bool:
        return self.knows

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        self.asked_for.append(wanted)
        self.deadlines.append(deadline)
        if self.free:
            await self.free.wait()
        if self.error:
            raise self.error
        return self.values


def opened(name: str, tier: int, provider: Told, *metrics: str) -> OpenProvider:
    """The provider as a refresh has it; it can give `metrics`, or else just what it answers."""
    row = ProviderRow(
        name=name,
        tier=tier,
        paths={metric: ("x",) for metric in metrics or provider.values},
        base_url="http://127.0.0.1:9",
        policy=HTTPPolicy(),
        make=lambda _client, _access, _stored: provider,
    )
    return OpenProvider(row, provider, ProviderClient(name, row.base_url, row.policy, clock=utc_now))
