from datetime import date

import pytest

from services.charts.pages.kind import PageRead
from services.charts.pages.spotify_songs import read
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow
from tests.services.charts.html import JUNO, NOVA, daily_page, daily_row, song, table

NUMBERS = {
    "days": 88,
    "peak": 1,
    "timesAtPeak": 74,
    "streams": 100_768,
    "streamsChange": -4638,
    "sevenDays": 730_444,
    "sevenDaysChange": -603,
    "total": 9_454_253,
}


def test_songs_come_with_the_first_artists_spotify_id() -> None:
    assert read(daily_page(daily_row(1, song(), change="NEW"))) == PageRead(
        (ScrapedRow(1, "Nova Ruiz", "Sol", {"spotifyArtistId": NOVA, "change": "NEW", **NUMBERS}),),
        date(2026, 11, 19),
    )


def test_guests_stay_with_the_title() -> None:
    guests = f' (w/ <a href="../artist/{JUNO}.html">Juno Vale</a>)'

    (row,) = read(daily_page(daily_row(1, song(guests=guests)))).rows

    assert (row.artist, row.title, row.facts["spotifyArtistId"]) == ("Nova Ruiz", "Sol (w/ Juno Vale)", NOVA)


def test_a_dash_in_an_artists_name_divides_nothing() -> None:
    (row,) = read(daily_page(daily_row(1, song("Nova - The Band", "Sol")))).rows

    assert (row.artist, row.title) == ("Nova - The Band", "Sol")


def test_a_week_has_weeks_and_totals_have_no_streams() -> None:
    week = table(("Pos", "Artist and Title", "Wks", "Streams"), [("1", song(), "13", "730,444")])
    totals = table(("Artist and Title", "Wks", "T10", "PkStreams", "Total"), [(song(), "160", "34", "7", "9")])

    assert read(week).rows[0].facts == {"spotifyArtistId": NOVA, "weeks": 13, "streams": 730_444}
    assert read(totals).rows[0].facts == {
        "spotifyArtistId": NOVA,
        "weeks": 160,
        "topTen": 34,
        "peakStreams": 7,
        "total": 9,
    }


@pytest.mark.parametrize(
    "row",
    [
        daily_row(1, "Nova Ruiz - Sol"),
        daily_row(1, song(title="")),
        daily_row(1, song(name="")),
        daily_row(1, song(), streams="lots"),
    ],
    ids=["no links", "no title", "no artist", "no number"],
)
def test_a_row_of_another_shape_refuses_the_page(row: tuple[str, ...]) -> None:
    with pytest.raises(PageChanged):
        read(daily_page(daily_row(1, song()), row))


def test_a_page_without_any_streams_is_refused() -> None:
    with pytest.raises(PageChanged, match="streams"):
        read(table(("Pos", "Artist and Title"), [("1", song())]))
