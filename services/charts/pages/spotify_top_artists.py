"""Kworb's `spotify/artists.html`: artists by all their streams on Spotify, which the page has in millions."""

from services.charts.pages.cells import millions, spotify_id
from services.charts.pages.kind import PageRead
from services.charts.pages.ranking import read_ranking
from services.charts.pages.tables import Column, Row
from services.charts.refusals import PageChanged
from services.model.scraped import ScrapedRow

COLUMNS = (
    Column("artist", ("Artist",), str, is_required=True),
    Column("streams", ("Streams",), millions, is_required=True),
    Column("daily", ("Daily",), millions),
    Column("asLead", ("As lead",), millions),
    Column("solo", ("Solo",), millions),
    Column("asFeature", ("As feature", "As feature (*)"), millions),
)


def read(html: str) -> PageRead:
    """The artists with their Spotify ids; streams are whole numbers. Raises PageChanged."""
    return read_ranking(html, COLUMNS, _row)


def _row(row: Row, rank: int | None) -> ScrapedRow:
    name, values = row.text("artist"), row.values("rank", "artist")
    if not name or "streams" not in values:
        raise PageChanged("an artist with streams", f"{name} | {row.text('streams')}")
    return ScrapedRow(rank, name, facts={"spotify_id": spotify_id(row.cells["artist"]), **values})
