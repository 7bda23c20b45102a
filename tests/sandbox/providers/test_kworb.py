import pytest

from sandbox.artists import Artist
from services.charts import SITES, Site
from tests.sandbox.conftest import AskProvider

KWORB = SITES[Site.KWORB]


@pytest.mark.parametrize(
    "name",
    [
        "listeners",
        "top-artists",
        "global-artists",
        "current",
        "spotify-daily:es",
        "spotify-weekly:global",
        "spotify-daily-totals:us",
        "spotify-weekly-totals:us",
        "itunes-world",
        "apple-music-world",
        "itunes:es",
        "apple-music:kr",
        "deezer:fr",
        "shazam:de",
        "radio",
        "radio-archive:20261119",
        "youtube",
        "youtube-weekly:br",
        "youtube-daily:br",
    ],
)
def test_the_products_reader_reads_the_page(ask: AskProvider, name: str) -> None:
    (page,) = KWORB.chosen([name])

    answer = ask("kworb", f"/{page.path}")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html")
    assert len(page.kind.read(answer.text).rows) > 25


def test_the_listeners_go_on_over_pages_until_the_last(ask: AskProvider) -> None:
    (page,) = KWORB.chosen(["listeners"])
    path: str | None = page.path
    artists: list[str] = []

    while path:
        read = page.kind.read(ask("kworb", f"/{path}").text)
        artists += [row.artist for row in read.rows]
        path = read.next_path

    assert len(artists) > 1000
    assert ask("kworb", "/spotify/listeners9.html").status_code == 404


def test_nova_stands_in_it_with_her_id(ask: AskProvider, nova: Artist) -> None:
    (page,) = KWORB.chosen(["listeners"])
    found = [
        row.facts["spotifyId"]
        for path in (page.path, "spotify/listeners2.html", "spotify/listeners3.html")
        for row in page.kind.read(ask("kworb", f"/{path}").text).rows
        if row.artist == nova.name
    ]

    assert found == [nova.ids["spotify"]]


@pytest.mark.parametrize(
    "path",
    [
        "/spotify/country/xx_daily.html",
        "/spotify/country/es_hourly.html",
        "/charts/shazam/xx.html",
        "/charts/tidal/es.html",
        "/youtube/insights/xx.html",
        "/radio/archives/20990101.html",
        "/radio/archives/soon.html",
    ],
)
def test_what_it_has_not_is_a_page_that_says_so(ask: AskProvider, path: str) -> None:
    answer = ask("kworb", path)

    assert (answer.status_code, "<h1>Not Found</h1>" in answer.text) == (404, True)


def test_a_page_that_has_not_changed_is_answered_with_304(ask: AskProvider) -> None:
    tag = ask("kworb", "/radio/").headers["etag"]

    assert ask("kworb", "/radio/", headers={"If-None-Match": tag}).status_code == 304
