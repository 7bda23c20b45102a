"""Kworb's `radio/` and its archive: the songs of the radio in the United States, by audience.

Audiences are in millions. Where a song stands elsewhere may be two places (`4/24`), so that is a text. The chart ends
with songs that have no rank.
"""

from services.charts.pages.cells import artist_and_title, label, millions, times, whole
from services.charts.pages.kind import PageRead
from services.charts.pages.ranking import read_ranking
from services.charts.pages.tables import Column, Row
from services.model.scraped import ScrapedRow

COLUMNS = (
    Column("change", ("P+",), label),
    Column("song", ("Artist and Title", "Artist - Title"), str, is_required=True),
    Column("days", ("Days",), whole),
    Column("peak", ("Pk",), whole),
    Column("timesAtPeak", ("(x?)",), times),
    Column("audience", ("Aud",), millions, is_required=True),
    Column("audienceChange", ("Aud+",), millions),
    Column("formats", ("Formats",), label),
    Column("peakAudience", ("PkAud",), millions),
    Column("itunes", ("iTunes",), label),
    Column("spotify", ("Spotify",), label),
    Column("apple", ("Apple",), label),
    Column("shazam", ("Shazam",), label),
)


def read(html: str) -> PageRead:
    """The songs in order, those without a rank last. Raises PageChanged."""
    return read_ranking(html, COLUMNS, _row, has_unranked=True)


def _row(row: Row, rank: int | None) -> ScrapedRow:
    artist, title = artist_and_title(row.text("song"))
    return ScrapedRow(rank, artist, title, row.values("rank", "song"))
