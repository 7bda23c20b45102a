"""Kworb's charts of iTunes, Apple Music, Deezer and Shazam, by country and in the world.

Those of a country have nothing but ranks and songs; those of the world points and peaks too, and a column for each
country, which isn't kept.
"""

from services.charts.pages.cells import artist_and_title, label, times, whole
from services.charts.pages.kind import PageRead
from services.charts.pages.ranking import read_ranking
from services.charts.pages.tables import Column, Row
from services.model.scraped import ScrapedRow

COLUMNS = (
    Column("change", ("P+",), label),
    Column("song", ("Artist - Title", "Artist and Title"), str, is_required=True),
    Column("days", ("Days",), whole),
    Column("peak", ("Pk",), whole),
    Column("timesAtPeak", ("(x?)",), times),
    Column("points", ("Pts",), whole),
    Column("pointsChange", ("Pts+",), whole),
    Column("totalPoints", ("TPts",), whole),
)


def read(html: str) -> PageRead:
    """The songs in order. Raises PageChanged."""
    return read_ranking(html, COLUMNS, _row)


def _row(row: Row, rank: int | None) -> ScrapedRow:
    artist, title = artist_and_title(row.text("song"))
    return ScrapedRow(rank, artist, title, row.values("rank", "song"))
