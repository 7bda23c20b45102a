import pytest

from services.charts.pages.youtube import read_insights, read_moment
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow
from tests.services.charts.html import table

VIDEO = '<a href="video/kJQP7kiw5Fk.html">{}</a>'


def test_videos_come_with_their_ids() -> None:
    html = table(("#", "+/-", "Video", "Views", "Likes"), [("1", "+2", VIDEO.format("Nova Ruiz - Sol"), "1,000", "99")])

    assert read_moment(html).rows == (
        ScrapedRow(1, "Nova Ruiz", "Sol", {"videoId": "kJQP7kiw5Fk", "change": "+2", "views": 1000, "likes": 99}),
    )


def test_a_video_whose_title_has_no_dash_is_its_own_credit() -> None:
    (row,) = read_moment(table(("Video", "Views"), [(VIDEO.format("NOVA RUIZ LIVE"), "5")])).rows

    assert (row.artist, row.title) == ("NOVA RUIZ LIVE", "NOVA RUIZ LIVE")


@pytest.mark.parametrize("cell", ["Nova Ruiz - Sol", VIDEO.format("")], ids=["no link", "no title"])
def test_a_video_that_lacks_something_refuses_the_page(cell: str) -> None:
    with pytest.raises(PageChanged):
        read_moment(table(("Video", "Views"), [(cell, "5")]))


def test_insights_have_streams_of_a_week_or_a_day() -> None:
    html = table(("Pos", "P+", "Track", "Wks", "Pk", "Streams"), [("1", "=", "Nova Ruiz - Sol", "3", "1", "1,242,009")])

    assert read_insights(html).rows == (
        ScrapedRow(1, "Nova Ruiz", "Sol", {"weeks": 3, "peak": 1, "streams": 1_242_009}),
    )
