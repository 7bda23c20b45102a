from collections.abc import AsyncIterator, Callable

import pytest

from resolvers.context import Context
from resolvers.instagram_account import instagram_account, refresh_instagram_token
from routes.gate import MAY_DO_ALL, MAY_READ
from services import Services, open_services
from services.errors import Forbidden, NotConfigured, UpstreamFailed
from settings import Settings
from tests.conftest import Clock, Database
from tests.logins import AGENCY_ID, connected, played
from tests.sandboxes import Sandbox


@pytest.fixture
async def services(
    make_settings: Callable[..., Settings], database: Database, clock: Clock, sandbox: Sandbox
) -> AsyncIterator[Services]:
    settings = make_settings(**played(sandbox))
    async with open_services(settings, clock=clock, prefix=database.prefix, read_only=True) as services:
        yield services


async def test_the_account_is_answered_for_the_root(services: Services) -> None:
    await connected(services.instagram_account)

    (found,) = await instagram_account(Context(services, MAY_DO_ALL), [None], fields=frozenset())

    assert found is not None
    assert found.user_id == AGENCY_ID


async def test_without_an_account_the_answer_is_none_and_a_renewal_an_error(services: Services) -> None:
    context = Context(services, MAY_DO_ALL)

    assert await instagram_account(context, [None], fields=frozenset()) == [None]
    with pytest.raises(UpstreamFailed, match="/instagram/login connects one"):
        await refresh_instagram_token(context, [None], fields=frozenset())


async def test_a_renewal_that_is_not_due_is_none(services: Services) -> None:
    await connected(services.instagram_account)

    (renewal,) = await refresh_instagram_token(Context(services, MAY_DO_ALL), [None], fields=frozenset())

    assert not renewal.renewed


async def test_who_may_only_read_may_neither(services: Services) -> None:
    for resolver in (instagram_account, refresh_instagram_token):
        with pytest.raises(Forbidden):
            await resolver(Context(services, MAY_READ), [None], fields=frozenset())


async def test_without_a_key_that_is_told(make_settings: Callable[..., Settings], database: Database) -> None:
    async with open_services(make_settings(), prefix=database.prefix, read_only=True) as services:
        with pytest.raises(NotConfigured, match="INSTAGRAM_TOKEN_KEYS"):
            await instagram_account(Context(services, MAY_DO_ALL), [None], fields=frozenset())
