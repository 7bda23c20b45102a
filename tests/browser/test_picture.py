from datetime import date, timedelta

import pytest
from playwright.async_api import Page

from services.popularity.picture import HEIGHT, WIDTH
from tests.browser.conftest import OpenPage
from tests.builders import artist_document, point_document
from tests.conftest import Database

PICTURE = "/artists/61/popularity/spotify.svg"
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(30, 33, 40)"}


@pytest.fixture(autouse=True)
async def _stored(database: Database) -> None:
    await database.artists(artist_document(61))
    days = (date(2025, 11, 1) + timedelta(days=number) for number in range(365))
    await database.points(*(point_document(day.isoformat(), 50 + day.month) for day in days))


async def colour_of(page: Page, kind: str, what: str) -> str:
    script = "([kind, what]) => getComputedStyle(document.querySelector(`.${kind}`))[what]"
    colour: str = await page.evaluate(script, [kind, what])
    return colour


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_picture_has_the_colours_that_its_reader_prefers(
    server: str, open_page: OpenPage, complaints: list[str], scheme: str
) -> None:
    page = await open_page(f"{server}{PICTURE}", color_scheme=scheme)

    assert await colour_of(page, "ground", "fill") == PAPER[scheme]
    assert complaints == []


async def test_a_page_shows_it_as_wide_as_there_is_room(
    server: str, open_page: OpenPage, complaints: list[str]
) -> None:
    page = await open_page(f"{server}/docs")
    await page.set_content(f'<div style="width:320px"><img src="{PICTURE}" alt="" style="width:100%"></div>')

    size = await page.locator("img").evaluate("async image => (await image.decode(), [image.width, image.height])")

    assert size == [320, 160]
    assert complaints == []


@pytest.mark.parametrize("values", [[50 + day // 20 for day in range(365)], [100], [100, *[50] * 9]], ids=len)
async def test_no_text_lies_outside_the_picture(
    server: str, open_page: OpenPage, database: Database, values: list[int]
) -> None:
    await database.collection("data_analyst.artist_popularity").delete_many({})
    days = (date(2025, 11, 1) + timedelta(days=number) for number in range(len(values)))
    await database.points(*(point_document(day.isoformat(), value) for day, value in zip(days, values, strict=True)))

    page = await open_page(f"{server}{PICTURE}")

    script = "found => found.map(text => text.getBBox()).map(box => [box.x, box.y, box.width, box.height])"
    boxes = await page.locator("text").evaluate_all(script)
    assert all(x >= 0 and x + width <= WIDTH and y >= 0 and y + height <= HEIGHT for x, y, width, height in boxes)
