"""Loops with a turned time for those who ask for one, and a server that treats its clients badly."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

import pytest

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
async def wire() -> AsyncIterator[Wire]:
    async with Wire().listening() as wire:
        yield wire
