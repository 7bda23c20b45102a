"""The charts that artists stand in: whose a row is, and the ids that are written into rows."""

from services.charts.enrichment import Roster, RowIds
from services.charts.matching import ArtistKeys, artist_keys, claims, decided, matched

__all__ = ["ArtistKeys", "Roster", "RowIds", "artist_keys", "claims", "decided", "matched"]
