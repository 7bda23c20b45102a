"""One refresh of a subject at a time, over all processes and machines."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

import telemetry
from services.errors import StoreUnavailable
from services.leases import Leases
from services.model.lease import Lease
from services.refreshes.news import RefreshNews

LEASE_TTL = timedelta(seconds=30)
# Somebody else's lease is tried so many times in its time while it is waited for.
TRIES = 6
# How long readers leave a subject alone whose refresh broke off on a defect.
BROKEN_REST = timedelta(minutes=15)
BROKE = "The refresh broke off on a defect; the server's log tells more."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to refresh; `is_first` where nobody else has ended one since it was asked for."""

    lease: Lease
    is_first: bool


@dataclass(frozen=True, slots=True)
class Turns:
    """Takes turns in the name of this process."""

    leases: Leases
    news: RefreshNews
    ttl: timedelta = LEASE_TTL

    @asynccontextmanager
    async def at(self, subject: str) -> AsyncIterator[Turn]:
        """The turn at the subject, for as long as the context lasts; waits for the end of somebody else's.

        Whoever is done ends the lease: it is given back only where the context is given up. One that breaks off on a
        defect ends as a failure does: whoever came next would meet it again. Raises StoreUnavailable.
        """
        turn = await self._next(subject)
        try:
            async with self.leases.renewed(turn.lease, ttl=self.ttl):
                yield turn
        except (asyncio.CancelledError, StoreUnavailable):
            await self._let_go(turn.lease, self.leases.release(turn.lease))
            raise
        except Exception:
            await self._let_go(turn.lease, self.leases.end(turn.lease, error=BROKE, retry_in=BROKEN_REST))
            raise
        self.news.wake()

    async def _next(self, subject: str) -> Turn:
        lease = await self.leases.take(subject, ttl=self.ttl)
        if lease is not None:
            return Turn(lease, is_first=True)
        with telemetry.REFRESH_LEASE_WAIT.labels(subject.partition(":")[0]).time():
            return await self._after_another(subject)

    async def _after_another(self, subject: str) -> Turn:
        is_first = True
        async with self.news.listen([subject]) as news:
            while (lease := await self.leases.take(subject, ttl=self.ttl)) is None:
                # An owner that has crashed never ends: then the lease is free once its time is over.
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.ttl.total_seconds() / TRIES):
                        await news.next()
                        is_first = False
        return Turn(lease, is_first=is_first)

    async def _let_go(self, lease: Lease, letting_go: Coroutine[Any, Any, None]) -> None:
        """Let the lease go in that way; where MongoDB is away it ends by itself."""
        try:
            await letting_go
        except StoreUnavailable:
            log.warning("lease_left", subject=lease.subject)
