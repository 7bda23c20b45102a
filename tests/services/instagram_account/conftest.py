"""The Instagram account's services over the run's sandbox, which plays Instagram."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from services import open_services
from services.instagram_account import InstagramAccount
from settings import Settings
from tests.conftest import Clock, Database, Listeners
from tests.logins import played
from tests.sandboxes import Sandbox

OpenInstagram = Callable[..., AbstractAsyncContextManager[InstagramAccount]]


@pytest.fixture
def open_instagram(
    make_settings: Callable[..., Settings], database: Database, clock: Clock, listeners: Listeners, sandbox: Sandbox
) -> OpenInstagram:
    """A context manager that opens them under further settings, as one more process does."""

    @asynccontextmanager
    async def run(**changes: Any) -> AsyncIterator[InstagramAccount]:
        settings = make_settings(**(played(sandbox) | changes))
        opened = open_services(settings, clock=clock, prefix=database.prefix, listeners=listeners, read_only=True)
        async with opened as services:
            yield services.instagram_account

    return run


@pytest.fixture
async def instagram(open_instagram: OpenInstagram) -> AsyncIterator[InstagramAccount]:
    async with open_instagram() as instagram:
        yield instagram
