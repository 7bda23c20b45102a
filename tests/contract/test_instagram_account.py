"""The Instagram account over both surfaces: the same profile, the same renewals, the same errors."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import Clock, MakeClient
from tests.logins import AGENCY_ID, NAME, decided, played, renewals
from tests.sandboxes import Sandbox

ACCOUNT = """{ instagramAccount {
  userId username name accountType profilePictureUrl followersCount followsCount mediaCount tokenExpiresAt
} }"""
RENEW = "mutation { refreshInstagramToken { renewed expiresAt } }"
KEYS = {"musicdata_internal_api_key": "full", "read_only_api_keys": "reader"}


@pytest.fixture
async def client(make_client: MakeClient, sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with make_client(**played(sandbox)) as client:
        yield client


@pytest.fixture
async def logged_in(client: httpx.AsyncClient) -> None:
    begun = await client.get("/instagram/login")
    page = await client.get(await decided(begun.headers["location"]))
    assert page.status_code == 200


async def asked(client: httpx.AsyncClient, query: str, **headers: str) -> Any:
    return (await client.post("/graphql", json={"query": query}, headers=headers)).json()


def told(answer: Any) -> tuple[Any, str, str]:
    """What was answered beside the one error, its code and its text."""
    (error,) = answer["errors"]
    return answer["data"], error["extensions"]["code"], error["message"]


@pytest.mark.usefixtures("logged_in")
async def test_both_surfaces_tell_the_same_profile(client: httpx.AsyncClient) -> None:
    over_graphql, over_rest = await asked(client, ACCOUNT), (await client.get("/instagram/me")).json()

    assert over_graphql["data"]["instagramAccount"] == {
        "userId": AGENCY_ID,
        "username": "kisum.agency",
        "name": "Kisum",
        "accountType": "BUSINESS",
        "profilePictureUrl": "https://scontent.example/kisum.agency.jpg",
        "followersCount": 47_218,
        "followsCount": 418,
        "mediaCount": 2218,
        "tokenExpiresAt": "2027-01-19T08:00:00.000Z",
    }
    assert list(over_rest["data"].values()) == list(over_graphql["data"]["instagramAccount"].values())


async def test_without_an_account_there_is_null_and_nothing_to_renew(client: httpx.AsyncClient) -> None:
    assert await asked(client, ACCOUNT) == {"data": {"instagramAccount": None}}

    data, code, message = told(await asked(client, RENEW))

    assert (data, code) == (None, "UPSTREAM_FAILED")
    assert message == "No Instagram account is connected: /instagram/login connects one."


@pytest.mark.usefixtures("logged_in")
async def test_a_mutation_renews_once_a_day_over_both_surfaces(
    client: httpx.AsyncClient, clock: Clock, sandbox: Sandbox
) -> None:
    clock.advance(timedelta(days=1))
    sandbox.tokens("aged")

    first, second = await asked(client, RENEW), await asked(client, RENEW)
    over_rest = (await client.get("/instagram/refresh")).json()

    expires_at = "2027-01-20T08:00:00.000Z"
    assert first == {"data": {"refreshInstagramToken": {"renewed": True, "expiresAt": expires_at}}}
    assert second == {"data": {"refreshInstagramToken": {"renewed": False, "expiresAt": expires_at}}}
    assert over_rest == {"data": {"renewed": False, "expires_at": expires_at}}
    assert renewals(sandbox) == 1


@pytest.mark.usefixtures("logged_in")
async def test_a_token_that_is_over_is_an_error_that_names_the_login(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.tokens("ended")

    data, code, message = told(await asked(client, ACCOUNT))
    over_rest = (await client.get("/instagram/me")).json()

    assert (data, code) == ({"instagramAccount": None}, "UPSTREAM_FAILED")
    assert message.endswith("connect the account again at /instagram/login.")
    assert over_rest["detail"] == message


@pytest.mark.usefixtures("logged_in")
async def test_a_renewal_that_fails_is_an_error_with_its_code(
    client: httpx.AsyncClient, clock: Clock, sandbox: Sandbox
) -> None:
    clock.advance(timedelta(days=1))
    sandbox.fault(NAME, body={"named": "down"}, path="/refresh_access_token")

    data, code, message = told(await asked(client, RENEW))

    assert (data, code) == (None, "UPSTREAM_FAILED")
    assert "has a fault of its own (status 500)" in message


async def test_who_may_only_read_is_forbidden_both(make_client: MakeClient, sandbox: Sandbox) -> None:
    async with make_client(**played(sandbox), **KEYS) as client:
        answers = [told(await asked(client, query, **{"x-api-key": "reader"})) for query in (ACCOUNT, RENEW)]

    assert [(data, code) for data, code, _ in answers] == [
        ({"instagramAccount": None}, "FORBIDDEN"),
        (None, "FORBIDDEN"),
    ]


async def test_what_is_not_configured_is_unavailable_and_named(make_client: MakeClient) -> None:
    async with make_client() as client:
        _, code, message = told(await asked(client, ACCOUNT))

    assert code == "UNAVAILABLE"
    assert "INSTAGRAM_TOKEN_KEYS" in message
