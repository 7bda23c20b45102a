import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import SecretStr

from sandbox.artists import Artist as SandboxArtist
from sandbox.world import World
from services import SANDBOX_CREDENTIALS, SANDBOX_NAMES
from services.model.artist import Artist, PlatformId
from services.platforms import Platform
from services.providers import TIERS, Access, ProviderRow, Stored
from services.providers.protocol import Listed
from services.transport import ProviderClient
from tests.builders import NOW
from tests.sandboxes import Sandbox

OUTSIDE = [row for row in TIERS if row.outside]


@pytest.mark.parametrize("row", OUTSIDE, ids=lambda row: row.name)
async def test_the_products_provider_reads_what_the_sandbox_counts(
    sandbox: Sandbox, world: World, nova: SandboxArtist, row: ProviderRow
) -> None:
    played = SANDBOX_NAMES.get(row.name, row.name)
    client = ProviderClient(row.name, sandbox.bases[played], row.policy, clock=lambda: NOW)
    provider = row.make(client, access(sandbox, row, played), Stored(NothingResolved(), no_listeners))

    deadline = asyncio.get_running_loop().time() + 10
    values = await provider.read(artist(sandbox), row.metrics, deadline=deadline)
    await client.close()

    counted = {metric: world.seen(played, nova, metric) for metric in row.metrics}
    if row.name == "youtube":
        # Which YouTube rounds down to three digits.
        subscribers = str(counted["youtube_subscribers"])
        counted["youtube_subscribers"] = int(subscribers[:3].ljust(len(subscribers), "0"))
    assert values == counted


def access(sandbox: Sandbox, row: ProviderRow, played: str) -> Access:
    credentials = {name: SecretStr(SANDBOX_CREDENTIALS.get(name, "sandbox")) for name in row.credentials}
    tokens = sandbox.bases["spotify-accounts"]
    return Access(sandbox.bases[played], credentials, sandbox=True, token_base_url=tokens)


def artist(sandbox: Sandbox) -> Artist:
    (document,) = sandbox.documents()
    ids = tuple(PlatformId(Platform(place), stored["id"]) for place, stored in document["platforms"].items())
    return Artist(document["id"], document["name"], platforms=ids, **document["external_data"])


class NothingResolved:
    """No uuid was looked for, and none is kept."""

    async def get(self, artist_id: int) -> None:
        return None

    async def put(self, artist_id: int, uuid: Any) -> None:
        return None


async def no_listeners(_: Sequence[Listed]) -> dict[int, int]:
    return {}
