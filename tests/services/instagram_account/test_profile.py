import asyncio
from datetime import timedelta

import pytest

from services.errors import Forbidden, NotConfigured, UpstreamFailed
from services.freshness import Caller
from services.instagram_account import InstagramAccount, require_account
from services.model.instagram_account import InstagramProfile
from tests.builders import NOW
from tests.conftest import Database
from tests.logins import AGENCY_ID, NAME, connected, renewals, requests_for
from tests.sandboxes import Sandbox
from tests.services.instagram_account.conftest import OpenInstagram

PROFILE = InstagramProfile(
    user_id=AGENCY_ID,
    username="kisum.agency",
    name="Kisum",
    account_type="BUSINESS",
    profile_picture_url="https://scontent.example/kisum.agency.jpg",
    followers_count=47_218,
    follows_count=418,
    media_count=2218,
    token_expires_at=NOW + timedelta(days=60),
)


async def test_the_profile_is_as_instagram_tells_it(instagram: InstagramAccount) -> None:
    await connected(instagram)

    assert await instagram.profile.read() == PROFILE


async def test_without_an_account_there_is_none(instagram: InstagramAccount, sandbox: Sandbox) -> None:
    assert await instagram.profile.read() is None
    assert sandbox.requests(NAME) == []


async def test_a_token_that_is_no_longer_taken_is_renewed_once(instagram: InstagramAccount, sandbox: Sandbox) -> None:
    await connected(instagram)
    sandbox.tokens("expired")

    first, second = await instagram.profile.read(), await instagram.profile.read()

    assert first == second == PROFILE
    assert renewals(sandbox) == 1


@pytest.mark.parametrize("status", [400, 401])
async def test_either_status_says_that_the_token_is_no_longer_taken(
    instagram: InstagramAccount, sandbox: Sandbox, status: int
) -> None:
    await connected(instagram)
    sandbox.tokens("expired")
    sandbox.fault(NAME, body={"named": "token_dead"}, status=status, path="/me", times=1)

    assert await instagram.profile.read() == PROFILE
    assert renewals(sandbox) == 1


async def test_a_401_without_words_says_so_too(instagram: InstagramAccount, sandbox: Sandbox) -> None:
    await connected(instagram)
    sandbox.tokens("expired")
    sandbox.fault(NAME, body="", status=401, path="/me", times=1)

    assert await instagram.profile.read() == PROFILE


async def test_many_readers_in_two_processes_share_one_renewal(
    instagram: InstagramAccount, open_instagram: OpenInstagram, sandbox: Sandbox
) -> None:
    await connected(instagram)
    sandbox.tokens("expired")

    async with open_instagram() as another_process:
        read = [process.profile.read() for process in (instagram, another_process) for _ in range(4)]
        assert await asyncio.gather(*read) == [PROFILE] * 8

    assert renewals(sandbox) == 1


async def test_a_token_past_its_end_is_not_renewed_and_the_login_is_named(
    instagram: InstagramAccount, sandbox: Sandbox
) -> None:
    await connected(instagram)
    sandbox.tokens("ended")

    with pytest.raises(UpstreamFailed, match=r"code 190, subcode 463.*connect the account again at /instagram/login"):
        await instagram.profile.read()

    assert renewals(sandbox) == 0


async def test_a_token_that_cannot_be_renewed_is_asked_with_once_and_the_login_is_named(
    instagram: InstagramAccount, database: Database, sandbox: Sandbox
) -> None:
    await connected(instagram)
    stored = await database.all("auth.instagram")
    sandbox.tokens("revoked")

    for _ in range(3):
        with pytest.raises(UpstreamFailed, match="connect the account again at /instagram/login"):
            await instagram.profile.read()

    assert renewals(sandbox) == 1
    assert await database.all("auth.instagram") == stored


async def test_a_renewed_token_that_is_not_taken_either_is_the_end(
    instagram: InstagramAccount, sandbox: Sandbox
) -> None:
    await connected(instagram)
    sandbox.tokens("expired")
    sandbox.fault(NAME, body={"named": "token_dead"}, path="/me")
    before = requests_for(sandbox, "/me")

    with pytest.raises(UpstreamFailed, match="/instagram/login"):
        await instagram.profile.read()

    assert (requests_for(sandbox, "/me") - before, renewals(sandbox)) == (2, 1)


async def test_after_another_login_all_is_well(instagram: InstagramAccount, sandbox: Sandbox) -> None:
    await connected(instagram)
    sandbox.tokens("revoked")
    with pytest.raises(UpstreamFailed):
        await instagram.profile.read()

    await connected(instagram)

    assert await instagram.profile.read() == PROFILE


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("down", "has a fault of its own"),
        ("throttled", "too many calls"),
        ("error_with_200", "has a fault of its own"),
        ("html_200", "answered no JSON"),
        ("forbidden", "refused to show the account"),
        ("key_refused", "refused to show the account"),
    ],
)
async def test_a_fault_is_told_and_nothing_is_renewed(
    instagram: InstagramAccount, sandbox: Sandbox, fault: str, told: str
) -> None:
    await connected(instagram)
    sandbox.fault(NAME, body={"named": fault}, path="/me")

    with pytest.raises(UpstreamFailed, match=told):
        await instagram.profile.read()

    assert renewals(sandbox) == 0


async def test_without_a_key_that_is_said(open_instagram: OpenInstagram) -> None:
    async with open_instagram(instagram_token_keys=()) as instagram:
        with pytest.raises(NotConfigured, match="INSTAGRAM_TOKEN_KEYS"):
            await instagram.profile.read()


def test_who_may_only_read_may_not_see_the_account() -> None:
    require_account(Caller(may_refresh=True))

    with pytest.raises(Forbidden, match="MUSICDATA_INTERNAL_API_KEY"):
        require_account(Caller(may_refresh=False))
