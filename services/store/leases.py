"""`data_analyst.refresh_state`: a document a subject (`stats:61`), with its lease and how its last refresh ended.

Whether a lease has run out is judged by MongoDB's clock in the update that takes it, so machines need not agree on the
time.
"""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.model.lease import Lease
from services.model.refresh import RefreshState
from services.store import decode
from services.store.driver import Document, Mongo

COLLECTION = "data_analyst.refresh_state"
# Of the collection's changes those that tell of an end, and no lease that is taken, renewed or given back.
ENDS = [{"$match": {"updateDescription.updatedFields.endedAt": {"$exists": True}}}]

_IS_FREE = {"$lte": [{"$ifNull": ["$until", None]}, "$$NOW"]}


class LeaseStore:
    """Leases and what is kept beside them; each method is one command."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def take(self, subject: str, *, owner: str, ttl: timedelta, fence_above: int = 0) -> Lease | None:
        """The lease, where nobody holds it; its fence is above every former one and `fence_above`."""
        fence = {"$add": [{"$max": [{"$ifNull": ["$fence", 0]}, fence_above]}, 1]}
        ours = {"owner": f"{owner}:{uuid.uuid4().hex[:8]}", "until": _from_now(ttl), "fence": fence}
        # An upsert's filter may not compare with MongoDB's clock, so the update itself leaves a held lease alone.
        update = {name: {"$cond": [_IS_FREE, value, f"${name}"]} for name, value in ours.items()}
        found = await self._mongo.find_one_and_update(COLLECTION, {"_id": subject}, [{"$set": update}], upsert=True)
        if found is None or found["owner"] != ours["owner"]:
            return None
        return Lease(subject, found["owner"], int(found["fence"]), decode.instant(found.get("retryAt")))

    async def renew(self, lease: Lease, *, ttl: timedelta) -> bool:
        """Hold it longer; False where it has been taken over."""
        renewed = await self._mongo.find_one_and_update(COLLECTION, held(lease), [{"$set": {"until": _from_now(ttl)}}])
        return renewed is not None

    async def release(self, lease: Lease) -> None:
        """Give it back, with nothing to tell."""
        await self._mongo.find_one_and_update(COLLECTION, held(lease), [{"$set": {"until": None}}])

    async def end(self, lease: Lease, *, error: str | None, retry_in: timedelta | None) -> None:
        """Give it back and keep how the refresh ended: with the error, readers are to wait `retry_in`."""
        ended: Mapping[str, Any] = {
            "until": None,
            "endedAt": "$$NOW",
            "error": {"$literal": error},
            "attempts": {"$add": [{"$ifNull": ["$attempts", 0]}, 1]} if error else 0,
            "retryAt": _from_now(retry_in) if retry_in else None,
        }
        await self._mongo.find_one_and_update(COLLECTION, held(lease), [{"$set": ended}])

    async def states(self, subjects: Collection[str]) -> dict[str, RefreshState]:
        """How each subject stands, of those that anything is kept of. One find."""
        found = await self._mongo.find(COLLECTION, {"_id": {"$in": list(subjects)}}, _STATE_FIELDS)
        return {state.subject: state for state in map(_state, found)}

    async def ended_since(self, subjects: Collection[str], since: datetime | None) -> list[RefreshState]:
        """The subjects whose last refresh ended after `since`, in that order. One find."""
        query: dict[str, Any] = {"_id": {"$in": list(subjects)}, "endedAt": {"$gt": since} if since else {"$ne": None}}
        found = await self._mongo.find(COLLECTION, query, _STATE_FIELDS, sort=[("endedAt", 1)])
        return [_state(document) for document in found]


_STATE_FIELDS = {"owner": 1, "until": 1, "endedAt": 1, "retryAt": 1, "attempts": 1, "error": 1}


def _state(document: Document) -> RefreshState:
    return RefreshState(
        subject=document["_id"],
        owner=decode.text(document.get("owner")),
        running_until=decode.instant(document.get("until")),
        ended_at=decode.instant(document.get("endedAt")),
        retry_at=decode.instant(document.get("retryAt")),
        attempts=decode.whole(document.get("attempts")) or 0,
        error=decode.text(document.get("error")),
    )


def held(lease: Lease) -> dict[str, Any]:
    """Finds the lease's document while nobody has taken it over."""
    return {"_id": lease.subject, "owner": lease.owner, "fence": lease.fence}


def _from_now(ttl: timedelta) -> dict[str, Any]:
    return {"$add": ["$$NOW", int(ttl.total_seconds() * 1000)]}
