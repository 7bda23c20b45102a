"""Artists: looked up by id, searched by what somebody types, ranked by audience; and the index that serves this."""

from services.artist.index_keeper import SearchIndexKeeper
from services.artist.lookup import MAX_ARTISTS, ArtistLookup
from services.artist.search import ArtistSearch

__all__ = ["MAX_ARTISTS", "ArtistLookup", "ArtistSearch", "SearchIndexKeeper"]
