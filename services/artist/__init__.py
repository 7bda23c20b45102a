"""Artists: looked up by id."""

from services.artist.lookup import MAX_ARTISTS, ArtistLookup

__all__ = ["MAX_ARTISTS", "ArtistLookup"]
