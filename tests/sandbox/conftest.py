"""A client of the run's sandbox, and the same world in this process, to compare its answers with."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from sandbox.__main__ import SEED
from sandbox.artists import Artist
from sandbox.world import World, make_world
from tests.builders import NOW
from tests.sandboxes import NOVA, Sandbox

# Asks a provider of the sandbox: its name, the path below its base, and what httpx takes.
AskProvider = Callable[..., httpx.Response]
# Asks Deezer for an artist, or Soundcharts for a page of a series, under a named fault or without one.
AskDeezer = Callable[..., httpx.Response]
AskSeries = Callable[..., Any]
SOUNDCHARTS_KEYS = {"x-app-id": "sandbox", "x-api-key": "sandbox"}
UNKNOWN_UUID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="session")
def world() -> World:
    """The world of the run's sandbox."""
    return make_world(seed=SEED, clock=lambda: NOW)


@pytest.fixture(scope="session")
def nova(world: World) -> Artist:
    """An artist whom every provider knows, with every metric."""
    return next(artist for artist in world.directory.artists if artist.id == NOVA)


@pytest.fixture
def ask(sandbox: Sandbox) -> Iterator[AskProvider]:
    with httpx.Client(trust_env=False) as client:

        def ask(provider: str, path: str = "", *, method: str = "GET", **request: Any) -> httpx.Response:
            return client.request(method, sandbox.bases[provider] + path, **request)

        yield ask


@pytest.fixture
def deezer(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> AskDeezer:
    """What Deezer answers under a named fault, or without one."""

    def answered(named: str, **request: Any) -> httpx.Response:
        sandbox.fault("deezer", **_knobs(named))
        return ask("deezer", f"/artist/{nova.ids['deezer']}", **request)

    return answered


@pytest.fixture
def series(sandbox: Sandbox, ask: AskProvider, nova: Artist) -> AskSeries:
    """What Soundcharts answers under a named fault, or without one, to a request for a page of a series."""

    def answered(named: str, *, offset: int = 0) -> Any:
        sandbox.fault("soundcharts", **_knobs(named))
        path = f"/api/v2/artist/{nova.ids['soundcharts']}/popularity/spotify"
        params = {"startDate": "2026-01-01", "offset": str(offset), "limit": "100"}
        return ask("soundcharts", path, params=params, headers=SOUNDCHARTS_KEYS).json()

    return answered


def _knobs(named: str) -> dict[str, Any]:
    return {"body": {"named": named}} if named else {}
