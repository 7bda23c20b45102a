"""`charts.*`: what is read of the scraped charts, which the scrapers write."""

from collections.abc import Sequence

from services.chart_collections import SPOTIFY_LISTENERS
from services.store import decode
from services.store.driver import Mongo


class ChartStore:
    """The scraped charts."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def spotify_listeners(self, spotify_ids: Sequence[str]) -> dict[str, int]:
        """Monthly listeners by Spotify id, of those that are listed. One find."""
        query = {"spotifyId": {"$in": list(spotify_ids)}}
        rows = await self._mongo.find(SPOTIFY_LISTENERS.stored, query, {"_id": 0, "spotifyId": 1, "listeners": 1})
        found = ((row["spotifyId"], decode.metric(row.get("listeners"))) for row in rows)
        return {spotify_id: listeners for spotify_id, listeners in found if listeners is not None}
