"""Kworb's `spotify/listeners.html` and those that follow it: artists by Spotify's monthly listeners, 2500 a page."""

import re

from services.charts.pages.cells import spotify_id, text_of, whole
from services.charts.pages.kind import PageRead
from services.charts.pages.ranking import read_ranking
from services.charts.pages.tables import Column, Row, parsed
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow

COLUMNS = (
    Column("artist", ("Artist",), str, is_required=True),
    Column("listeners", ("Listeners",), whole, is_required=True),
    Column("daily", ("Daily +/-",), whole),
    Column("peak", ("Peak",), whole),
    Column("peakListeners", ("PkListeners",), whole),
)
_NEXT = re.compile(r"(?:^|/)(listeners[0-9]{1,2}\.html)$")


def read(html: str) -> PageRead:
    """The artists with their Spotify ids and listeners, and the page that follows. Raises PageChanged."""
    found = read_ranking(html, COLUMNS, _row)
    return PageRead(found.rows, found.day, _next_path(html))


def _row(row: Row, rank: int | None) -> ScrapedRow:
    name = row.text("artist")
    values = row.values("rank", "artist")
    if not name or "listeners" not in values:
        raise PageChanged("an artist with listeners", f"{name} | {row.text('listeners')}")
    return ScrapedRow(rank, name, facts={"spotifyId": spotify_id(row.cells["artist"]), **values})


def _next_path(html: str) -> str | None:
    """The page that the arrows forward lead to."""
    for link in parsed(html).css("a"):
        found = _NEXT.search(link.attributes.get("href") or "")
        if found and ">>" in text_of(link):
            return f"spotify/{found[1]}"
    return None
