"""The charts that artists stand in: whose a row is."""

from services.charts.matching import ArtistKeys, artist_keys, claims, decided, matched

__all__ = ["ArtistKeys", "artist_keys", "claims", "decided", "matched"]
