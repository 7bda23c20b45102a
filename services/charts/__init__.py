"""The charts that artists stand in: whose a row is, and the ids that are written into rows."""

from services.charts.enrichment import Roster, RowIds
from services.charts.matching import ArtistKeys, artist_keys, claims, decided, matched
from services.charts.roster import read_roster
from services.charts.stored_enrichment import Enriched, StoredEnrichment

__all__ = [
    "ArtistKeys",
    "Enriched",
    "Roster",
    "RowIds",
    "StoredEnrichment",
    "artist_keys",
    "claims",
    "decided",
    "matched",
    "read_roster",
]
