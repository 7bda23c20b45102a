"""Logging in at the sandbox's Instagram, as a browser does: settings for it, and what the person decides."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from services.instagram_account import CameBack, InstagramAccount
from services.model.instagram_account import StoredAccount
from tests.sandboxes import Sandbox

NAME = "instagram-account"
AGENCY, OTHER = "kisum.agency", "somebody.else"
AGENCY_ID = "17841405793187218"
TOKEN_KEY = "1V5tVT0rkYUbpk-2oTPk5WdZEYwyO7PlbTkMxWHnSgI="  # noqa: S105
CALLBACK = "http://127.0.0.1/instagram/callback"
# What is set by hand, as over a configured database: the sandbox is then asked as if it were Instagram.
CLIENT_ID, CLIENT_SECRET = "sandbox-app", "sandbox-b1946ac92492d2347c6235b4d2611184"

# Where a step's requests, and no other's, are recognized for a fault.
STEPS = {"code": "/oauth/access_token", "lengthening": "ig_exchange_token", "profile": "/me"}


def played(sandbox: Sandbox) -> dict[str, Any]:
    """The settings of a server whose Instagram is the sandbox's."""
    return {"sandbox_bases": {NAME: sandbox.bases[NAME]}, "instagram_token_keys": TOKEN_KEY}


def set_by_hand(sandbox: Sandbox, *, redirect_uri: str = CALLBACK) -> dict[str, Any]:
    """The settings of a server with an app of its own."""
    base = sandbox.bases[NAME]
    return {
        "instagram_client_id": CLIENT_ID,
        "instagram_client_secret": CLIENT_SECRET,
        "instagram_redirect_uri": redirect_uri,
        "instagram_token_keys": TOKEN_KEY,
        "instagram_authorize_url": f"{base}/oauth/authorize",
        "instagram_code_base_url": base,
        "instagram_graph_base_url": base,
    }


async def decided(authorize_url: str, account: str = AGENCY) -> str:
    """The address that the browser is sent back to once somebody approved as the account, or refused as nobody."""
    form = dict(parse_qsl(urlsplit(authorize_url).query)) | {"account": account}
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.post(authorize_url, data=form)
    return answer.headers["location"].partition("#")[0]


async def came_back(instagram: InstagramAccount, account: str = AGENCY) -> CameBack:
    """A login, begun and decided: what the browser brings back."""
    begun = await instagram.login.begin(callback=CALLBACK)
    told: Mapping[str, str] = dict(parse_qsl(urlsplit(await decided(begun.url, account)).query))
    return CameBack(begun.browser, told["state"], told.get("code"), told.get("error"))


async def connected(instagram: InstagramAccount, account: str = AGENCY) -> StoredAccount:
    """A login that is finished."""
    return await instagram.login.finish(await came_back(instagram, account), callback=CALLBACK)


def requests_for(sandbox: Sandbox, path: str) -> int:
    """How many requests Instagram has had whose path ends so."""
    return sum(entry["path"].endswith(path) for entry in sandbox.requests(NAME))


def renewals(sandbox: Sandbox) -> int:
    """How often Instagram was asked for a renewal."""
    return requests_for(sandbox, "/refresh_access_token")
