from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import respx

from services import Services
from services.charts.keeper import ChartKeeper
from services.charts.outcomes import Outcome, Result
from services.charts.roster import read_roster
from services.charts.saved_pages import SavedPages
from services.charts.scraper import ChartScraper
from services.charts.sites import SITES, Site
from services.charts.sources import WebPages
from services.transport import HTTPPolicy, ProviderClient, Rate
from tests.builders import NOW, artist_document
from tests.conftest import Database
from tests.services.charts.conftest import SavePage
from tests.services.charts.html import (
    JUNO,
    NOVA,
    daily_page,
    daily_row,
    listener,
    listeners_page,
    song,
    table,
)
from tests.services.conftest import counted

LISTENERS, DAILY = "charts.kworb_spotify_listeners", "charts.kworb_spotify_country_charts"
ES_DAILY = "spotify/country/es_daily.html"
ONWARD = '<a href="listeners2.html">&gt;&gt;&gt;</a>'

MakeScraper = Callable[[], ChartScraper]


async def scraped(scraper: ChartScraper, *names: str, force: bool = False) -> list[Outcome]:
    return [outcome async for outcome in scraper.scrape(SITES[Site.KWORB].chosen(names), force=force)]


async def test_a_page_is_read_and_its_chart_stored(
    kworb: MakeScraper, save: SavePage, database: Database, services: Services
) -> None:
    save(ES_DAILY, daily_page(daily_row(1, song()), daily_row(2, song("Juno Vale", "Luna", artist=JUNO))))

    (outcome,) = await scraped(kworb(), "spotify-daily:es")

    assert (outcome.name, outcome.result, outcome.rows) == ("spotify-daily:es", Result.STORED, 2)
    (chart,) = await database.all(DAILY)
    assert (chart["country"], chart["period"], chart["date"]) == ("es", "daily", "2026-11-19")
    assert [(row["rank"], row["artist"], row["spotifyArtistId"]) for row in chart["data"]] == [
        (1, "Nova Ruiz", NOVA),
        (2, "Juno Vale", JUNO),
    ]


async def test_a_changed_page_is_refused_whole_and_the_stored_chart_stays(
    kworb: MakeScraper, save: SavePage, database: Database
) -> None:
    save(ES_DAILY, daily_page(daily_row(1, song())))
    await scraped(kworb(), "spotify-daily:es")
    before = await database.all(DAILY)
    save(ES_DAILY, table(("Pos", "Song", "Plays"), [("1", "Sol", "5")]))

    (outcome,) = await scraped(kworb(), "spotify-daily:es")

    assert (outcome.result, outcome.reason) == (
        Result.REFUSED,
        "expected a table with the columns Artist and Title, found 'pos | song | plays'",
    )
    assert await database.all(DAILY) == before


async def test_one_page_that_fails_keeps_no_other_from_coming_in(
    kworb: MakeScraper, save: SavePage, database: Database
) -> None:
    save(ES_DAILY, "garbled")
    save("spotify/country/pt_daily.html", daily_page(daily_row(1, song())))

    outcomes = await scraped(kworb(), "spotify-daily:es", "spotify-daily:fr", "spotify-daily:pt")

    assert [outcome.result for outcome in outcomes] == [Result.REFUSED, Result.ABSENT, Result.STORED]


async def test_every_page_counts_by_how_it_ended(kworb: MakeScraper, save: SavePage) -> None:
    before = counted("kisum_charts_scraped_total", site="kworb", result="absent")

    await scraped(kworb(), "radio")

    assert counted("kisum_charts_scraped_total", site="kworb", result="absent") == before + 1


async def test_a_chart_over_several_pages_is_one(kworb: MakeScraper, save: SavePage, database: Database) -> None:
    save("spotify/listeners.html", listeners_page(listener(1, "Nova Ruiz", NOVA, "9"), after=ONWARD))
    save("spotify/listeners2.html", listeners_page(listener(2, "Juno Vale", JUNO, "8")))

    (outcome,) = await scraped(kworb(), "listeners")

    assert outcome.rows == 2
    assert {row["spotifyId"] for row in await database.all(LISTENERS)} == {NOVA, JUNO}


async def test_a_page_further_on_that_changed_refuses_the_whole_chart(
    kworb: MakeScraper, save: SavePage, database: Database
) -> None:
    save("spotify/listeners.html", listeners_page(listener(1, "Nova Ruiz", NOVA, "9"), after=ONWARD))
    save("spotify/listeners2.html", "garbled")

    (outcome,) = await scraped(kworb(), "listeners")

    assert outcome.result is Result.REFUSED
    assert await database.all(LISTENERS) == []


async def test_of_saved_pages_those_that_are_there_make_the_chart(kworb: MakeScraper, save: SavePage) -> None:
    save("spotify/listeners.html", listeners_page(listener(1, "Nova Ruiz", NOVA, "9"), after=ONWARD))

    (outcome,) = await scraped(kworb(), "listeners")

    assert (outcome.result, outcome.rows) == (Result.STORED, 1)


async def test_pages_that_lead_in_a_circle_end(kworb: MakeScraper, save: SavePage) -> None:
    save("spotify/listeners.html", listeners_page(listener(1, "Nova Ruiz", NOVA, "9"), after=ONWARD))
    save("spotify/listeners2.html", listeners_page(listener(2, "Juno Vale", JUNO, "8"), after=ONWARD))

    (outcome,) = await scraped(kworb(), "listeners")

    assert (outcome.result, outcome.rows) == (Result.STORED, 2)


class Web:
    """The site over a network that the test plays."""

    def __init__(self, scraper: ChartScraper, network: respx.MockRouter) -> None:
        self.scraper = scraper
        self.network = network

    def answers(self, path: str, *answers: httpx.Response) -> respx.Route:
        return self.network.get(f"https://kworb.net/{path}").mock(side_effect=list(answers))


@pytest.fixture
async def web(services: Services, respx_mock: respx.MockRouter) -> Web:
    policy = HTTPPolicy(rate=Rate(1000, 1.0), retries=0, breaker_failures=2)
    client = ProviderClient("kworb", "https://kworb.net", policy, clock=lambda: NOW)
    source = WebPages(client, name="kworb", clock=lambda: NOW)
    keeper = ChartKeeper(services.store, await read_roster(services.store), source=source.name)
    return Web(ChartScraper(Site.KWORB, source, keeper, services.store.page_states), respx_mock)


def page(*rows: tuple[str, ...], etag: str = '"1"') -> httpx.Response:
    return httpx.Response(200, html=daily_page(*rows), headers={"ETag": etag})


async def test_what_has_not_changed_is_not_read_again(web: Web, database: Database) -> None:
    route = web.answers(ES_DAILY, page(daily_row(1, song())), httpx.Response(304))
    await scraped(web.scraper, "spotify-daily:es")

    (outcome,) = await scraped(web.scraper, "spotify-daily:es")

    assert outcome.result is Result.UNCHANGED
    assert [call.request.headers.get("if-none-match") for call in route.calls] == [None, '"1"']
    assert len(await database.all(DAILY)) == 1


async def test_forced_it_is_read_again(web: Web) -> None:
    route = web.answers(ES_DAILY, page(daily_row(1, song())), page(daily_row(1, song())))
    await scraped(web.scraper, "spotify-daily:es")

    (outcome,) = await scraped(web.scraper, "spotify-daily:es", force=True)

    assert outcome.result is Result.STORED
    assert "if-none-match" not in route.calls.last.request.headers


async def test_a_chart_that_somebody_dropped_is_asked_for_whole(web: Web, database: Database) -> None:
    route = web.answers(ES_DAILY, page(daily_row(1, song())), page(daily_row(1, song())))
    await scraped(web.scraper, "spotify-daily:es")
    await database.collection(DAILY).drop()

    await scraped(web.scraper, "spotify-daily:es")

    assert "if-none-match" not in route.calls.last.request.headers
    assert len(await database.all(DAILY)) == 1


async def test_what_was_refused_is_asked_for_again(web: Web) -> None:
    route = web.answers(
        ES_DAILY, page(daily_row(1, song())), page(daily_row(0, song()), etag='"2"'), page(daily_row(1, song()))
    )

    results = [(await scraped(web.scraper, "spotify-daily:es"))[0].result for _ in range(3)]

    assert results == [Result.STORED, Result.REFUSED, Result.STORED]
    assert route.calls.last.request.headers["if-none-match"] == '"1"'


async def test_what_has_shrunk_is_asked_for_again_too(web: Web) -> None:
    many = page(*(daily_row(rank, song(title=f"Sol {rank}")) for rank in range(1, 6)))
    route = web.answers(ES_DAILY, many, page(daily_row(1, song()), etag='"2"'), httpx.Response(304))

    results = [(await scraped(web.scraper, "spotify-daily:es"))[0].result for _ in range(3)]

    assert results == [Result.STORED, Result.REFUSED, Result.UNCHANGED]
    assert route.calls.last.request.headers["if-none-match"] == '"1"'


async def test_a_site_that_leads_on_to_nothing_refuses_the_chart(web: Web, database: Database) -> None:
    html = listeners_page(listener(1, "Nova Ruiz", NOVA, "9"), after=ONWARD)
    web.answers("spotify/listeners.html", httpx.Response(200, html=html))
    web.answers("spotify/listeners2.html", httpx.Response(404))

    (outcome,) = await scraped(web.scraper, "listeners")

    assert (outcome.result, outcome.reason) == (
        Result.REFUSED,
        "expected a page at spotify/listeners2.html, found nothing",
    )
    assert await database.all(LISTENERS) == []


async def test_a_site_that_fails_again_and_again_is_left_alone(web: Web) -> None:
    route = web.network.get(url__startswith="https://kworb.net/charts/shazam/").mock(return_value=httpx.Response(500))

    outcomes = await scraped(web.scraper, "shazam")

    assert [outcome.result for outcome in outcomes] == [Result.FAILED] * 3
    assert outcomes[0].reason == "kworb has a fault of its own (status 500)"
    assert "left alone" in (outcomes[-1].reason or "")
    assert route.call_count == 2


async def test_ids_of_artists_are_written_where_they_are_known(
    services: Services, database: Database, save: SavePage, tmp_path: Path
) -> None:
    await database.artists(artist_document())
    save(ES_DAILY, daily_page(daily_row(1, song())))
    source = SavedPages(tmp_path, SITES[Site.KWORB])
    keeper = ChartKeeper(services.store, await read_roster(services.store), source=source.name)

    (outcome,) = await scraped(ChartScraper(Site.KWORB, source, keeper, services.store.page_states), "spotify-daily:es")

    assert outcome.credited == 1
    assert [row["artist_id"] for chart in await database.all(DAILY) for row in chart["data"]] == [61]
