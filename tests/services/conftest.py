"""What tests of the services share: services that the sandbox plays to, waiting for what happens, reading counters."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services import Services, open_services
from settings import Settings
from tests.conftest import Clock, Database, Listeners
from tests.sandboxes import Sandbox

DEADLINE_S = 30.0

Play = Callable[..., AbstractAsyncContextManager[Services]]


@pytest.fixture
async def play(
    make_settings: Callable[..., Settings], database: Database, clock: Clock, listeners: Listeners, sandbox: Sandbox
) -> Play:
    """Opens the services of one process, with settings of the test's own."""
    await database.artists(*sandbox.documents(3))

    def play(**changes: Any) -> AbstractAsyncContextManager[Services]:
        settings = make_settings(sandbox_bases=dict(sandbox.bases), disabled_providers=(), **changes)
        return open_services(settings, clock=clock, prefix=database.prefix, listeners=listeners)

    return play


@pytest.fixture
async def played(play: Play) -> AsyncIterator[Services]:
    async with play() as services:
        yield services


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return as soon as it holds; fails when it never does."""
    deadline = time.monotonic() + DEADLINE_S
    while not await holds():
        assert time.monotonic() < deadline, f"not so after {DEADLINE_S:.0f} s"
        await asyncio.sleep(0.01)


def counted(name: str, **labels: str) -> float:
    """What the counter stands at."""
    return REGISTRY.get_sample_value(name, labels) or 0.0
