from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
import respx

from services.charts.sites import SITES, Site
from services.charts.sources import Fetched, Got, WebPages
from services.model.scraped import NOTHING_KNOWN, Validators
from services.transport import ProviderClient, ProviderError, Rate
from tests.builders import NOW

URL = "https://kworb.net/radio/"
VALIDATORS = Validators('"abc"', "Fri, 20 Nov 2026 08:00:00 GMT")


@pytest.fixture
async def pages() -> AsyncIterator[WebPages]:
    row = SITES[Site.KWORB]
    policy = replace(row.policy, rate=Rate(1000, 1.0), retries=0)
    client = ProviderClient("kworb", row.base_url, policy, clock=lambda: NOW)
    yield WebPages(client, name="kworb", clock=lambda: NOW)
    await client.close()


async def test_a_page_comes_with_what_the_site_knows_it_by(respx_mock: respx.MockRouter, pages: WebPages) -> None:
    headers = {"ETag": '"abc"', "Last-Modified": "Fri, 20 Nov 2026 08:00:00 GMT"}
    route = respx_mock.get(URL).mock(
        return_value=httpx.Response(200, content="<p>Beyoncé</p>".encode(), headers=headers)
    )

    fetched = await pages.get("radio/", NOTHING_KNOWN)

    assert fetched == Fetched(Got.TEXT, NOW, "<p>Beyoncé</p>", validators=VALIDATORS)
    sent = route.calls.last.request.headers
    assert (sent["accept"], sent["user-agent"].partition("/")[0]) == ("text/html", "KisumMusicDataAnalyst")
    assert not {"if-none-match", "if-modified-since"} & sent.keys()


async def test_a_known_page_is_asked_for_only_if_it_changed(respx_mock: respx.MockRouter, pages: WebPages) -> None:
    route = respx_mock.get(URL).mock(return_value=httpx.Response(304))

    assert await pages.get("radio/", VALIDATORS) == Fetched(Got.UNCHANGED, NOW)

    sent = route.calls.last.request.headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == (VALIDATORS.etag, VALIDATORS.last_modified)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_is_not_there_is_absent(respx_mock: respx.MockRouter, pages: WebPages, status: int) -> None:
    respx_mock.get(URL).mock(return_value=httpx.Response(status, html="<h1>Not Found</h1>"))

    assert (await pages.get("radio/", NOTHING_KNOWN)).got is Got.ABSENT


@pytest.mark.parametrize("status", [403, 429, 500])
async def test_a_site_that_refuses_is_a_fault(respx_mock: respx.MockRouter, pages: WebPages, status: int) -> None:
    respx_mock.get(URL).mock(return_value=httpx.Response(status))

    with pytest.raises(ProviderError):
        await pages.get("radio/", NOTHING_KNOWN)


async def test_what_is_no_utf_8_is_read_as_far_as_it_goes(respx_mock: respx.MockRouter, pages: WebPages) -> None:
    respx_mock.get(URL).mock(return_value=httpx.Response(200, content=b"\xef\xbb\xbf<p>\xff</p>"))

    assert (await pages.get("radio/", NOTHING_KNOWN)).html == "<p>\N{REPLACEMENT CHARACTER}</p>"
