import pytest

from services.charts.pages.stores import read
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow
from tests.services.charts.html import table


def test_a_country_has_ranks_and_songs() -> None:
    html = table(("Pos", "P+", "Artist - Title"), [("1", "=", "<div>노바 - 솔</div>"), ("2", "RE", "Juno Vale - Luna")])

    assert read(html).rows == (ScrapedRow(1, "노바", "솔"), ScrapedRow(2, "Juno Vale", "Luna", {"change": "RE"}))


def test_the_world_has_points_too() -> None:
    headers = ("Pos", "P+", "Artist and Title", "Days", "Pk", "(x?)", "Pts", "Pts+", "TPts", "ES", "US")
    html = table(headers, [("1", "=", "Nova Ruiz - Sol", "9", "1", "(x3)", "2,000", "-7", "9.5", "1", "")])

    with pytest.raises(PageChanged, match="a whole number"):
        read(html)
    assert read(html.replace("9.5", "95")).rows[0].facts == {
        "days": 9,
        "peak": 1,
        "timesAtPeak": 3,
        "points": 2000,
        "pointsChange": -7,
        "totalPoints": 95,
    }


def test_a_song_without_a_credit_refuses_the_page() -> None:
    with pytest.raises(PageChanged, match="Artist - Title"):
        read(table(("Pos", "Artist - Title"), [("1", "Sol")]))
