"""One owner at a time, over all processes and machines."""

import asyncio
import os
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from services.errors import StoreUnavailable
from services.model.lease import Lease
from services.store import Store
from services.store.tasks import end_tasks

log = structlog.get_logger(__name__)


class Leases:
    """Takes leases in the name of this process."""

    def __init__(self, store: Store) -> None:
        self._store = store.leases
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"

    async def take(self, subject: str, *, ttl: timedelta, fence_above: int = 0) -> Lease | None:
        """The lease on the subject, its fence above this one; None where somebody holds it. Raises StoreUnavailable."""
        return await self._store.take(subject, owner=self._owner, ttl=ttl, fence_above=fence_above)

    async def renew(self, lease: Lease, *, ttl: timedelta) -> bool:
        """Hold it longer; False where it has been taken over. Raises StoreUnavailable."""
        return await self._store.renew(lease, ttl=ttl)

    async def release(self, lease: Lease) -> None:
        """Give it back; raises StoreUnavailable."""
        await self._store.release(lease)

    async def end(self, lease: Lease, *, error: str | None = None, retry_in: timedelta | None = None) -> None:
        """Give it back and keep how the refresh ended; raises StoreUnavailable."""
        await self._store.end(lease, error=error, retry_in=retry_in)

    @asynccontextmanager
    async def renewed(self, lease: Lease, *, ttl: timedelta) -> AsyncIterator[None]:
        """Renews the lease, at a third of its time, for as long as the context lasts."""
        renewing = asyncio.create_task(self._keep(lease, ttl))
        try:
            yield
        finally:
            await end_tasks(renewing)

    async def _keep(self, lease: Lease, ttl: timedelta) -> None:
        while True:
            await asyncio.sleep(ttl.total_seconds() / 3)
            try:
                if not await self.renew(lease, ttl=ttl):
                    log.warning("lease_lost", subject=lease.subject)
                    return
            except StoreUnavailable:
                # Logged where it was met; should it last, the lease runs out and the fence refuses a late write.
                continue
