"""Kworb's `spotify/country/…`: the songs of Spotify in a country or the world, by day, by week, and in all.

A cell has the artist and the song as links, and guests after it: `Shakira - Dai Dai (w/ Burna Boy)`.
"""

from selectolax.lexbor import LexborNode

from services.charts.pages.cells import SEPARATOR, label, spotify_id, text_of, times, whole
from services.charts.pages.kind import PageRead
from services.charts.pages.ranking import read_ranking
from services.charts.pages.tables import Column, Row
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow

COLUMNS = (
    Column("change", ("P+",), label),
    Column("song", ("Artist and Title", "Artist - Title"), str, is_required=True),
    Column("days", ("Days",), whole),
    Column("weeks", ("Wks",), whole),
    Column("topTen", ("T10",), whole),
    Column("peak", ("Pk",), whole),
    Column("timesAtPeak", ("(x?)",), times),
    Column("peakStreams", ("PkStreams",), whole),
    Column("streams", ("Streams",), whole),
    Column("streamsChange", ("Streams+",), whole),
    Column("sevenDays", ("7Day",), whole),
    Column("sevenDaysChange", ("7Day+",), whole),
    Column("total", ("Total",), whole),
)
_COUNTED = frozenset({"streams", "total"})


def read(html: str) -> PageRead:
    """The songs with the first artist's Spotify id. Raises PageChanged."""
    return read_ranking(html, COLUMNS, _row)


def _row(row: Row, rank: int | None) -> ScrapedRow:
    values = row.values("rank", "song")
    if not values.keys() & _COUNTED:
        raise PageChanged("streams", row.text("song"))
    cell = row.cells["song"]
    artist, title = _credit(cell)
    return ScrapedRow(rank, artist, title, {"spotifyArtistId": spotify_id(cell), **values})


def _credit(cell: LexborNode) -> tuple[str, str]:
    """What stands before the song's link, and the song with what follows: an artist's name may have a dash in it."""
    whole_text = text_of(cell)
    for link in cell.css("a"):
        if "track/" in (link.attributes.get("href") or ""):
            before, dash, after = whole_text.partition(f"{SEPARATOR}{text_of(link)}")
            if before and dash and text_of(link):
                return before, f"{text_of(link)}{after}"
    raise PageChanged("an artist, a dash and a link to a song", whole_text)
