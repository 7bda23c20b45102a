import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.charts.saved_pages import SavedPages, path_of
from services.charts.sites import SITES, Site
from services.charts.sources import Got
from services.model.scraped import NOTHING_KNOWN
from tests.services.charts.conftest import SavePage
from tests.services.charts.html import NOVA, billboard_page, billboard_row, listener, listeners_page, table

KWORB, BILLBOARD = SITES[Site.KWORB], SITES[Site.BILLBOARD]
NOTE = "<!-- source: https://kworb.net/charts/apple_s/kr.html | chart: Apple Korea -->"
CHOSEN_MENU = (
    '<ul><li><a href="/spotify/">Countries</a></li><li><a class="chosen" href="/spotify/listeners.html">L</a></ul>'
)

CHOSEN = CHOSEN_MENU + listeners_page(listener(1, "Nova Ruiz", NOVA, "5"))


@pytest.mark.parametrize(
    ("path", "html", "name"),
    [
        ("spotify/country/es_daily.html", "", "spotify-daily:es"),
        ("kworb.net/spotify/country/es_daily.html.gz", "", "spotify-daily:es"),
        ("kworb.net/radio/index.html", "", "radio"),
        ("radio/archives/20150101.html", "", "radio-archive:20150101"),
        ("apple.html", NOTE, "apple-music:kr"),
        ("spotify_listeners_2026-08-12.html.gz", CHOSEN, "listeners"),
        (
            "page.html",
            '<link rel="canonical" href="https://kworb.net/spotify/country/es_weekly.html">',
            "spotify-weekly:es",
        ),
    ],
)
def test_a_file_is_the_page_that_its_path_or_its_text_says(path: str, html: str, name: str) -> None:
    found = path_of(html, path, KWORB)

    assert found
    page = KWORB.at(found)
    assert page
    assert page.name == name


def test_a_page_of_billboard_says_itself_which_it_is() -> None:
    assert path_of(billboard_page(), "saved.html", BILLBOARD) == "charts/hot-100/"


def test_a_page_of_billboard_without_its_own_address_has_a_link_to_itself() -> None:
    html = '<a href="/charts/hot-100/2026-05-09/">Permalink</a>' + billboard_page(billboard_row(1, "Sol"), day=None)

    assert path_of(html, "saved.html", BILLBOARD) == "charts/hot-100/2026-05-09/"


def test_a_page_that_a_chart_goes_on_at_is_found_too() -> None:
    assert path_of("", "spotify/listeners2.html", KWORB) == "spotify/listeners2.html"


def test_a_flat_chart_is_known_by_its_columns() -> None:
    artists = table(
        ("Artist", "Streams"), [(f'<a href="/spotify/artist/{NOVA}_songs.html">Nova Ruiz</a>', "124,940.7")]
    )

    assert path_of(artists, "cut.html", KWORB) == "spotify/artists.html"
    assert path_of(table(("Pos", "Artist - Title"), [("1", "Nova - Sol")]), "cut.html", KWORB) is None


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("kr.html", ""),
        ("saved.html", billboard_page()),
        ("saved.html", NOTE.replace("kworb.net", "elsewhere.example")),
        ("saved.html", '<a class="chosen" href="https://[">x</a>'),
        ("songs_of_nova.html", CHOSEN_MENU + table(("Song Title", "Streams"), [("Sol", "5")])),
        ("x.html", '<meta property="og:url" content="https://elsewhere.example/radio/">'),
    ],
    ids=[
        "no address",
        "another site's",
        "a note of another site's",
        "no address at all",
        "a page below",
        "another host",
    ],
)
def test_what_says_nothing_of_the_site_is_none_of_its_pages(path: str, html: str) -> None:
    assert path_of(html, path, KWORB) is None


def test_the_pages_of_a_folder_are_found_and_what_is_none_is_told(save: SavePage, tmp_path: Path) -> None:
    save("charts/shazam/es.html", "")
    save("deep/down/radio/index.html.gz", "")
    unknown = save("readme.htm", "")
    double = save("other/charts/shazam/es.html", "")
    save("table.csv", "")
    broken = tmp_path / "broken.html.gz"
    broken.write_bytes(b"no gzip")

    found = SavedPages(tmp_path, KWORB)

    assert [page.name for page in found.pages] == ["shazam:es", "radio"]
    assert found.left_out == [broken, double, unknown]


async def test_a_saved_page_is_got_with_the_day_in_its_name(save: SavePage, tmp_path: Path) -> None:
    save("spotify_listeners_2026-08-12.html.gz", CHOSEN)

    fetched = await SavedPages(tmp_path, KWORB).get("spotify/listeners.html", NOTHING_KNOWN)

    assert (fetched.got, fetched.html) == (Got.TEXT, CHOSEN)
    assert (fetched.at, fetched.day) == (datetime(2026, 8, 12, tzinfo=UTC), date(2026, 8, 12))


async def test_without_a_day_in_its_name_it_is_as_old_as_the_file(save: SavePage, tmp_path: Path) -> None:
    os.utime(save("radio/index.html", "x"), (1_795_000_000, 1_795_000_000))

    fetched = await SavedPages(tmp_path, KWORB).get("radio/", NOTHING_KNOWN)

    assert (fetched.at, fetched.day) == (datetime.fromtimestamp(1_795_000_000, UTC), None)


async def test_a_page_that_is_not_saved_is_absent(tmp_path: Path) -> None:
    assert (await SavedPages(tmp_path, KWORB).get("radio/", NOTHING_KNOWN)).got is Got.ABSENT
