"""Services whose providers the sandbox plays."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from services import Services, open_services
from settings import Settings
from tests.conftest import Clock, Commands, Database
from tests.sandboxes import Sandbox

Play = Callable[..., AbstractAsyncContextManager[Services]]


@pytest.fixture
async def play(
    make_settings: Callable[..., Settings], database: Database, clock: Clock, commands: Commands, sandbox: Sandbox
) -> Play:
    """Opens the services of one process, with settings of the test's own."""
    await database.artists(*sandbox.documents(3))

    def play(**changes: Any) -> AbstractAsyncContextManager[Services]:
        settings = make_settings(sandbox_bases=dict(sandbox.bases), disabled_providers=(), **changes)
        return open_services(settings, clock=clock, prefix=database.prefix, listeners=[commands.listener])

    return play


@pytest.fixture
async def played(play: Play) -> AsyncIterator[Services]:
    async with play() as services:
        yield services
