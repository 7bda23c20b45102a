import pytest

from services.charts.pages.radio import read
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow
from tests.services.charts.html import table

HEADERS = ("Pos", "P+", "Artist and Title", "Days", "Pk", "(x?)", "Aud", "Aud+", "Formats", "PkAud", "Spotify")


def test_audiences_in_millions_are_whole_numbers() -> None:
    html = table(HEADERS, [("1", "+1", "Nova Ruiz - Sol", "91", "1", "", "105.065", "-1.5", "Pop, HAC", "110.2", "48")])

    assert read(html).rows == (
        ScrapedRow(
            1,
            "Nova Ruiz",
            "Sol",
            {
                "change": "+1",
                "days": 91,
                "peak": 1,
                "audience": 105_065_000,
                "audienceChange": -1_500_000,
                "formats": "Pop, HAC",
                "peakAudience": 110_200_000,
                "spotify": "48",
            },
        ),
    )


def test_the_tail_has_no_ranks() -> None:
    html = table(("Pos", "Artist and Title", "Aud"), [("1", "Nova Ruiz - Sol", "9"), ("", "Juno Vale - Luna", "8")])

    assert [row.rank for row in read(html).rows] == [1, None]


def test_a_page_without_audiences_is_refused() -> None:
    with pytest.raises(PageChanged, match="Aud"):
        read(table(("Pos", "Artist and Title"), [("1", "Nova Ruiz - Sol")]))
