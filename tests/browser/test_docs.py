from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

from routes import ROUTES
from tests.browser.conftest import OpenPage
from tests.builders import artist_document, stats_document
from tests.conftest import Database, ServeApp

KEY = "sesame-open"
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
async def artists(database: Database) -> None:
    await database.artists(artist_document(61))
    await database.stats(stats_document(61))


@pytest.fixture
async def keyed_server(serve: ServeApp) -> AsyncIterator[str]:
    async with serve(musicdata_internal_api_key=KEY) as address:
        yield address


async def test_every_route_is_listed(server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{server}/docs")

    listed = page.locator(".opblock-summary-path")
    await expect(listed).to_have_count(sum(len(row.methods) for row in ROUTES))
    assert {await path.get_attribute("data-path") for path in await listed.all()} == {row.path for row in ROUTES}
    await expect(page).to_have_title("REST · Kisum MusicData Analyst")


async def test_an_example_is_tried_at_this_server_alone_and_within_the_policy(
    server: str, open_page: OpenPage, complaints: list[str]
) -> None:
    page = await open_page(f"{server}/docs")

    await try_stats(page)

    await expect(status(page)).to_have_text("200")
    await expect(answer(page)).to_contain_text("1204331")
    assert complaints == []


async def test_without_its_key_a_server_refuses_what_is_tried(keyed_server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{keyed_server}/docs")

    await try_stats(page)

    await expect(status(page)).to_contain_text("401")
    await expect(answer(page)).to_contain_text("UNAUTHENTICATED")


@pytest.mark.parametrize("scheme", ["X-Internal-API-Key", "x-api-key", "Bearer"])
async def test_a_key_is_taken_for_each_header(keyed_server: str, open_page: OpenPage, scheme: str) -> None:
    page = await open_page(f"{keyed_server}/docs")

    await authorize(page, scheme)
    await try_stats(page)

    await expect(status(page)).to_have_text("200")


async def test_the_key_is_kept_by_the_tab_alone_until_it_is_taken_back(keyed_server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{keyed_server}/docs")
    await authorize(page, "X-Internal-API-Key")

    await page.reload()
    await try_stats(page)

    await expect(status(page)).to_have_text("200")
    assert KEY in await page.evaluate("JSON.stringify(sessionStorage)")
    assert KEY not in await page.evaluate("JSON.stringify(localStorage)")
    assert await page.context.cookies() == []

    await open_authorizations(page)
    await page.get_by_role("button", name="Remove authorization").click()

    assert await page.evaluate("sessionStorage.length") == 0


async def test_a_key_that_graphiql_was_given_is_used_here_too(keyed_server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{keyed_server}/graphql")
    field = page.get_by_label("API key", exact=True)
    await field.fill(KEY)
    await field.press("Enter")
    await expect(page.get_by_role("banner").get_by_role("alert")).to_be_empty()

    await page.goto(f"{keyed_server}/docs")
    await try_stats(page)

    await expect(status(page)).to_have_text("200")


@pytest.mark.parametrize(("scheme", "background"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(28, 32, 34)")])
async def test_the_page_is_light_or_dark_as_the_system_is(
    server: str, open_page: OpenPage, scheme: str, background: str
) -> None:
    page = await open_page(f"{server}/docs", color_scheme=scheme)

    await expect(page.locator("html")).to_have_css("background-color", background)


async def test_a_phone_shows_nothing_beside_the_screen(server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{server}/docs", viewport=PHONE)

    await try_stats(page)
    await expect(status(page)).to_have_text("200")

    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_the_example_of_a_picture_is_its_text(server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{server}/docs")
    picture = page.locator("#operations-popularity-popularity_picture")

    await picture.locator(".opblock-summary-control").click()

    example = picture.locator(".response[data-code='200'] .highlight-code")
    await expect(example).to_contain_text("<title>Nova Ruiz: Popularity on Spotify")


def stats(page: Page) -> Locator:
    return page.locator("#operations-stats-stats")


def status(page: Page) -> Locator:
    return stats(page).locator(".live-responses-table .response .response-col_status")


def answer(page: Page) -> Locator:
    return stats(page).locator(".live-responses-table .highlight-code").first


async def try_stats(page: Page) -> None:
    await stats(page).locator(".opblock-summary-control").click()
    await stats(page).get_by_role("button", name="Try it out").click()
    await stats(page).get_by_role("button", name="Execute").click()


async def open_authorizations(page: Page) -> None:
    await page.locator(".scheme-container").get_by_role("button", name="Authorize").click()


async def authorize(page: Page, scheme: str) -> None:
    await open_authorizations(page)
    way = page.locator(".auth-container").filter(has=page.get_by_role("heading", name=scheme))
    await way.get_by_role("textbox").fill(KEY)
    await way.get_by_role("button", name="Apply credentials").click()
    await page.locator(".close-modal").click()
