"""One refresh of a subject at a time, over all processes and machines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.errors import StoreUnavailable
from services.leases import Leases
from services.model.lease import Lease
from services.refreshes.news import RefreshNews

LEASE_TTL = timedelta(seconds=30)
# Somebody else's lease is tried so many times in its time while it is waited for.
TRIES = 6

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

        Whoever is done ends the lease: it is given back only where the context is given up. Raises StoreUnavailable.
        """
        turn = await self._next(subject)
        try:
            async with self.leases.renewed(turn.lease, ttl=self.ttl):
                yield turn
        except (asyncio.CancelledError, StoreUnavailable):
            await self._give_up(turn.lease)
            raise
        self.news.wake()

    async def _next(self, subject: str) -> Turn:
        lease = await self.leases.take(subject, ttl=self.ttl)
        if lease is not None:
            return Turn(lease, is_first=True)
        is_first = True
        async with self.news.listen([subject]) as news:
            while (lease := await self.leases.take(subject, ttl=self.ttl)) is None:
                # An owner that has crashed never ends: then the lease is free once its time is over.
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.ttl.total_seconds() / TRIES):
                        await news.next()
                        is_first = False
        return Turn(lease, is_first=is_first)

    async def _give_up(self, lease: Lease) -> None:
        """Let the next one begin at once; where MongoDB is away the lease ends by itself."""
        try:
            await self.leases.release(lease)
        except StoreUnavailable:
            log.warning("lease_left", subject=lease.subject)
