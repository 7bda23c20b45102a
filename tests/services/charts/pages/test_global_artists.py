import pytest

from services.charts.pages.global_artists import EXTENDED, read
from services.charts.pages.kind import PageRead
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow
from tests.services.charts.html import table

HEADERS = ("Pos", "P+", "Artist", "Pts", "Apple Music", "Spotify", "iTunes", "YouTube", "Shazam", "Deezer", "TC")
ROW = ("1", "+1", '<a href="artist/novaruiz.html">Nova Ruiz</a>', "12,345", "1", "2", "3", "4", "5", "", "ES")


def test_artists_come_with_kworbs_own_name_of_them_and_their_points() -> None:
    points = {"points": 12_345, "appleMusic": 1, "spotify": 2, "itunes": 3, "youtube": 4, "shazam": 5}

    assert read(table(HEADERS, [ROW])) == PageRead(
        (ScrapedRow(1, "Nova Ruiz", None, {"kworbSlug": "novaruiz", "change": "+1", **points, "topCountry": "ES"}),),
        next_path=EXTENDED,
    )


def test_the_platforms_may_be_others() -> None:
    html = table(("Pos", "Artist", "Points"), [("1", ROW[2], "7")])

    assert read(html).rows[0].facts == {"kworbSlug": "novaruiz", "points": 7}


@pytest.mark.parametrize(
    "row", [("1", "Nova Ruiz", "7"), ("1", ROW[2], ""), ("1", ROW[2].replace("Nova Ruiz", ""), "7")]
)
def test_a_row_that_lacks_something_refuses_the_page(row: tuple[str, ...]) -> None:
    with pytest.raises(PageChanged):
        read(table(("Pos", "Artist", "Points"), [row]))
