import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from services.errors import NotConfigured, UpstreamFailed
from services.instagram_account import InstagramAccount
from services.model.instagram_account import HeldToken, TokenRenewal
from tests.builders import NOW
from tests.conftest import Clock, Commands, Database
from tests.logins import AGENCY_ID, NAME, TOKEN_KEY, connected, renewals
from tests.sandboxes import Sandbox
from tests.services.conftest import counted, eventually
from tests.services.instagram_account.conftest import OpenInstagram

DAY = timedelta(hours=24)
MOMENT = timedelta(seconds=1)
HOLDS = timedelta(days=60)
ANOTHER_KEY = "zSmSxYlVE0eS8sCbq0HgX9wLZFJ1Xf6QfsLVuYtZ2Mk="


@pytest.fixture
def a_day_later(clock: Clock, sandbox: Sandbox) -> Callable[[], None]:
    """Has a day pass here and at Instagram."""

    def pass_a_day() -> None:
        clock.advance(DAY)
        sandbox.tokens("aged")

    return pass_a_day


async def held(instagram: InstagramAccount) -> HeldToken:
    found = await instagram.tokens.held()
    assert found is not None
    return found


async def renewal_begun(instagram: InstagramAccount, sandbox: Sandbox) -> "asyncio.Task[object]":
    """A renewal that Instagram has been asked for, and has not answered."""
    asking = asyncio.create_task(instagram.tokens.refresh())

    async def is_asked() -> bool:
        return renewals(sandbox) == 1

    await eventually(is_asked)
    return asking


async def test_without_an_account_nothing_is_renewed(instagram: InstagramAccount) -> None:
    assert await instagram.tokens.held() is None
    assert await instagram.tokens.refresh() is None


async def test_a_token_is_stored_sealed_and_held_open(instagram: InstagramAccount, database: Database) -> None:
    await connected(instagram)

    token = (await held(instagram)).token.get_secret_value()

    (stored,) = await database.all("auth.instagram")
    assert token.startswith("SANDBOXLONG")
    assert token not in str(stored)
    assert Fernet(TOKEN_KEY).decrypt(stored["token"]).decode() == token


async def test_a_token_is_not_renewed_within_a_day(instagram: InstagramAccount, clock: Clock, sandbox: Sandbox) -> None:
    await connected(instagram)
    clock.advance(DAY - MOMENT)

    renewal = await instagram.tokens.refresh(forced=True)

    assert renewal == TokenRenewal(renewed=False, expires_at=NOW + HOLDS)
    assert renewals(sandbox) == 0


async def test_to_ask_when_nothing_is_due_costs_one_find(
    instagram: InstagramAccount, commands: Commands, sandbox: Sandbox
) -> None:
    await connected(instagram)
    commands.sent.clear()
    sandbox.reset()

    await asyncio.gather(*(instagram.tokens.refresh() for _ in range(50)))

    assert commands.names == ["find"] * 50
    assert sandbox.requests(NAME) == []


async def test_a_day_later_it_is_renewed_and_the_new_one_is_kept(
    instagram: InstagramAccount, database: Database, a_day_later: Callable[[], None]
) -> None:
    former = await connected(instagram)
    a_day_later()

    renewal = await instagram.tokens.refresh()

    assert renewal == TokenRenewal(renewed=True, expires_at=NOW + DAY + HOLDS)
    (stored,) = await database.all("auth.instagram")
    assert stored["token"] != former.token
    assert (stored["user_id"], stored["username"], stored["renewedAt"]) == (AGENCY_ID, "kisum.agency", NOW + DAY)


async def test_of_many_who_ask_at_once_in_two_processes_one_renews(
    instagram: InstagramAccount,
    open_instagram: OpenInstagram,
    sandbox: Sandbox,
    a_day_later: Callable[[], None],
) -> None:
    await connected(instagram)
    a_day_later()
    before = counted("kisum_instagram_renewals_total", outcome="renewed")

    async with open_instagram() as another_process:
        asked = [process.tokens.refresh() for process in (instagram, another_process) for _ in range(50)]
        ended = await asyncio.gather(*asked)

    # Who came once it was over is told that it was.
    assert {renewal.expires_at for renewal in ended if renewal} == {NOW + DAY + HOLDS}
    assert any(renewal.renewed for renewal in ended if renewal)
    assert renewals(sandbox) == 1
    assert counted("kisum_instagram_renewals_total", outcome="renewed") == before + 1


@pytest.mark.parametrize("fault", ["down", "throttled", "token_dead", "too_young", "truncated_json", "html_200"])
async def test_a_renewal_that_fails_keeps_the_token_and_rests(
    instagram: InstagramAccount, database: Database, sandbox: Sandbox, a_day_later: Callable[[], None], fault: str
) -> None:
    await connected(instagram)
    stored = await database.all("auth.instagram")
    a_day_later()
    sandbox.fault(NAME, body={"named": fault}, path="/refresh_access_token")

    for told in (r"/instagram/login\.$", r"/instagram/login\. It is tried again from \d{4}-"):
        with pytest.raises(UpstreamFailed, match=told):
            await instagram.tokens.refresh()

    assert renewals(sandbox) == 1
    assert await database.all("auth.instagram") == stored


async def test_who_may_forces_a_renewal_after_one_that_failed(
    instagram: InstagramAccount, sandbox: Sandbox, a_day_later: Callable[[], None]
) -> None:
    await connected(instagram)
    a_day_later()
    sandbox.fault(NAME, body={"named": "down"}, path="/refresh_access_token", times=1)
    with pytest.raises(UpstreamFailed):
        await instagram.tokens.refresh()

    renewal = await instagram.tokens.refresh(forced=True)

    assert renewal is not None
    assert renewal.renewed


async def test_once_renewed_a_former_failure_is_forgotten(
    instagram: InstagramAccount, database: Database, sandbox: Sandbox, a_day_later: Callable[[], None]
) -> None:
    await connected(instagram)
    a_day_later()
    sandbox.fault(NAME, body={"named": "down"}, path="/refresh_access_token", times=1)
    with pytest.raises(UpstreamFailed):
        await instagram.tokens.refresh()
    await instagram.tokens.refresh(forced=True)

    (state,) = await database.all("data_analyst.refresh_state")

    assert (state["until"], state["error"], state["retryAt"]) == (None, None, None)


async def test_a_renewal_that_failed_is_counted_and_told_in_the_log(
    instagram: InstagramAccount,
    sandbox: Sandbox,
    a_day_later: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await connected(instagram)
    a_day_later()
    before = counted("kisum_instagram_renewals_total", outcome="refused")
    sandbox.tokens("ended")

    with pytest.raises(UpstreamFailed, match="no longer takes the stored token"):
        await instagram.tokens.refresh()

    assert counted("kisum_instagram_renewals_total", outcome="refused") == before + 1
    assert "code 190, subcode 463" in caplog.text


async def test_a_renewal_goes_on_when_who_asked_has_gone(
    instagram: InstagramAccount, database: Database, sandbox: Sandbox, a_day_later: Callable[[], None]
) -> None:
    former = await connected(instagram)
    a_day_later()
    sandbox.fault(NAME, delay_ms=200, path="/refresh_access_token")
    asking = await renewal_begun(instagram, sandbox)
    asking.cancel()

    async def is_renewed() -> bool:
        (stored,) = await database.all("auth.instagram")
        return bool(stored["token"] != former.token)

    await eventually(is_renewed)
    assert asking.cancelled()


async def test_a_renewal_under_way_at_the_end_is_waited_for(
    open_instagram: OpenInstagram, database: Database, sandbox: Sandbox, a_day_later: Callable[[], None]
) -> None:
    async with open_instagram() as instagram:
        former = await connected(instagram)
        a_day_later()
        sandbox.fault(NAME, delay_ms=200, path="/refresh_access_token")
        asking = await renewal_begun(instagram, sandbox)

    (stored,) = await database.all("auth.instagram")
    assert stored["token"] != former.token
    assert await asking


async def test_a_login_during_a_renewal_is_what_stays(
    instagram: InstagramAccount, open_instagram: OpenInstagram, sandbox: Sandbox, a_day_later: Callable[[], None]
) -> None:
    await connected(instagram)
    a_day_later()
    sandbox.fault(NAME, delay_ms=400, path="/refresh_access_token")
    asking = await renewal_begun(instagram, sandbox)
    async with open_instagram() as another_process:
        younger = await connected(another_process)

    assert await asking
    assert (await held(instagram)).account.token == younger.token


async def test_a_token_that_was_stored_in_the_clear_is_read_and_sealed_at_the_next_write(
    instagram: InstagramAccount, database: Database, a_day_later: Callable[[], None]
) -> None:
    await connected(instagram)
    clear = (await held(instagram)).token.get_secret_value()
    await database.collection("auth.instagram").delete_many({})
    former = {"access_token": clear, "user_id": int(AGENCY_ID), "expires_at": NOW + HOLDS, "sandbox": True}
    await database.insert("auth.instagram", former)
    a_day_later()

    read = await held(instagram)
    await instagram.tokens.refresh()

    (stored,) = await database.all("auth.instagram")
    assert (read.token.get_secret_value(), read.account.user_id) == (clear, AGENCY_ID)
    assert stored["user_id"] == AGENCY_ID
    assert "SANDBOXLONG" not in str(stored)


async def test_a_new_first_key_seals_and_the_former_still_opens(
    instagram: InstagramAccount,
    open_instagram: OpenInstagram,
    database: Database,
    a_day_later: Callable[[], None],
) -> None:
    await connected(instagram)
    former = (await held(instagram)).token.get_secret_value()
    a_day_later()

    async with open_instagram(instagram_token_keys=f"{ANOTHER_KEY},{TOKEN_KEY}") as rotated:
        assert (await held(rotated)).token.get_secret_value() == former
        await rotated.tokens.refresh()

    (stored,) = await database.all("auth.instagram")
    assert Fernet(ANOTHER_KEY).decrypt(stored["token"]).startswith(b"SANDBOXLONG")


async def test_without_the_key_that_sealed_it_both_remedies_are_named(
    instagram: InstagramAccount, open_instagram: OpenInstagram
) -> None:
    await connected(instagram)

    async with open_instagram(instagram_token_keys=ANOTHER_KEY) as other:
        with pytest.raises(
            NotConfigured, match=r"add the former key, or connect the account again at /instagram/login"
        ):
            await other.tokens.refresh()
        await connected(other)
        assert await other.tokens.held()


async def test_without_any_key_that_is_said(open_instagram: OpenInstagram) -> None:
    async with open_instagram(instagram_token_keys=()) as instagram:
        with pytest.raises(NotConfigured, match="INSTAGRAM_TOKEN_KEYS is not set"):
            await instagram.tokens.refresh()


async def test_a_renewal_of_another_process_that_never_ends_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
    instagram: InstagramAccount,
    database: Database,
    a_day_later: Callable[[], None],
) -> None:
    monkeypatch.setattr("services.instagram_account.token.LONGEST_WAIT_S", 0.2)
    monkeypatch.setattr("services.instagram_account.token.LAST_WAIT_S", 0.2)
    await connected(instagram)
    a_day_later()
    far = NOW + timedelta(days=3650)
    await database.collection("data_analyst.refresh_state").insert_one(
        {"_id": "instagram_token", "owner": "another", "fence": 1, "until": far}
    )

    with pytest.raises(UpstreamFailed, match="takes long"):
        await instagram.tokens.refresh()


async def test_an_account_that_is_forgotten_meanwhile_is_none(instagram: InstagramAccount, database: Database) -> None:
    await connected(instagram)
    dead = await held(instagram)
    await database.collection("auth.instagram").delete_many({})

    with pytest.raises(UpstreamFailed, match="No Instagram account is connected"):
        await instagram.tokens.replace(dead)


async def test_what_is_held_does_not_show_the_token(instagram: InstagramAccount) -> None:
    await connected(instagram)
    found = await held(instagram)

    assert "SANDBOXLONG" not in f"{found!r} {found} {found.token}"
    assert found.account.token not in repr(found)
