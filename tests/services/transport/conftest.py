"""Loops with a turned time for those who ask for one, a client over a played network, and a server that plays foul."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import respx

from services.transport import ProviderClient
from tests.conftest import Clock
from tests.services.transport.asking import BASE_URL, NAME, POLICY, Make, Network, Purse
from tests.services.transport.turned import TurnedLoop
from tests.services.transport.wire import Wire


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    marker = item.get_closest_marker("asyncio")
    if marker and "loop_factories" in marker.kwargs:
        return {"turned": TurnedLoop}
    return {"real": asyncio.new_event_loop}


@pytest.fixture
def network() -> Iterator[Network]:
    network = Network()
    with respx.mock(assert_all_called=False) as played:
        played.route().mock(side_effect=network.answer)
        yield network


@pytest.fixture
async def make(network: Network, clock: Clock) -> AsyncIterator[Make]:
    """Makes clients that differ from the usual in what a test is about."""
    made: list[ProviderClient] = []

    def make_one(budget: Purse | None = None, **policy: Any) -> ProviderClient:
        made.append(ProviderClient(NAME, BASE_URL, replace(POLICY, **policy), clock=clock, budget=budget))
        return made[-1]

    yield make_one
    for provider in made:
        await provider.close()


@pytest.fixture
def provider(make: Make) -> ProviderClient:
    return make()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with Wire().listening() as wire:
        yield wire
