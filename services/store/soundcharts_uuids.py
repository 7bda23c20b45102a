"""The uuids of artists at Soundcharts that were looked for by their Spotify ids: in `refresh_state`, one an artist."""

from collections.abc import Callable
from datetime import datetime, timedelta

from services.model.providers import Resolved
from services.store import decode
from services.store.driver import Mongo
from services.store.leases import COLLECTION

# After so long an artist that Soundcharts didn't know is looked for again.
LOOK_AGAIN_AFTER = timedelta(days=30)


class SoundchartsUUIDs:
    """What was found, by artist."""

    def __init__(self, mongo: Mongo, *, clock: Callable[[], datetime]) -> None:
        self._mongo = mongo
        self._clock = clock

    async def get(self, artist_id: int) -> Resolved | None:
        """What was found; None where nothing is kept, or where it's time to look again. One find."""
        found = await self._mongo.find(COLLECTION, {"_id": _key(artist_id)}, {"uuid": 1, "resolvedAt": 1})
        if not found:
            return None
        uuid, at = decode.text(found[0].get("uuid")), decode.instant(found[0].get("resolvedAt"))
        if uuid is None and (at is None or self._clock() - at >= LOOK_AGAIN_AFTER):
            return None
        return Resolved(uuid)

    async def put(self, artist_id: int, uuid: str | None) -> None:
        """Keeps a uuid for good, and None, that there is none, for a while. One write."""
        fields = {"uuid": {"$literal": uuid}, "resolvedAt": self._clock()}
        await self._mongo.find_one_and_update(COLLECTION, {"_id": _key(artist_id)}, [{"$set": fields}], upsert=True)


def _key(artist_id: int) -> str:
    return f"soundcharts_uuid:{artist_id}"
