import pytest
from playwright.async_api import ViewportSize, expect

from settings import version
from tests.browser.conftest import OpenPage
from tests.builders import artist_document
from tests.conftest import Database

PHONE: ViewportSize = {"width": 390, "height": 844}


async def test_the_page_tells_what_runs_here(
    server: str, open_page: OpenPage, database: Database, complaints: list[str]
) -> None:
    await database.artists(artist_document(1), artist_document(2))

    page = await open_page(server)

    told = dict(
        zip(await page.locator("dt").all_inner_texts(), await page.locator("dd").all_inner_texts(), strict=True)
    )
    assert (told["Version"], told["Artists"]) == (version(), "2")
    assert set(told) == {"Version", "Database", "Artists", "Keys", "Providers"}
    assert complaints == []


async def test_every_link_leads_somewhere(server: str, open_page: OpenPage) -> None:
    page = await open_page(server)

    links = [await link.get_attribute("href") for link in await page.get_by_role("link").all()]
    statuses = {
        link: (await page.request.get(f"{server}{link}", headers={"accept": "text/html"})).status for link in links
    }

    assert len(links) >= 7
    assert set(statuses.values()) == {200}


@pytest.mark.parametrize(("scheme", "background"), [("light", "rgb(250, 250, 252)"), ("dark", "rgb(21, 23, 28)")])
async def test_the_page_is_light_or_dark_as_the_system_is(
    server: str, open_page: OpenPage, scheme: str, background: str
) -> None:
    page = await open_page(server, color_scheme=scheme)

    await expect(page.locator("body")).to_have_css("background-color", background)


async def test_a_phone_shows_nothing_beside_the_screen(server: str, open_page: OpenPage) -> None:
    page = await open_page(server, viewport=PHONE)

    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
