"""The Instagram account's services over the run's sandbox, which plays Instagram."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from services import open_services
from services.instagram_account import InstagramAccount
from settings import Settings
from tests.conftest import Clock, Database
from tests.logins import played
from tests.sandboxes import Sandbox

OpenInstagram = Callable[..., AbstractAsyncContextManager[InstagramAccount]]


@pytest.fixture
def open_instagram(
    make_settings: Callable[..., Settings], database: Database, clock: Clock, sandbox: Sandbox
) -> OpenInstagram:
    """A context manager that opens them under further settings, as one more process does."""

    @asynccontextmanager
    async def opened(**changes: Any) -> AsyncIterator[InstagramAccount]:
        settings = make_settings(**(played(sandbox) | changes))
        async with open_services(settings, clock=clock, prefix=database.prefix, read_only=True) as services:
            yield services.instagram_account

    return opened


@pytest.fixture
async def instagram(open_instagram: OpenInstagram) -> AsyncIterator[InstagramAccount]:
    async with open_instagram() as instagram:
        yield instagram
