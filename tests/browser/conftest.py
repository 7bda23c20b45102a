"""A real browser, and the app served to it over HTTP.

Playwright's wheel drives the Chromium that the machine has. Where there is none the tests are skipped, but fail where
`CI` is set, so that nobody takes them for green.
"""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

from tests.conftest import ServeApp

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the machine's Chromium."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("No Chromium is installed, and CI is set: install one, such as Debian's package `chromium`.")
    pytest.skip("No Chromium is installed: Debian's package `chromium` brings one.")


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium)
        yield browser
        await browser.close()


@pytest.fixture
async def server(serve: ServeApp) -> AsyncIterator[str]:
    """The address of the app without keys."""
    async with serve() as address:
        yield address


@pytest.fixture
def complaints() -> list[str]:
    """What pages complained of and whom else they asked; a test says what it expects."""
    return []


@pytest.fixture
def open_page(browser: Browser, complaints: list[str]) -> OpenPage:
    """Opens an address as somebody who was never there; keywords are those of a browser's context."""

    async def open_page(address: str, **context: Any) -> Page:
        page = await (await browser.new_context(**context)).new_page()
        host = urlsplit(address).netloc

        def hear_console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                complaints.append(message.text)

        def hear_request(request: Request) -> None:
            asked = urlsplit(request.url)
            if asked.scheme not in {"data", "blob"} and asked.netloc != host:
                complaints.append(f"asked {request.url}")

        page.on("console", hear_console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", hear_request)
        page.on("requestfailed", lambda request: complaints.append(f"failed {request.url}: {request.failure}"))
        await page.goto(address)
        return page

    return open_page
