"""The Instagram account in a browser, from the page at the root to a profile, with the sandbox as Instagram."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.conftest import ServeApp
from tests.logins import AGENCY_ID, NAME, played, renewals
from tests.sandboxes import Sandbox


@pytest.fixture
async def server(serve: ServeApp, sandbox: Sandbox) -> AsyncIterator[str]:
    """The address of an app whose Instagram is the sandbox's."""
    async with serve(**played(sandbox)) as address:
        yield address


async def log_in(page: Page, server: str, *, button: str = "Approve as kisum.agency") -> None:
    await page.goto(server)
    await page.get_by_role("link", name="Instagram").click()
    await page.get_by_role("button", name=button).click()


async def me(page: Page, server: str) -> tuple[int, str]:
    """The status of the profile, and its id or what is wrong."""
    answer = await page.request.get(f"{server}/instagram/me")
    told = await answer.json()
    return answer.status, told["data"]["user_id"] if answer.ok else told["detail"]


async def test_the_whole_flow(server: str, open_page: OpenPage, sandbox: Sandbox, complaints: list[str]) -> None:
    page = await open_page(server)

    await log_in(page, server)
    await expect(page.get_by_role("heading")).to_have_text("Instagram is connected")
    await expect(page.locator("main p")).to_have_text(
        f"@kisum.agency ({AGENCY_ID}) is connected. Its token holds until 19 January 2027, and can be renewed."
    )
    connected = await me(page, server)

    sandbox.tokens("expired")
    renewed = [await me(page, server) for _ in range(2)]
    renewed_so_far = renewals(sandbox)

    sandbox.tokens("revoked")
    status, detail = await me(page, server)

    await log_in(page, server)
    await expect(page.get_by_role("heading")).to_have_text("Instagram is connected")

    assert connected == (200, AGENCY_ID)
    assert (renewed, renewed_so_far) == ([(200, AGENCY_ID)] * 2, 1)
    assert (status, "connect the account again at /instagram/login" in detail) == (502, True)
    assert await me(page, server) == (200, AGENCY_ID)
    # A picture that was still to come when the person went on is no defect.
    expected = (f"asked {sandbox.url}/{NAME}/", "ERR_ABORTED")
    assert [told for told in complaints if not any(text in told for text in expected)] == []


async def test_a_refusal_is_told_and_the_login_begun_again(server: str, open_page: OpenPage) -> None:
    page = await open_page(server)

    await log_in(page, server, button="Refuse")
    await expect(page.get_by_role("heading")).to_have_text("No account was connected")
    await page.get_by_role("link", name="Begin again").click()
    await page.get_by_role("button", name="Approve as kisum.agency").click()

    await expect(page.get_by_role("heading")).to_have_text("Instagram is connected")


async def test_the_cookie_is_not_for_scripts(server: str, open_page: OpenPage) -> None:
    page = await open_page(server)

    await page.get_by_role("link", name="Instagram").click()

    (cookie,) = await page.context.cookies(f"{server}/instagram/callback")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/instagram")


async def test_a_return_that_is_loaded_again_is_refused(server: str, open_page: OpenPage) -> None:
    page = await open_page(server)
    await log_in(page, server)
    await expect(page.get_by_role("heading")).to_have_text("Instagram is connected")

    answer = await page.reload()

    assert answer is not None
    assert answer.status == 400
    await expect(page.get_by_role("heading")).to_have_text("No account was connected")
