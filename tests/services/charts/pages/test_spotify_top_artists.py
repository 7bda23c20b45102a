import pytest

from services.charts.pages.spotify_top_artists import read
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow
from tests.services.charts.html import NOVA, table

HEADERS = ("Artist", "Streams", "Daily", "As lead", "Solo", "As feature")
LINK = f'<a href="/spotify/artist/{NOVA}_songs.html">Nova Ruiz</a>'


def test_streams_in_millions_are_whole_numbers() -> None:
    html = table(HEADERS, [(LINK, "136,904.9", "51.226", "100,000.0", "90,000", "36,904.9")])

    assert read(html).rows == (
        ScrapedRow(
            1,
            "Nova Ruiz",
            None,
            {
                "spotify_id": NOVA,
                "streams": 136_904_900_000,
                "daily": 51_226_000,
                "asLead": 100_000_000_000,
                "solo": 90_000_000_000,
                "asFeature": 36_904_900_000,
            },
        ),
    )


@pytest.mark.parametrize("row", [(LINK, ""), ("Nova Ruiz", "1.0"), (LINK.replace("Nova Ruiz", ""), "1.0")])
def test_a_row_that_lacks_something_refuses_the_page(row: tuple[str, str]) -> None:
    with pytest.raises(PageChanged):
        read(table(HEADERS[:2], [row]))
