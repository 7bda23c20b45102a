"""Services whose providers the sandbox plays."""

from collections.abc import AsyncIterator, Callable

import pytest

from services import Services, open_services
from settings import Settings
from tests.conftest import Clock, Commands, Database
from tests.sandboxes import Sandbox


@pytest.fixture
async def played(
    make_settings: Callable[..., Settings], database: Database, clock: Clock, commands: Commands, sandbox: Sandbox
) -> AsyncIterator[Services]:
    settings = make_settings(sandbox_bases=dict(sandbox.bases), disabled_providers=())
    await database.artists(*sandbox.documents(3))
    async with open_services(settings, clock=clock, prefix=database.prefix, listeners=[commands.listener]) as services:
        yield services
