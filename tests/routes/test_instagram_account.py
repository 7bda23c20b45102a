import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import Clock, Database, MakeClient
from tests.logins import AGENCY, AGENCY_ID, NAME, OTHER, decided, played, set_by_hand
from tests.sandboxes import Sandbox

HTTPS_CALLBACK = "https://127.0.0.1/instagram/callback"
KEYS = {"musicdata_internal_api_key": "full", "read_only_api_keys": "reader"}


@pytest.fixture
async def client(make_client: MakeClient, sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with make_client(**played(sandbox)) as client:
        yield client


@pytest.fixture
async def client_without(make_client: MakeClient) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app without any of Instagram's settings."""
    async with make_client() as client:
        yield client


async def log_in(client: httpx.AsyncClient, account: str = AGENCY) -> httpx.Response:
    begun = await client.get("/instagram/login")
    return await client.get(await decided(begun.headers["location"], account))


def cookie(answer: httpx.Response) -> dict[str, str]:
    """The attributes of the cookie that is set, by lower-case name."""
    parts = (part.strip().partition("=") for part in answer.headers["set-cookie"].split(";")[1:])
    return {name.lower(): value for name, _, value in parts}


def told(page: httpx.Response) -> str:
    """What a page says below its heading."""
    found = re.search(r"<p>(.*)</p>", page.text)
    assert found
    return found[1]


async def test_a_login_sends_the_browser_away_with_a_cookie(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    answer = await client.get("/instagram/login")

    assert answer.status_code == 302
    assert answer.headers["location"].startswith(f"{sandbox.bases[NAME]}/oauth/authorize?")
    assert answer.headers["cache-control"] == "no-store"
    assert cookie(answer) == {"httponly": "", "max-age": "600", "path": "/instagram", "samesite": "lax"}


async def test_the_cookie_is_secure_where_the_site_is(make_client: MakeClient, sandbox: Sandbox) -> None:
    async with make_client(**set_by_hand(sandbox, redirect_uri=HTTPS_CALLBACK)) as client:
        answer = await client.get("/instagram/login")

    assert "secure" in cookie(answer)


async def test_the_page_says_which_account_is_connected_and_until_when(client: httpx.AsyncClient) -> None:
    page = await log_in(client)

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert told(page) == (
        f"@kisum.agency ({AGENCY_ID}) is connected. Its token holds until 19 January 2027, and can be renewed."
    )


async def test_pages_allow_nothing_from_elsewhere_and_are_not_kept(client: httpx.AsyncClient) -> None:
    pages = [await log_in(client), await client.get("/instagram/callback")]

    for page in pages:
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert "<script" not in page.text


async def test_the_cookie_is_gone_with_the_login(client: httpx.AsyncClient) -> None:
    page = await log_in(client)

    assert cookie(page)["max-age"] == "0"
    assert dict(client.cookies) == {}


async def test_a_refusal_is_a_page_of_403(client: httpx.AsyncClient, database: Database) -> None:
    page = await log_in(client, "")

    assert page.status_code == 403
    assert "was refused at Instagram" in told(page)
    assert 'href="/instagram/login"' in page.text
    assert await database.all("auth.instagram") == []


async def test_another_account_is_a_page_of_403(client: httpx.AsyncClient) -> None:
    await log_in(client)

    page = await log_in(client, OTHER)

    assert page.status_code == 403
    assert "@somebody.else is not the account that is connected here" in told(page)


@pytest.mark.parametrize(
    "query",
    ["", "?state=", f"?state={'a' * 43}&code=forged", "?error=access_denied&error_description=<b>Hello</b>"],
    ids=["nothing", "empty", "forged", "a refusal of nobody's"],
)
async def test_a_state_that_is_not_ours_is_a_page_of_400(client: httpx.AsyncClient, query: str) -> None:
    page = await client.get(f"/instagram/callback{query}")

    assert page.status_code == 400
    assert "begin again at /instagram/login" in told(page)
    assert "Hello" not in page.text


async def test_a_return_that_is_repeated_is_a_page_of_400(client: httpx.AsyncClient) -> None:
    begun = await client.get("/instagram/login")
    back, kept = await decided(begun.headers["location"]), dict(client.cookies)

    first = await client.get(back)
    client.cookies.update(kept)
    again = await client.get(back)

    assert (first.status_code, again.status_code) == (200, 400)
    assert "was used already" in told(again)


async def test_a_return_in_another_browser_is_a_page_of_400(
    client: httpx.AsyncClient, make_client: MakeClient, sandbox: Sandbox
) -> None:
    begun = await client.get("/instagram/login")
    back = await decided(begun.headers["location"])

    async with make_client(**played(sandbox)) as another:
        await another.get("/instagram/login")
        page = await another.get(back)

    assert page.status_code == 400
    assert "in another browser" in told(page)


async def test_a_failing_exchange_is_a_page_of_502(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.fault(NAME, body={"named": "down"}, path="/oauth/access_token")

    page = await log_in(client)

    assert page.status_code == 502
    assert "has a fault of its own (status 500), so no account was connected" in told(page)


@pytest.mark.parametrize("path", ["/instagram/login", "/instagram/callback?state=a"])
async def test_what_is_not_configured_is_a_page_of_503_that_names_it(
    client_without: httpx.AsyncClient, path: str
) -> None:
    page = await client_without.get(path)

    assert page.status_code == 503
    assert "INSTAGRAM_CLIENT_ID" in told(page)
    assert "Begin again" not in page.text


@pytest.mark.parametrize("path", ["/instagram/refresh", "/instagram/me"])
async def test_what_is_not_configured_is_a_problem_of_503(client_without: httpx.AsyncClient, path: str) -> None:
    answer = await client_without.get(path)

    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert "INSTAGRAM_TOKEN_KEYS" in answer.json()["detail"]


async def test_the_rest_runs_where_instagram_is_not_configured(client_without: httpx.AsyncClient) -> None:
    assert (await client_without.get("/readyz")).status_code == 200
    assert 'href="/instagram/login"' not in (await client_without.get("/")).text


async def test_the_page_at_the_root_leads_to_the_login(client: httpx.AsyncClient) -> None:
    assert 'href="/instagram/login"' in (await client.get("/")).text


@pytest.mark.parametrize("path", ["/instagram/refresh", "/instagram/me"])
async def test_without_an_account_the_login_is_named(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert answer.json()["detail"] == "No Instagram account is connected: /instagram/login connects one."


async def test_a_renewal_tells_until_when_the_token_holds(
    client: httpx.AsyncClient, clock: Clock, sandbox: Sandbox
) -> None:
    await log_in(client)
    clock.advance(timedelta(days=1))
    sandbox.tokens("aged")

    answers = [await client.get("/instagram/refresh") for _ in range(2)]

    expected: list[Any] = [
        {"data": {"renewed": renewed, "expires_at": "2027-01-20T08:00:00.000Z"}} for renewed in (True, False)
    ]
    assert [answer.json() for answer in answers] == expected
    assert answers[0].headers["cache-control"] == "no-store"


async def test_a_token_that_is_over_is_a_problem_of_502_that_names_the_login(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    await log_in(client)
    sandbox.tokens("ended")

    answer = await client.get("/instagram/me")

    assert (answer.status_code, answer.json()["code"]) == (502, "UPSTREAM_FAILED")
    assert "connect the account again at /instagram/login" in answer.json()["detail"]


async def test_the_profile_alone_is_behind_the_gate_and_closed_to_who_may_only_read(
    make_client: MakeClient, sandbox: Sandbox
) -> None:
    async with make_client(**played(sandbox), **KEYS) as client:
        page = await log_in(client)
        statuses = {
            key: (await client.get("/instagram/me", headers={"x-api-key": key})).status_code
            for key in ("full", "reader", "wrong")
        }
        renewal = await client.get("/instagram/refresh")

    assert (page.status_code, renewal.status_code) == (200, 200)
    assert statuses == {"full": 200, "reader": 403, "wrong": 401}


@pytest.mark.parametrize("path", ["login", "callback", "refresh", "me"])
async def test_without_any_key_other_machines_are_refused(make_client: MakeClient, sandbox: Sandbox, path: str) -> None:
    async with make_client(**played(sandbox), host="music.example") as client:
        assert (await client.get(f"/instagram/{path}")).status_code == 403
