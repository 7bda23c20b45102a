"""`charts.*`: what is read of the scraped charts, which the scrapers write."""

from collections.abc import Sequence

from services.chart_collections import SPOTIFY_LISTENERS
from services.store import decode
from services.store.driver import Mongo


class ChartStore:
    """The scraped charts."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def spotify_listeners(self, artists: Sequence[tuple[int, str | None]]) -> dict[int, int]:
        """Monthly listeners by artist id, of those artists, given with their Spotify ids, that are listed. One find.

        A row with an `artist_id` is that artist's alone. Of several rows the greatest number counts.
        """
        by_spotify_id = {spotify_id: artist_id for artist_id, spotify_id in artists if spotify_id}
        query = {
            "$or": [
                {"artist_id": {"$in": [artist_id for artist_id, _ in artists]}},
                {"artist_id": None, "spotifyId": {"$in": list(by_spotify_id)}},
            ]
        }
        projection = {"_id": 0, "artist_id": 1, "spotifyId": 1, "listeners": 1}
        found: dict[int, int] = {}
        for row in await self._mongo.find(SPOTIFY_LISTENERS.stored, query, projection):
            artist_id = decode.whole(row.get("artist_id")) or by_spotify_id.get(decode.text(row.get("spotifyId")) or "")
            listeners = decode.metric(row.get("listeners"))
            if artist_id is not None and listeners is not None:
                found[artist_id] = max(listeners, found.get(artist_id, 0))
        return found
