from collections.abc import Callable
from datetime import date

import pytest
from selectolax.lexbor import LexborNode

from services.charts.pages import cells
from services.charts.pages.tables import parsed
from services.charts.refusals import PageChanged


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (cells.whole, "1,234,567", 1_234_567),
        (cells.whole, "88", 88),
        (cells.whole, "+12", 12),
        (cells.whole, "-4,638", -4638),
        (cells.whole, "0", 0),
        (cells.whole, "=", None),
        (cells.whole, "--", None),
        (cells.whole, "NEW", None),
        (cells.whole, "", None),
        (cells.millions, "136,904.9", 136_904_900_000),
        (cells.millions, "51.226", 51_226_000),
        (cells.millions, "+1.815", 1_815_000),
        (cells.millions, "12", 12_000_000),
        (cells.millions, "", None),
        (cells.times, "(x74)", 74),
        (cells.times, "", None),
        (cells.label, "+2", "+2"),
        (cells.label, "NEW", "NEW"),
        (cells.label, "=", None),
    ],
)
def test_a_cell_is_read(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (cells.whole, "1.2M"),
        (cells.whole, "12,34"),
        (cells.whole, "1234,567"),
        (cells.whole, "n/a"),
        (cells.whole, "9" * 19),
        (cells.whole, "١٢"),
        (cells.millions, "1e3"),
        (cells.millions, "1.2345678"),
        (cells.times, "x74"),
        (cells.artist_and_title, "Nova Ruiz"),
        (cells.artist_and_title, " - Sol"),
        (cells.artist_and_title, "Nova Ruiz - "),
    ],
)
def test_a_cell_of_another_shape_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(PageChanged):
        read(text)


def test_a_credit_ends_at_the_first_dash() -> None:
    assert cells.artist_and_title("Nova Ruiz - Sol - Remix") == ("Nova Ruiz", "Sol - Remix")


def test_a_dash_within_a_name_divides_nothing() -> None:
    assert cells.artist_and_title("Jay-Z - 4:44") == ("Jay-Z", "4:44")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Spotify Daily Chart - Spain - 2026/11/19 | Totals", date(2026, 11, 19)),
        ("2026-04-08 03:50 EDT", date(2026, 4, 8)),
        ("2026/13/40, then 2026/01/02", date(2026, 1, 2)),
        ("Statistics since March 1st 2023.", None),
    ],
)
def test_a_day_is_found_in_a_text(text: str, found: date | None) -> None:
    assert cells.day(text) == found


def node(html: str) -> LexborNode:
    found = parsed(html).body
    assert found
    return found


def test_an_id_stands_in_the_first_link_to_an_artist() -> None:
    page = node('<a href="/x.html">x</a><a href="../artist/abc.html">A</a><a href="../artist/def.html">B</a>')

    assert cells.spotify_id(page) == "abc"
    assert cells.slug(page) == "abc"


def test_without_a_link_to_an_artist_there_is_no_id() -> None:
    with pytest.raises(PageChanged, match="a link to artist"):
        cells.spotify_id(node('<a href="https://example.org/artist/abc">A</a>'))


def test_blanks_in_a_text_are_one() -> None:
    assert cells.text_of(node("<p>Nova\n <b>Ruiz </b></p>")) == "Nova Ruiz"
