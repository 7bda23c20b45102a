"""What one process at a time keeps in step beside the requests, over all machines, whatever happens to MongoDB."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog

from services.errors import StoreUnavailable
from services.leases import Leases
from services.model.lease import Lease
from services.store import Store
from services.store.tasks import end_tasks

LEASE = timedelta(seconds=60)
# How soon a process asks again for the lease, or tries again after a fault.
PAUSE_S = 15.0
# At the end.
CONNECT_TIMEOUT_S = 2.0

log = structlog.get_logger(__name__)


class Held:
    """A lease that is held, for as long as its holder asks whether it is."""

    def __init__(self, leases: Leases, lease: Lease, ttl: timedelta) -> None:
        self.lease = lease
        self._leases = leases
        self._ttl = ttl
        self._renewed_at = 0.0

    def is_time_to_ask(self) -> bool:
        """Whether a third of its time has passed."""
        return time.monotonic() - self._renewed_at >= self._ttl.total_seconds() / 3

    async def goes_on(self) -> bool:
        """Whether it is still held; it is prolonged. Raises StoreUnavailable."""
        self._renewed_at = time.monotonic()
        return await self._leases.renew(self.lease, ttl=self._ttl)

    async def give_back(self) -> None:
        """Let others have it at once; where MongoDB is away, it runs out."""
        with suppress(StoreUnavailable):
            await self._leases.release(self.lease)


class Keeping:
    """Has one process at a time do what is to be done under the lease on the subject, again and again."""

    def __init__(
        self, store: Store, leases: Leases, subject: str, *, lease: timedelta = LEASE, pause_s: float = PAUSE_S
    ) -> None:
        self._mongo = store.mongo
        self._leases = leases
        self._subject = subject
        self._ttl = lease
        self.pause_s = pause_s

    @asynccontextmanager
    async def kept(self, keep: Callable[[Held], Awaitable[None]]) -> AsyncIterator[None]:
        """Keeps beside what the context does; `keep` returns once the lease is lost."""
        connecting = asyncio.create_task(self._connect())
        keeping = asyncio.create_task(self._keep(connecting, keep))
        try:
            yield
        finally:
            # Cancelled while it connects, PyMongo would leave a socket open.
            await asyncio.wait([connecting], timeout=CONNECT_TIMEOUT_S)
            await end_tasks(keeping, connecting)

    async def take(self) -> Held | None:
        """The lease, None where somebody holds it; raises StoreUnavailable."""
        lease = await self._leases.take(self._subject, ttl=self._ttl)
        return Held(self._leases, lease, self._ttl) if lease else None

    async def _connect(self) -> None:
        with suppress(StoreUnavailable):  # logged and counted where it was met; what comes next tries again
            await self._mongo.ping()

    async def _keep(self, connecting: "asyncio.Task[None]", keep: Callable[[Held], Awaitable[None]]) -> None:
        await asyncio.wait([connecting])
        while True:
            try:
                if held := await self.take():
                    try:
                        await keep(held)
                    finally:
                        await held.give_back()
            except StoreUnavailable:
                pass  # logged and counted where it was met; it is tried again
            except Exception:
                log.exception("keeping_broke", subject=self._subject)
            await asyncio.sleep(self.pause_s)
