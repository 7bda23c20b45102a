"""The Instagram account's services over one client, which is closed at the end."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from services.instagram_account.access import InstagramAccess
from services.instagram_account.api import POLICY, InstagramAPI
from services.instagram_account.oauth import InstagramLogin
from services.instagram_account.profile import InstagramProfileReader
from services.instagram_account.sealing import TokenSeal
from services.instagram_account.token import TokenKeeper
from services.refreshes import Turns
from services.store import Store
from services.transport import ProviderClient

NAME = "instagram_account"


@dataclass(frozen=True, slots=True)
class InstagramAccount:
    """What can be done with the account."""

    login: InstagramLogin
    tokens: TokenKeeper
    profile: InstagramProfileReader


@asynccontextmanager
async def open_instagram_account(
    access: InstagramAccess, store: Store, turns: Turns, *, clock: Callable[[], datetime]
) -> AsyncIterator[InstagramAccount]:
    """The services; whoever has opened them closes `tokens` before the end."""
    client = ProviderClient(NAME, access.graph_base_url, POLICY, clock=clock)
    api = InstagramAPI(client, access)
    tokens = TokenKeeper(store, turns, api, TokenSeal(access.token_keys), sandbox=access.sandbox, clock=clock)
    try:
        yield InstagramAccount(
            login=InstagramLogin(store, tokens, api, access), tokens=tokens, profile=InstagramProfileReader(tokens, api)
        )
    finally:
        await client.close()
