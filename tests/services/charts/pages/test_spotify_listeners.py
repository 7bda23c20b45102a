import pytest

from services.charts.pages.kind import PageRead
from services.charts.pages.spotify_listeners import read
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow
from tests.services.charts.html import JUNO, NOVA, listener, listeners_page, table

ONWARD = '&lt;&lt;&lt; 1–2500<a href="listeners2.html">&nbsp;&gt;&gt;&gt;</a>'  # noqa: RUF001


def test_artists_come_with_their_listeners_and_spotify_ids() -> None:
    html = listeners_page(listener(1, "Nova Ruiz", NOVA, "131,278,101"), listener(2, "Juno Vale", JUNO, "5,102,233"))

    assert read(html) == PageRead(
        (
            ScrapedRow(1, "Nova Ruiz", None, facts(NOVA, 131_278_101)),
            ScrapedRow(2, "Juno Vale", None, facts(JUNO, 5_102_233)),
        )
    )


def test_the_arrows_forward_lead_to_the_next_page() -> None:
    back = '<a href="listeners.html">&lt;&lt;&lt;</a> 2501'

    assert read(listeners_page(listener(1, "A", NOVA, "1"), after=ONWARD)).next_path == "spotify/listeners2.html"
    assert read(listeners_page(listener(1, "A", NOVA, "1"), after=back)).next_path is None


@pytest.mark.parametrize(
    "row",
    [
        listener(1, "", NOVA, "131,278,101"),
        listener(1, "Nova Ruiz", NOVA, ""),
        ("1", "Nova Ruiz", "5", "0", "1", "5"),
    ],
    ids=["no name", "no listeners", "no link"],
)
def test_a_row_that_lacks_something_refuses_the_page(row: tuple[str, ...]) -> None:
    with pytest.raises(PageChanged):
        read(listeners_page(listener(1, "Nova Ruiz", NOVA, "5"), row))


def test_another_table_is_refused() -> None:
    with pytest.raises(PageChanged, match="Artist, Listeners"):
        read(table(("#", "Artist", "Followers"), [("1", "Nova Ruiz", "5")]))


def facts(spotify_id: str, listeners: int) -> dict[str, int | str]:
    return {"spotifyId": spotify_id, "listeners": listeners, "daily": -43_061, "peak": 2, "peakListeners": 151_079_821}
