"""Kworb's `itunes/` and `itunes/extended.html`: artists by points over all platforms and countries.

What stands above its columns is a guess; the artist and the points are all that it must have.
"""

from services.charts.pages.cells import label, slug, whole
from services.charts.pages.kind import PageRead
from services.charts.pages.ranking import read_ranking
from services.charts.pages.tables import Column, Row
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow

EXTENDED = "itunes/extended.html"
COLUMNS = (
    Column("change", ("P+",), label),
    Column("artist", ("Artist",), str, is_required=True),
    Column("points", ("Pts", "Points"), whole, is_required=True),
    Column("appleMusic", ("Apple Music", "Apple"), whole),
    Column("spotify", ("Spotify",), whole),
    Column("itunes", ("iTunes",), whole),
    Column("youtube", ("YouTube",), whole),
    Column("shazam", ("Shazam",), whole),
    Column("deezer", ("Deezer",), whole),
    Column("topCountry", ("Top country", "Top Country", "TC"), label),
)


def read(html: str) -> PageRead:
    """The artists with Kworb's own name of them, and the extended list, which goes on. Raises PageChanged."""
    found = read_ranking(html, COLUMNS, _row)
    return PageRead(found.rows, found.day, EXTENDED)


def _row(row: Row, rank: int | None) -> ScrapedRow:
    name, values = row.text("artist"), row.values("rank", "artist")
    if not name or "points" not in values:
        raise PageChanged("an artist with points", f"{name} | {row.text('points')}")
    return ScrapedRow(rank, name, facts={"kworbSlug": slug(row.cells["artist"]), **values})
