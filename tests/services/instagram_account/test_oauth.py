import asyncio
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from services.errors import BadInput, Forbidden, NotConfigured, ServiceError, Unavailable, UpstreamFailed
from services.instagram_account import InstagramAccount
from services.store import oauth_states
from tests.builders import NOW
from tests.conftest import Database
from tests.logins import (
    AGENCY_ID,
    CALLBACK,
    CLIENT_ID,
    OTHER,
    STEPS,
    came_back,
    connected,
    requests_for,
    set_by_hand,
)
from tests.sandboxes import Sandbox
from tests.services.conftest import counted
from tests.services.instagram_account.conftest import OpenInstagram

FAULTS = ("down", "token_dead", "truncated_json", "html_200")
A_STATE = "a" * 43


def nothing_was_exchanged(sandbox: Sandbox) -> bool:
    return requests_for(sandbox, "/oauth/access_token") == 0


async def test_the_browser_is_sent_to_instagram_with_what_is_configured(
    open_instagram: OpenInstagram, sandbox: Sandbox
) -> None:
    scopes = "instagram_business_basic,instagram_business_manage_insights"
    async with open_instagram(**set_by_hand(sandbox), instagram_scopes=scopes) as instagram:
        begun = await instagram.login.begin(callback="http://elsewhere.example/instagram/callback")

    query = parse_qs(urlsplit(begun.url).query)
    (state,) = query.pop("state")
    assert begun.url.startswith(f"{sandbox.bases['instagram-account']}/oauth/authorize?")
    assert query == {
        "client_id": [CLIENT_ID],
        "redirect_uri": [CALLBACK],
        "response_type": ["code"],
        "scope": [scopes],
    }
    assert len(state) == len(begun.browser) == 43


async def test_states_and_browsers_are_stored_as_hashes(instagram: InstagramAccount, database: Database) -> None:
    begun = await instagram.login.begin(callback=CALLBACK)

    (stored,) = await database.collection("auth.oauth_states").find({}).to_list(None)
    (state,) = parse_qs(urlsplit(begun.url).query)["state"]
    assert set(stored) == {"_id", "browser", "expiresAt"}
    assert state not in str(stored)
    assert begun.browser not in str(stored)


async def test_who_comes_back_is_connected(instagram: InstagramAccount, database: Database) -> None:
    account = await connected(instagram)

    assert (account.user_id, account.username) == (AGENCY_ID, "kisum.agency")
    assert (account.renewed_at, account.expires_at) == (NOW, NOW + timedelta(days=60))
    (stored,) = await database.all("auth.instagram")
    assert stored["token"] == account.token
    assert "SANDBOX" not in str(stored)


async def test_the_address_may_end_in_what_is_no_part_of_the_code(instagram: InstagramAccount) -> None:
    back = await came_back(instagram)

    account = await instagram.login.finish(replace(back, code=f"{back.code}#_"), callback=CALLBACK)

    assert account.user_id == AGENCY_ID


@pytest.mark.parametrize(
    "state", [None, "", A_STATE, "$ne", "x" * 4000], ids=["none", "empty", "forged", "odd", "long"]
)
async def test_a_state_that_nobody_was_given_is_refused(
    instagram: InstagramAccount, database: Database, sandbox: Sandbox, state: str | None
) -> None:
    back = await came_back(instagram)

    with pytest.raises(BadInput, match="begin again at /instagram/login"):
        await instagram.login.finish(replace(back, state=state), callback=CALLBACK)

    assert nothing_was_exchanged(sandbox)
    assert await database.all("auth.instagram") == []


async def test_a_state_works_once(instagram: InstagramAccount, sandbox: Sandbox) -> None:
    back = await came_back(instagram)
    await instagram.login.finish(back, callback=CALLBACK)

    with pytest.raises(BadInput, match="was used already"):
        await instagram.login.finish(back, callback=CALLBACK)

    assert requests_for(sandbox, "/oauth/access_token") == 1


async def test_a_state_is_over_after_ten_minutes(
    instagram: InstagramAccount, database: Database, sandbox: Sandbox
) -> None:
    back = await came_back(instagram)
    states = database.collection("auth.oauth_states")
    await states.update_one({}, [{"$set": {"expiresAt": {"$subtract": ["$expiresAt", 600_000]}}}])

    with pytest.raises(BadInput, match="is over"):
        await instagram.login.finish(back, callback=CALLBACK)

    assert nothing_was_exchanged(sandbox)


@pytest.mark.parametrize("browser", [None, "", A_STATE], ids=["without a cookie", "an empty one", "another"])
async def test_a_login_of_another_browser_is_refused_and_used_up(
    instagram: InstagramAccount, sandbox: Sandbox, browser: str | None
) -> None:
    back = await came_back(instagram)

    with pytest.raises(BadInput, match="another browser"):
        await instagram.login.finish(replace(back, browser=browser), callback=CALLBACK)

    with pytest.raises(BadInput, match="was used already"):
        await instagram.login.finish(back, callback=CALLBACK)
    assert nothing_was_exchanged(sandbox)


async def test_who_refuses_is_not_connected(instagram: InstagramAccount, sandbox: Sandbox) -> None:
    back = await came_back(instagram, "")

    with pytest.raises(Forbidden, match="refused at Instagram"):
        await instagram.login.finish(back, callback=CALLBACK)

    assert nothing_was_exchanged(sandbox)


@pytest.mark.parametrize("code", [None, "", "#_", "c" * 2049], ids=["none", "empty", "only its ending", "too long"])
async def test_an_answer_without_a_code_is_refused(
    instagram: InstagramAccount, sandbox: Sandbox, code: str | None
) -> None:
    back = await came_back(instagram)

    with pytest.raises(BadInput, match="has no code"):
        await instagram.login.finish(replace(back, code=code), callback=CALLBACK)

    assert nothing_was_exchanged(sandbox)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
async def test_an_exchange_that_fails_at_any_step_leaves_what_is_stored(
    instagram: InstagramAccount, database: Database, sandbox: Sandbox, step: str, fault: str
) -> None:
    await connected(instagram)
    stored = await database.all("auth.instagram")
    back = await came_back(instagram)
    sandbox.fault("instagram-account", body={"named": fault}, path=STEPS[step])

    with pytest.raises(UpstreamFailed, match=r"^Instagram .*, so no account was connected"):
        await instagram.login.finish(back, callback=CALLBACK)

    assert await database.all("auth.instagram") == stored


async def test_another_account_is_refused_and_what_is_stored_stays(
    instagram: InstagramAccount, database: Database
) -> None:
    await connected(instagram)
    stored = await database.all("auth.instagram")

    with pytest.raises(Forbidden, match=r"@somebody\.else is not the account .* instagram-account forget"):
        await connected(instagram, OTHER)

    assert await database.all("auth.instagram") == stored


@pytest.mark.parametrize(
    "named", [AGENCY_ID, "kisum.agency", "@Kisum.Agency"], ids=["id", "username", "as it is shown"]
)
async def test_the_account_that_is_named_alone_may_be_connected(open_instagram: OpenInstagram, named: str) -> None:
    async with open_instagram(instagram_account=named) as instagram:
        with pytest.raises(Forbidden, match="INSTAGRAM_ACCOUNT"):
            await connected(instagram, OTHER)

        assert (await connected(instagram)).user_id == AGENCY_ID


async def test_the_same_account_may_be_connected_again(instagram: InstagramAccount, database: Database) -> None:
    first = await connected(instagram)

    second = await connected(instagram)

    (stored,) = await database.all("auth.instagram")
    assert stored["token"] == second.token != first.token


async def test_of_two_returns_with_one_state_one_is_taken(instagram: InstagramAccount, sandbox: Sandbox) -> None:
    back = await came_back(instagram)

    ended = await asyncio.gather(
        *(instagram.login.finish(back, callback=CALLBACK) for _ in range(2)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in ended) == ["BadInput", "StoredAccount"]
    assert requests_for(sandbox, "/oauth/access_token") == 1


async def test_of_two_accounts_at_once_one_is_connected(
    instagram: InstagramAccount, open_instagram: OpenInstagram, database: Database
) -> None:
    async with open_instagram() as another_process:
        backs = [await came_back(instagram), await came_back(another_process, OTHER)]
        ended = await asyncio.gather(
            *(
                process.login.finish(back, callback=CALLBACK)
                for process, back in zip((instagram, another_process), backs, strict=True)
            ),
            return_exceptions=True,
        )

    (kept,) = [one for one in ended if not isinstance(one, BaseException)]
    (refused,) = [one for one in ended if isinstance(one, BaseException)]
    assert isinstance(refused, Forbidden)
    assert [stored["user_id"] for stored in await database.all("auth.instagram")] == [kept.user_id]


async def test_a_clear_token_of_nobody_known_is_not_taken_over(
    open_instagram: OpenInstagram, database: Database
) -> None:
    await database.insert("auth.instagram", {"access_token": "an-old-token", "sandbox": True})

    async with open_instagram() as instagram:
        with pytest.raises(Forbidden, match="is not the account that is connected here"):
            await connected(instagram)
    async with open_instagram(instagram_account=AGENCY_ID) as instagram:
        account = await connected(instagram)

    assert [stored["token"] for stored in await database.all("auth.instagram")] == [account.token]


async def test_no_more_logins_are_open_than_may_be(
    instagram: InstagramAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth_states, "MOST", 2)
    await instagram.login.begin(callback=CALLBACK)
    await instagram.login.begin(callback=CALLBACK)

    with pytest.raises(Unavailable, match="Too many logins"):
        await instagram.login.begin(callback=CALLBACK)


@pytest.mark.parametrize(
    "missing",
    ["instagram_client_id", "instagram_client_secret", "instagram_redirect_uri", "instagram_token_keys"],
)
async def test_what_is_not_configured_is_named(open_instagram: OpenInstagram, sandbox: Sandbox, missing: str) -> None:
    async with open_instagram(**set_by_hand(sandbox) | {missing: None if missing[-1] != "s" else ()}) as instagram:
        with pytest.raises(NotConfigured, match=missing.upper()):
            await instagram.login.begin(callback=CALLBACK)

        assert not instagram.login.is_possible


@pytest.mark.parametrize(
    ("account", "change", "outcome"),
    [("kisum.agency", {}, "connected"), ("", {}, "refused"), ("kisum.agency", {"state": A_STATE}, "state")],
    ids=["connected", "refused", "state"],
)
async def test_returns_are_counted(
    instagram: InstagramAccount, account: str, change: dict[str, str], outcome: str
) -> None:
    before = counted("kisum_instagram_logins_total", outcome=outcome)
    back = replace(await came_back(instagram, account), **change)

    try:
        await instagram.login.finish(back, callback=CALLBACK)
    except ServiceError as error:
        told = str(error)
        assert told

    assert counted("kisum_instagram_logins_total", outcome=outcome) == before + 1


async def test_the_sandboxs_account_is_none_to_the_real_instagram(
    instagram: InstagramAccount, open_instagram: OpenInstagram, sandbox: Sandbox
) -> None:
    await connected(instagram)

    async with open_instagram(**set_by_hand(sandbox)) as real:
        assert await real.tokens.held() is None
        assert (await connected(real, OTHER)).username == OTHER
