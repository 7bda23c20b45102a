import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.logins import ACCOUNTS
from tests.sandbox.conftest import AskProvider
from tests.sandboxes import Sandbox

NAME = "instagram-account"
BACK = "http://127.0.0.1/instagram/callback"
PAGE = {
    "client_id": "sandbox",
    "redirect_uri": BACK,
    "response_type": "code",
    "scope": "instagram_business_basic",
    "state": "a state&more",
}
CLIENT = {"client_id": "sandbox", "client_secret": "sandbox-secret"}
FIELDS = "user_id,username,name,account_type,profile_picture_url,followers_count,follows_count,media_count"
AGENCY = ACCOUNTS["kisum.agency"]

Decide = Callable[[str], dict[str, list[str]]]


@pytest.fixture
def decide(ask: AskProvider) -> Decide:
    """What the browser is sent back with, once the person has decided."""

    def decided(account: str) -> dict[str, list[str]]:
        answer = ask(NAME, "/oauth/authorize", method="POST", data={**PAGE, "account": account})
        back = urlsplit(answer.headers["location"])
        assert (answer.status_code, f"{back.scheme}://{back.netloc}{back.path}", back.fragment) == (302, BACK, "_")
        return parse_qs(back.query)

    return decided


@pytest.fixture
def exchange(ask: AskProvider) -> Callable[..., httpx.Response]:
    def exchanged(code: str, **changes: str) -> httpx.Response:
        form = CLIENT | {"grant_type": "authorization_code", "redirect_uri": BACK, "code": code} | changes
        return ask(NAME, "/oauth/access_token", method="POST", data=form)

    return exchanged


@pytest.fixture
def short_token(decide: Decide, exchange: Callable[..., httpx.Response]) -> str:
    (code,) = decide("kisum.agency")["code"]
    token: str = exchange(code).json()["data"][0]["access_token"]
    return token


@pytest.fixture
def long_token(ask: AskProvider, short_token: str) -> str:
    token: str = lengthened(ask, short_token).json()["access_token"]
    return token


def lengthened(ask: AskProvider, token: str) -> httpx.Response:
    asked = {"grant_type": "ig_exchange_token", "client_secret": "sandbox-secret", "access_token": token}
    return ask(NAME, "/access_token", params=asked)


def renewed(ask: AskProvider, token: str) -> httpx.Response:
    return ask(NAME, "/refresh_access_token", params={"grant_type": "ig_refresh_token", "access_token": token})


def me(ask: AskProvider, token: str) -> httpx.Response:
    return ask(NAME, "/v25.0/me", params={"fields": FIELDS, "access_token": token})


def error(answer: httpx.Response) -> tuple[int, Any, Any]:
    told = answer.json()["error"]
    return answer.status_code, told["code"], told.get("error_subcode")


def test_the_page_has_somebody_approve_or_refuse(ask: AskProvider) -> None:
    answer = ask(NAME, "/oauth/authorize", params=PAGE)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall(r"<button[^>]*>([^<]*)", answer.text) == [
        "Approve as kisum.agency",
        "Approve as somebody.else",
        "Refuse",
    ]
    assert 'name="state" value="a state&amp;more"' in answer.text


@pytest.mark.parametrize(
    "change",
    [{"client_id": "1234"}, {"redirect_uri": "javascript:alert(1)"}, {"response_type": "token"}, {"scope": ""}],
    ids=lambda change: next(iter(change)),
)
def test_an_app_that_asks_wrongly_gets_no_page(ask: AskProvider, change: dict[str, str]) -> None:
    answer = ask(NAME, "/oauth/authorize", params=PAGE | change)

    assert (answer.status_code, answer.text[:7]) == (400, "Invalid")


@pytest.mark.parametrize("redirect_uri", ["", "javascript:alert(1)", f"{BACK}\r\nset-cookie: a=b"])
def test_nobody_is_sent_to_what_is_no_address(ask: AskProvider, redirect_uri: str) -> None:
    form = {**PAGE, "redirect_uri": redirect_uri, "account": "kisum.agency"}

    answer = ask(NAME, "/oauth/authorize", method="POST", data=form)

    assert (answer.status_code, answer.text) == (400, "Invalid redirect_uri")


def test_who_approves_is_sent_back_with_a_code(decide: Decide) -> None:
    told = decide("kisum.agency")

    assert set(told) == {"code", "state"}
    assert told["state"] == [PAGE["state"]]


def test_who_refuses_is_sent_back_with_that(decide: Decide) -> None:
    told = decide("")

    assert (told["error"], told["error_reason"], told["state"]) == (
        ["access_denied"],
        ["user_denied"],
        [PAGE["state"]],
    )
    assert "code" not in told


def test_a_code_is_worth_a_token_and_an_id_beyond_the_floats(
    decide: Decide, exchange: Callable[..., httpx.Response]
) -> None:
    (code,) = decide("kisum.agency")["code"]

    answer = exchange(code)

    (told,) = answer.json()["data"]
    assert set(told) == {"access_token", "user_id", "permissions"}
    assert told["user_id"] == AGENCY.user_id > 2**53


def test_a_code_that_was_used_is_refused(decide: Decide, exchange: Callable[..., httpx.Response]) -> None:
    (code,) = decide("kisum.agency")["code"]
    exchange(code)

    answer = exchange(code)

    assert (answer.status_code, answer.json()["error_type"]) == (400, "OAuthException")


@pytest.mark.parametrize(
    "change",
    [{"client_secret": "another"}, {"grant_type": "password"}, {"redirect_uri": BACK + "/"}],
    ids=lambda change: next(iter(change)),
)
def test_a_code_is_refused_to_who_asks_wrongly(
    decide: Decide, exchange: Callable[..., httpx.Response], change: dict[str, str]
) -> None:
    (code,) = decide("kisum.agency")["code"]

    assert exchange(code, **change).status_code == 400


def test_a_short_lived_token_is_worth_a_long_lived_one(ask: AskProvider, short_token: str) -> None:
    told = lengthened(ask, short_token).json()

    assert (told["token_type"], told["expires_in"]) == ("bearer", 5_184_000)
    assert told["access_token"] != short_token


def test_a_token_tells_its_account(ask: AskProvider, long_token: str) -> None:
    answer = me(ask, long_token)

    assert list(answer.json()) == FIELDS.split(",")
    assert (answer.json()["user_id"], answer.json()["username"]) == (str(AGENCY.user_id), "kisum.agency")


def test_no_more_is_told_than_is_asked_for(ask: AskProvider, long_token: str) -> None:
    answer = ask(NAME, "/v25.0/me", params={"fields": "username,nothing"}, headers={"authorization": long_token})
    bearer = ask(NAME, "/v25.0/me", params={"fields": "username"}, headers={"authorization": f"Bearer {long_token}"})

    assert answer.status_code == 400
    assert bearer.json() == {"username": "kisum.agency"}


def test_a_token_is_renewed_from_an_age_of_a_day_on(ask: AskProvider, sandbox: Sandbox, long_token: str) -> None:
    young = renewed(ask, long_token)
    sandbox.tokens("aged")
    old = renewed(ask, long_token)

    assert error(young) == (400, 100, None)
    assert old.json()["access_token"] not in {"", long_token}


def test_a_token_that_has_expired_is_worth_another(ask: AskProvider, sandbox: Sandbox, long_token: str) -> None:
    sandbox.tokens("expired")

    refused, renewal = me(ask, long_token), renewed(ask, long_token)

    assert error(refused) == (400, 190, None)
    assert me(ask, renewal.json()["access_token"]).status_code == 200


@pytest.mark.parametrize(("condition", "subcode"), [("ended", 463), ("revoked", None)])
def test_a_token_that_is_over_is_worth_nothing(
    ask: AskProvider, sandbox: Sandbox, long_token: str, condition: str, subcode: int | None
) -> None:
    sandbox.tokens(condition)

    answers = [me(ask, long_token), renewed(ask, long_token)]

    assert [error(answer) for answer in answers] == [(400, 190, subcode)] * 2


def test_a_short_lived_token_is_not_renewed_nor_a_long_lived_one_lengthened(
    ask: AskProvider, short_token: str, long_token: str
) -> None:
    assert error(renewed(ask, short_token)) == (400, 190, None)
    assert error(lengthened(ask, long_token)) == (400, 190, None)


@pytest.mark.parametrize("path", ["/access_token", "/refresh_access_token"])
def test_another_grant_is_refused(ask: AskProvider, long_token: str, path: str) -> None:
    assert ask(NAME, path, params={"grant_type": "other", "access_token": long_token}).status_code == 400


def test_no_token_is_in_the_log(ask: AskProvider, sandbox: Sandbox, long_token: str) -> None:
    me(ask, long_token)

    assert long_token not in str(sandbox.requests(NAME))


def test_tokens_are_turned_to_what_there_is(sandbox: Sandbox) -> None:
    answer = sandbox.control.put("/instagram-account/lost")

    assert answer.status_code == 404
    assert "aged, live, expired, ended, revoked" in answer.json()["error"]
