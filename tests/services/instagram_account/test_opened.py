from collections.abc import Callable

from services import open_services
from settings import Settings
from tests.conftest import Database
from tests.logins import CALLBACK, CLIENT_ID, CLIENT_SECRET, TOKEN_KEY, came_back
from tests.sandboxes import Sandbox
from tests.services.instagram_account.conftest import OpenInstagram


async def test_an_app_of_ones_own_asks_instagram_itself(
    make_settings: Callable[..., Settings], sandbox: Sandbox, database: Database
) -> None:
    settings = make_settings(
        sandbox_bases=dict(sandbox.bases),
        instagram_client_id=CLIENT_ID,
        instagram_client_secret=CLIENT_SECRET,
        instagram_redirect_uri=CALLBACK,
        instagram_token_keys=TOKEN_KEY,
    )
    async with open_services(settings, prefix=database.prefix, read_only=True) as services:
        begun = await services.instagram_account.login.begin(callback=CALLBACK)

    assert begun.url.startswith("https://www.instagram.com/oauth/authorize?client_id=sandbox-app&")


async def test_the_sandboxs_login_never_reaches_a_configured_database(
    make_settings: Callable[..., Settings], mongodb: str, sandbox: Sandbox
) -> None:
    settings = make_settings(
        db_mongo_prod_kisum=mongodb, sandbox_bases=dict(sandbox.bases), instagram_token_keys=TOKEN_KEY
    )
    async with open_services(settings, read_only=True) as services:
        assert not services.instagram_account.login.is_possible


async def test_without_an_app_the_sandbox_plays_it(open_instagram: OpenInstagram) -> None:
    async with open_instagram() as instagram:
        assert (await came_back(instagram)).code
