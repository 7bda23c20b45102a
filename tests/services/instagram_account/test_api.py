"""The shapes that Instagram's answers are seen in; `sandbox/bodies/instagram_account` has the errors."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr

from sandbox.protocol import recorded
from services.instagram_account.api import POLICY, InstagramAPI, InstagramRefused
from services.model.instagram_account import InstagramProfile
from services.transport import ProviderClient, ProviderError, ProviderThrottled, ProviderUnavailable, ProviderUnreadable
from tests.builders import NOW
from tests.services.instagram_account.test_access import ACCESS

TOKEN = SecretStr("IGAAold")
CODE_URL = "https://api.instagram.example/oauth/access_token"
LONG_URL = "https://graph.instagram.example/access_token"
RENEW_URL = "https://graph.instagram.example/refresh_access_token"
ME_URL = "https://graph.instagram.example/v25.0/me"
FLAT = {"access_token": "IGAAnew", "user_id": 17_841_405_793_187_218, "permissions": "instagram_business_basic"}
GRANT = {"access_token": "IGAAnew", "token_type": "bearer", "expires_in": 5_183_944}


@pytest.fixture
async def api() -> AsyncIterator[InstagramAPI]:
    client = ProviderClient("instagram_account", ACCESS.graph_base_url, POLICY, clock=lambda: NOW)
    yield InstagramAPI(client, ACCESS)
    await client.close()


@pytest.fixture
def network() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as network:
        yield network


@pytest.mark.parametrize("body", [FLAT, {"data": [FLAT]}], ids=["flat", "in a list"])
async def test_a_code_is_sent_as_a_form_and_its_token_read(
    api: InstagramAPI, network: respx.MockRouter, body: Any
) -> None:
    route = network.post(CODE_URL).respond(json=body)

    token = await api.exchange("a-code", redirect_uri="https://music.example/instagram/callback")

    assert token.get_secret_value() == "IGAAnew"
    assert dict(httpx.QueryParams(route.calls.last.request.content.decode())) == {
        "client_id": "990602627938098",
        "client_secret": "eb8c7b1e",
        "grant_type": "authorization_code",
        "redirect_uri": "https://music.example/instagram/callback",
        "code": "a-code",
    }


async def test_a_short_lived_token_is_lengthened(api: InstagramAPI, network: respx.MockRouter) -> None:
    route = network.get(LONG_URL).respond(json=GRANT)

    grant = await api.lengthen(TOKEN)

    assert (grant["access_token"].get_secret_value(), grant["expires_in"]) == ("IGAAnew", 5_183_944)
    assert dict(route.calls.last.request.url.params) == {
        "grant_type": "ig_exchange_token",
        "client_secret": "eb8c7b1e",
        "access_token": "IGAAold",
    }


async def test_a_token_is_renewed(api: InstagramAPI, network: respx.MockRouter) -> None:
    route = network.get(RENEW_URL).respond(json=GRANT)

    assert (await api.renew(TOKEN))["expires_in"] == 5_183_944
    assert dict(route.calls.last.request.url.params) == {"grant_type": "ig_refresh_token", "access_token": "IGAAold"}


@pytest.mark.parametrize(
    "user_id", ["17841405793187218", 17_841_405_793_187_218], ids=["as a text", "as a number beyond the floats"]
)
@pytest.mark.parametrize("in_a_list", [False, True], ids=["flat", "in a list"])
async def test_an_id_is_read_to_its_last_digit(
    api: InstagramAPI, network: respx.MockRouter, user_id: object, in_a_list: bool
) -> None:
    told = {"user_id": user_id, "username": "kisum", "followers_count": 0, "name": ""}
    network.get(ME_URL).respond(json={"data": [told]} if in_a_list else told)

    assert await api.profile(TOKEN) == InstagramProfile("17841405793187218", "kisum", followers_count=0)


@pytest.mark.parametrize("count", ["12", -1, 1.5, True, 2**63, None])
async def test_a_count_that_is_none_is_not_told(api: InstagramAPI, network: respx.MockRouter, count: object) -> None:
    network.get(ME_URL).respond(json={"user_id": "1", "username": "kisum", "media_count": count})

    assert (await api.profile(TOKEN)).media_count is None


@pytest.mark.parametrize(
    "body",
    [
        {"username": "kisum"},
        {"user_id": "1"},
        {"user_id": "1", "username": ""},
        {"user_id": "one", "username": "kisum"},
        {"user_id": -1, "username": "kisum"},
        {"user_id": 1.7e16, "username": "kisum"},
        [],
        {"data": []},
    ],
    ids=json.dumps,
)
async def test_a_profile_of_nobody_is_unreadable(api: InstagramAPI, network: respx.MockRouter, body: Any) -> None:
    network.get(ME_URL).respond(json=body)

    with pytest.raises(ProviderUnreadable):
        await api.profile(TOKEN)


@pytest.mark.parametrize(
    "body",
    [
        GRANT | {"access_token": ""},
        GRANT | {"access_token": None},
        GRANT | {"expires_in": 0},
        GRANT | {"expires_in": 10**15},
        {"access_token": "IGAAnew"},
    ],
    ids=["empty", "null", "over", "for ever", "without its end"],
)
async def test_a_token_that_is_none_is_unreadable_and_not_told(
    api: InstagramAPI, network: respx.MockRouter, body: Any
) -> None:
    network.get(RENEW_URL).respond(json=body)

    with pytest.raises(ProviderUnreadable) as raised:
        await api.renew(TOKEN)

    assert "IGAA" not in str(raised.value)


async def test_a_token_that_was_cut_off_is_not_told(api: InstagramAPI, network: respx.MockRouter) -> None:
    network.get(RENEW_URL).respond(content=b'{"access_token":"IGAAnewAndLong')

    with pytest.raises(ProviderUnreadable, match=r"^answered no JSON$") as raised:
        await api.renew(TOKEN)

    assert raised.value.__context__ is None


@pytest.mark.parametrize(
    ("case", "status", "told", "is_dead", "is_past_its_end"),
    [
        ("token_ended", 400, "code 190, subcode 463", True, True),
        ("token_refused", 400, "code 190", True, False),
        ("token_refused", 401, "code 190", True, False),
        ("too_young", 400, "code 100", False, False),
        ("permission", 403, "code 10", False, False),
        ("code_refused", 400, "status 400", False, False),
        ("client_refused", 400, "status 400", False, False),
    ],
)
async def test_a_no_is_told_by_its_codes(
    api: InstagramAPI,
    network: respx.MockRouter,
    case: str,
    status: int,
    told: str,
    is_dead: bool,
    is_past_its_end: bool,
) -> None:
    network.get(RENEW_URL).respond(status, json=recorded(f"instagram_account/{case}"))

    with pytest.raises(InstagramRefused) as raised:
        await api.renew(TOKEN)

    assert str(raised.value) == told
    assert (raised.value.is_dead, raised.value.is_past_its_end) == (is_dead, is_past_its_end)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, json.dumps(recorded("instagram_account/limited")), ProviderThrottled),
        (500, json.dumps(recorded("instagram_account/out_of_order")), ProviderUnavailable),
        (503, "", ProviderUnavailable),
        (429, "", ProviderThrottled),
        (200, "<html>", ProviderUnreadable),
        (403, "<html>", ProviderUnreadable),
        (302, "", ProviderUnreadable),
    ],
    ids=["too many calls", "passes", "503", "429", "a page", "a guard's page", "a redirect"],
)
async def test_that_instagram_cannot_answer_is_no_no(
    api: InstagramAPI, network: respx.MockRouter, status: int, body: str, kind: type[ProviderError]
) -> None:
    network.get(RENEW_URL).respond(status, text=body)

    with pytest.raises(kind):
        await api.renew(TOKEN)


async def test_many_that_are_refused_say_nothing_against_instagram(
    api: InstagramAPI, network: respx.MockRouter
) -> None:
    network.post(CODE_URL).respond(400, json=recorded("instagram_account/code_refused"))
    network.get(ME_URL).respond(json={"user_id": "1", "username": "kisum"})

    for _ in range(POLICY.breaker_failures + 1):
        with pytest.raises(InstagramRefused):
            await api.exchange("forged", redirect_uri="https://music.example/instagram/callback")

    assert (await api.profile(TOKEN)).username == "kisum"


async def test_a_code_that_comes_to_nothing_is_not_sent_again(api: InstagramAPI, network: respx.MockRouter) -> None:
    route = network.post(CODE_URL).respond(500)

    with pytest.raises(ProviderUnavailable):
        await api.exchange("a-code", redirect_uri="https://music.example/instagram/callback")

    assert route.call_count == 1
