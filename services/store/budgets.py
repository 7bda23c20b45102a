"""`data_analyst.provider_state`: a provider's calls of a UTC day (`viberate:2026-11-24`), and how its last ones ended
(`viberate`), over all processes.

A call that is limited is counted before it is made, in one update. What nobody waits for is gathered and written beside
the calls: never more than one write is under way, however many calls there are. One that failed is written again, and
counts once even where MongoDB had only answered too late: a document keeps the number of each process's last batch.
"""

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from pymongo import UpdateOne

from services.errors import StoreUnavailable
from services.model.providers import LastOutcomes
from services.store import decode
from services.store.driver import Mongo

COLLECTION = "data_analyst.provider_state"
# Who asks for the calls of the day is told of the last ones too, unless MongoDB takes longer than this to store them.
SOON_S = 0.25

log = structlog.get_logger(__name__)


class BudgetStore:
    """Counts calls, and holds those of the providers in `limits` to so many a day."""

    def __init__(self, mongo: Mongo, *, limits: Mapping[str, int], clock: Callable[[], datetime]) -> None:
        self._mongo = mongo
        self._limits = limits
        self._clock = clock
        self._process = f"p{uuid.uuid4().hex[:8]}"
        self._batches = 0
        self._gathered = _Gathered()
        # What is being written, or is to be written again.
        self._batch: list[UpdateOne] = []
        self._writing: asyncio.Task[None] | None = None

    async def take(self, provider: str) -> bool:
        """Count one call; False where the day's are spent, and where they are limited and MongoDB is away.

        One update where the provider has a limit; else nothing is waited for.
        """
        key, limit = self._key(provider), self._limits.get(provider)
        if limit is not None:
            return await self._take_one_of(limit, key)
        self._gathered.calls[key] += 1
        self._write_beside()
        return True

    def note(self, provider: str, *, at: datetime, error: str | None) -> None:
        """Keep how a call ended, with an error or without; written beside what goes on."""
        if error is None:
            self._gathered.successes[provider] = at
        else:
            self._gathered.errors[provider] = (at, error)
        self._write_beside()

    def limit(self, provider: str) -> int | None:
        """The provider's budget for a day; None where it has none."""
        return self._limits.get(provider)

    async def calls_today(self, providers: Collection[str]) -> dict[str, int]:
        """The day's calls so far by provider, of those that were asked. One find; raises StoreUnavailable."""
        await self.written(within_s=SOON_S)
        keys = {self._key(provider): provider for provider in providers}
        found = await self._mongo.find(COLLECTION, {"_id": {"$in": list(keys)}}, {"calls": 1})
        return {keys[document["_id"]]: decode.whole(document.get("calls")) or 0 for document in found}

    async def last_outcomes(self, providers: Collection[str]) -> dict[str, LastOutcomes]:
        """How each one's calls ended last, of those that were asked. One find; raises StoreUnavailable."""
        await self.written(within_s=SOON_S)
        found = await self._mongo.find(COLLECTION, {"_id": {"$in": list(providers)}}, _OUTCOMES)
        return {
            document["_id"]: LastOutcomes(
                success_at=decode.instant(document.get("lastSuccessAt")),
                error_at=decode.instant(document.get("lastErrorAt")),
                error=decode.text(document.get("lastError")),
            )
            for document in found
        }

    async def written(self, *, within_s: float | None = None) -> None:
        """Return when what was gathered is stored, or MongoDB is away; to be waited for before the store is closed."""
        self._write_beside()
        if self._writing:
            await asyncio.wait([self._writing], timeout=within_s)

    async def _take_one_of(self, limit: int, key: str) -> bool:
        # By the id alone, so that MongoDB itself settles which of two first calls of a day makes the document.
        granted = {"$lt": [_CALLS, limit]}
        update = {"granted": granted, "calls": {"$add": [_CALLS, {"$cond": [granted, 1, 0]}]}}
        try:
            counted = await self._mongo.find_one_and_update(COLLECTION, {"_id": key}, [{"$set": update}], upsert=True)
        except StoreUnavailable:
            log.warning("call_not_counted", key=key)
            return False
        return bool(counted and counted["granted"])

    def _write_beside(self) -> None:
        if (self._batch or self._gathered) and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._batch or self._gathered:
            if not self._batch:
                self._batches += 1
                self._batch = self._gathered.updates(self._process, self._batches)
                self._gathered = _Gathered()
            try:
                await self._mongo.bulk_write(COLLECTION, self._batch)
            except StoreUnavailable:
                log.warning("calls_not_counted_yet")
                return
            self._batch = []

    def _key(self, provider: str) -> str:
        return f"{provider}:{self._clock().date().isoformat()}"


_CALLS = {"$ifNull": ["$calls", 0]}
_OUTCOMES = {"lastSuccessAt": 1, "lastErrorAt": 1, "lastError": 1}


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What is to be written: calls by key, and how the last ones ended by provider."""

    calls: Counter[str] = field(default_factory=Counter)
    successes: dict[str, datetime] = field(default_factory=dict)
    errors: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.calls or self.successes or self.errors)

    def updates(self, process: str, batch: int) -> list[UpdateOne]:
        """All of it, as the process's batch of that number."""
        return [
            *(_update(key, _counting(calls, process, batch)) for key, calls in self.calls.items()),
            *(_update(provider, {"$max": {"lastSuccessAt": at}}) for provider, at in self.successes.items()),
            *(
                _update(provider, {"$set": {"lastErrorAt": at, "lastError": error}})
                for provider, (at, error) in self.errors.items()
            ),
        ]


def _counting(calls: int, process: str, batch: int) -> list[Mapping[str, object]]:
    """Adds the calls, unless the process's batch of that number has done so already."""
    last = f"batches.{process}"
    last_batch = {"$ifNull": [f"${last}", 0]}
    added = {"$cond": [{"$lt": [last_batch, batch]}, calls, 0]}
    return [{"$set": {"calls": {"$add": [_CALLS, added]}, last: {"$max": [last_batch, batch]}}}]


def _update(key: str, update: Any) -> UpdateOne:
    return UpdateOne({"_id": key}, update, upsert=True)
