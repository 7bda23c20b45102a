import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from graphql import build_schema, parse, validate
from playwright.async_api import FloatRect, Locator, Page, ViewportSize, expect

from schema import printed_schema
from services import Services
from tests.browser.conftest import OpenPage
from tests.builders import artist_document, stats_document
from tests.conftest import Database, ServeApp
from tests.services.conftest import counted, eventually
from tests.talking import end_refresh

KEY = "sesame-open"
TABS = ["Roster", "OneArtist", "Popularity", "Charts", "Search", "TopArtists", "Refreshes", "Metrics"]
EXAMPLES = Path(__file__).parents[2] / "routes" / "static" / "graphiql" / "examples.json"
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
async def artists(database: Database) -> None:
    await database.artists(artist_document(1), artist_document(2, name="Juno Vale"))
    await database.stats(stats_document(1, spotify_monthly_listeners=5_102_233))


@pytest.fixture
async def keyed_server(serve: ServeApp) -> AsyncIterator[str]:
    async with serve(musicdata_internal_api_key=KEY) as address:
        yield address


async def test_a_first_visit_runs_the_first_example_and_shows_the_rows(server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{server}/graphql")

    await run(page)

    await expect(page).to_have_title("GraphiQL · Kisum MusicData Analyst")
    await expect(tabs(page)).to_have_text(TABS)
    await expect(answer(page)).to_contain_text("Nova Ruiz")
    await expect(answer(page)).to_contain_text("5102233")


async def test_a_visit_asks_this_server_alone_and_keeps_to_its_policy(
    server: str, open_page: OpenPage, complaints: list[str]
) -> None:
    page = await open_page(f"{server}/graphql")

    await run(page)
    await expect(answer(page)).to_contain_text("Nova Ruiz")
    await page.get_by_role("button", name="Prettify query").click()
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    await expect(page.get_by_role("link", name="ArtistStats", exact=True)).to_be_visible()

    assert complaints == []
    assert "default-src 'none'" in await policy(page)


async def test_another_visit_finds_the_tabs_as_they_were_left(server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{server}/graphql")
    await tabs(page).last.click()
    await query(page).click()
    await page.keyboard.press("Control+A")
    await page.keyboard.insert_text("query Mine { metrics { label } }")
    await expect(tabs(page)).to_have_text([*TABS[:-1], "Mine"])
    await stored(page, "query Mine")

    await page.reload()

    await expect(tabs(page)).to_have_text([*TABS[:-1], "Mine"])
    await expect(query(page)).to_contain_text("query Mine")


async def test_an_example_opens_in_a_tab_of_its_own(server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{server}/graphql")
    await expect(query(page)).to_contain_text("query Roster")

    await page.get_by_role("button", name="Examples").click()
    await page.get_by_role("menuitem", name="Metrics").click()

    await expect(tabs(page)).to_have_text([*TABS, "Metrics"])
    await expect(query(page)).to_contain_text("query Metrics")


async def test_a_subscription_shows_each_refresh_as_it_ends_until_it_is_stopped(
    keyed_server: str, open_page: OpenPage, services: Services, complaints: list[str]
) -> None:
    page = await open_page(f"{keyed_server}/graphql")
    await enter(page, KEY)
    await tabs(page).get_by_text("Refreshes").click()
    await expect(query(page)).to_contain_text("subscription Refreshes")
    await end_refresh(services.store, 1)

    await run(page)
    await expect(answer(page)).to_contain_text("Nova Ruiz")
    await end_refresh(services.store, 2)
    await expect(answer(page)).to_contain_text("Juno Vale")
    await page.get_by_role("button", name="Stop query").click()

    await expect(page.get_by_role("button", name="Execute query")).to_be_visible()
    await eventually(nobody_listens)
    # The first answer, before there was a key, and the stream that was stopped.
    assert all("401" in told or "ERR_ABORTED" in told for told in complaints)


async def test_the_field_explorer_adds_a_field_to_the_query(server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{server}/graphql")

    await page.get_by_role("button", name="Show GraphiQL Explorer").click()
    await page.get_by_text("sortName", exact=True).click()

    await expect(query(page)).to_contain_text("sortName")


async def test_a_server_that_needs_a_key_says_so_and_awaits_it(keyed_server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{keyed_server}/graphql")

    await expect(notice(page)).to_have_text("This server needs an API key: enter it here.")
    await expect(key(page)).to_be_focused()


async def test_a_key_that_is_not_valid_is_said_to_be_so(keyed_server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{keyed_server}/graphql")

    await enter(page, "wrong")

    await expect(notice(page)).to_have_text("The server doesn't accept this API key.")
    await expect(key(page)).to_be_focused()


async def test_a_valid_key_opens_the_server_until_the_tab_is_closed(keyed_server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{keyed_server}/graphql")
    await expect(notice(page)).not_to_be_empty()

    await enter(page, KEY)
    await expect(notice(page)).to_be_empty()
    await page.reload()
    await run(page)

    await expect(answer(page)).to_contain_text("Nova Ruiz")
    await expect(notice(page)).to_be_empty()


async def test_the_key_is_kept_by_the_tab_alone(keyed_server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{keyed_server}/graphql")

    await enter(page, KEY)
    await run(page)
    await expect(answer(page)).to_contain_text("Nova Ruiz")
    await stored(page, "query Roster")

    assert KEY in await page.evaluate("JSON.stringify(sessionStorage)")
    assert KEY not in await page.evaluate("JSON.stringify(localStorage)")
    assert KEY not in page.url
    assert await page.context.cookies() == []


async def test_the_key_is_hidden_until_it_is_asked_for(server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{server}/graphql")
    await expect(key(page)).to_have_attribute("type", "password")

    await page.get_by_role("button", name="Show the API key").click()

    await expect(key(page)).to_have_attribute("type", "text")


@pytest.mark.parametrize(("scheme", "background"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(33, 42, 59)")])
async def test_the_page_is_light_or_dark_as_the_system_is(
    server: str, open_page: OpenPage, scheme: str, background: str
) -> None:
    page = await open_page(f"{server}/graphql", color_scheme=scheme)

    for container in await page.locator(".graphiql-container").all():
        await expect(container).to_have_css("background-color", background)
    await expect(page.locator(".graphiql-container")).to_have_count(2)


@pytest.mark.parametrize("panel", [None, "Documentation Explorer"], ids=["as it opens", "documentation shown"])
async def test_a_phone_has_the_answer_below_the_query_and_nothing_beside_the_screen(
    server: str, open_page: OpenPage, panel: str | None
) -> None:
    page = await open_page(f"{server}/graphql", viewport=PHONE)
    await expect(query(page)).to_contain_text("query Roster")

    if panel:
        await page.get_by_role("button", name=f"Show {panel}").click()
        await expect(page.get_by_role("button", name=f"Hide {panel}")).to_be_visible()
    asked, answered = await box(page, ".graphiql-editors"), await box(page, ".graphiql-response")

    assert asked["y"] + asked["height"] <= answered["y"]
    assert max(shape["x"] + shape["width"] for shape in (asked, answered)) <= PHONE["width"]
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


async def test_the_way_back_leads_to_the_start(server: str, open_page: OpenPage) -> None:
    page = await open_page(f"{server}/graphql")

    await page.get_by_role("link", name="Kisum MusicData Analyst").click()

    await expect(page).to_have_url(f"{server}/")


@pytest.mark.parametrize(
    "example",
    [pytest.param(example, id=example["title"]) for example in orjson.loads(EXAMPLES.read_bytes())],
)
def test_every_example_says_what_it_shows_and_is_valid(example: dict[str, str]) -> None:
    query = example["query"]

    assert query.startswith("# ")
    assert validate(build_schema(printed_schema()), parse(query)) == []


def tabs(page: Page) -> Locator:
    return page.locator(".graphiql-tab-button")


def query(page: Page) -> Locator:
    return page.locator(".graphiql-query-editor .view-lines")


def answer(page: Page) -> Locator:
    return page.locator(".result-window .view-lines")


def key(page: Page) -> Locator:
    return page.get_by_label("API key", exact=True)


def notice(page: Page) -> Locator:
    return page.get_by_role("banner").get_by_role("alert")


async def run(page: Page) -> None:
    await page.get_by_role("button", name="Execute query").click()


async def enter(page: Page, value: str) -> None:
    await key(page).fill(value)
    await key(page).press("Enter")


async def box(page: Page, selector: str) -> FloatRect:
    found = await page.locator(selector).bounding_box()
    assert found is not None
    return found


async def stored(page: Page, text: str) -> None:
    """Return once GraphiQL, which takes its time, has stored its tabs with this text in them."""
    async with asyncio.timeout(10):
        await page.evaluate(
            """text => new Promise(done => {
                const look = () => localStorage.getItem("graphiql:tabState")?.includes(text)
                    ? done() : requestAnimationFrame(look);
                look();
            })""",
            text,
        )


async def nobody_listens() -> bool:
    return counted("kisum_streams_open", what="subscriptions") == 0


async def policy(page: Page) -> str:
    answered = await page.request.get(page.url, headers={"accept": "text/html"})
    return answered.headers["content-security-policy"]
