from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.protocol import Ask, Reply
from sandbox.providers.spotify_accounts import PROVIDER, app_of
from sandbox.world import World
from tests.builders import NOW
from tests.sandbox.conftest import AskProvider

FORM = {"grant_type": "client_credentials"}


@pytest.mark.parametrize("app", ["extended", "development"])
def test_an_app_gets_a_token_for_an_hour(ask: AskProvider, app: str) -> None:
    answer = ask("spotify-accounts", "/api/token", method="POST", data=FORM, auth=(app, "sandbox-secret"))

    body = answer.json()
    assert answer.status_code == 200
    assert body.pop("access_token").startswith("BQ")
    assert body == {"token_type": "Bearer", "expires_in": 3600}


def test_the_credentials_may_stand_in_the_form(ask: AskProvider) -> None:
    form = FORM | {"client_id": "extended", "client_secret": "sandbox"}

    assert ask("spotify-accounts", "/api/token", method="POST", data=form).status_code == 200


@pytest.mark.parametrize(
    "pair", [("extended", "another"), ("another", "sandbox"), ("", "")], ids=["secret", "id", "both empty"]
)
def test_wrong_credentials_are_answered_400(ask: AskProvider, pair: tuple[str, str]) -> None:
    answer = ask("spotify-accounts", "/api/token", method="POST", data=FORM, auth=pair)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")


@pytest.mark.parametrize("header", ["Basic !", "Basic /w==", "Bearer sandbox"])
def test_a_header_that_cannot_be_read_is_answered_400(ask: AskProvider, header: str) -> None:
    headers = {"Authorization": header}

    answer = ask("spotify-accounts", "/api/token", method="POST", data=FORM, headers=headers)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")


def test_another_kind_of_grant_is_answered_400(ask: AskProvider) -> None:
    form = {"grant_type": "authorization_code"}

    answer = ask("spotify-accounts", "/api/token", method="POST", data=form, auth=("extended", "sandbox"))

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_a_token_is_over_after_an_hour(world: World) -> None:
    (endpoint,) = PROVIDER.endpoints
    ask = Ask("/api/token", form=FORM | {"client_id": "extended", "client_secret": "sandbox"})
    token = endpoint.answer(ask, world).body["access_token"]

    def after(minutes: int) -> str | Reply:
        return app_of(token, replace(world, clock=lambda: NOW + timedelta(minutes=minutes)))

    over = after(60)
    assert after(59) == "extended"
    assert isinstance(over, Reply)
    assert (over.status, over.body["error"]["message"]) == (401, "The access token expired")
