from dataclasses import replace

import pytest
from pydantic import SecretStr

from services.errors import NotConfigured
from services.instagram_account import InstagramAccess

ACCESS = InstagramAccess(
    authorize_url="https://www.instagram.example/oauth/authorize",
    code_base_url="https://api.instagram.example",
    graph_base_url="https://graph.instagram.example",
    graph_version="v25.0",
    scopes="instagram_business_basic",
    client_id="990602627938098",
    client_secret=SecretStr("eb8c7b1e"),
    redirect_uri="https://music.example/instagram/callback",
    token_keys=(SecretStr("zSmSxYlVE0eS8sCbq0HgX9wLZFJ1Xf6QfsLVuYtZ2Mk="),),
)


def test_with_all_that_is_needed_somebody_can_log_in() -> None:
    ACCESS.require_login()

    assert ACCESS.missing_for_login == ()


def test_what_is_missing_is_named() -> None:
    with pytest.raises(NotConfigured, match="INSTAGRAM_CLIENT_ID, INSTAGRAM_TOKEN_KEYS must be set"):
        replace(ACCESS, client_id=None, token_keys=()).require_login()


def test_the_sandbox_alone_sends_the_browser_back_to_where_it_came_from() -> None:
    without = replace(ACCESS, redirect_uri=None)

    assert without.missing_for_login == ("INSTAGRAM_REDIRECT_URI",)
    assert without.played("http://127.0.0.1:9/instagram-account", credential="sandbox").missing_for_login == ()


def test_neither_secret_nor_keys_are_shown() -> None:
    assert "eb8c7b1e" not in repr(ACCESS)
    assert "zSmSx" not in repr(ACCESS)
