"""The index that artists are searched by, filled from what a test has stored."""

from services.artist.index_keeper import LEASE, SUBJECT, SearchIndexKeeper
from services.leases import Leases
from services.store import Store
from tests.builders import NOW


async def index_artists(store: Store) -> None:
    """Go over all artists once."""
    leases = Leases(store)
    lease = await leases.take(SUBJECT, ttl=LEASE)
    assert lease is not None
    assert await SearchIndexKeeper(store, leases, clock=lambda: NOW).pass_over(lease)
    await leases.release(lease)
