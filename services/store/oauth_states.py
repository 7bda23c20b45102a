"""`auth.oauth_states`: logins that were begun, by a hash of their state, until they are used or over.

Their time is MongoDB's, which removes them as well: machines need not agree on it.
"""

from datetime import timedelta

from services.store import decode
from services.store.driver import Mongo

COLLECTION = "auth.oauth_states"
# Anybody may begin a login: what they can have us store is bounded.
MOST = 20_000
COUNT_TIMEOUT_S = 2.0


class OAuthStates:
    """States that are open; hashes alone come here."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def put(self, state: str, *, browser: str, ttl: timedelta) -> bool:
        """Open a state for a browser; False where as many are open as may be. Two commands."""
        if await self._mongo.estimated_count(COLLECTION, timeout_s=COUNT_TIMEOUT_S) >= MOST:
            return False
        until = {"$add": ["$$NOW", int(ttl.total_seconds() * 1000)]}
        fields = {"browser": {"$literal": browser}, "expiresAt": until}
        await self._mongo.find_one_and_update(COLLECTION, {"_id": state}, [{"$set": fields}], upsert=True)
        return True

    async def use(self, state: str) -> str | None:
        """The browser of the state, which is used up; None where it isn't open. One command."""
        is_open = {"_id": state, "usedAt": None, "$expr": {"$gt": ["$expiresAt", "$$NOW"]}}
        used = await self._mongo.find_one_and_update(COLLECTION, is_open, [{"$set": {"usedAt": "$$NOW"}}])
        return decode.text(used.get("browser")) if used else None
