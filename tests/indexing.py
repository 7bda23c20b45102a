"""The indexes that answers are read from, filled from what a test has stored."""

from services.artist.index_keeper import SearchIndexKeeper
from services.charts import PresenceIndex, known_by
from services.leases import Leases
from services.store import Store
from tests.builders import NOW


async def index_artists(store: Store) -> None:
    """Go over all artists once."""
    assert await SearchIndexKeeper(store, Leases(store), clock=lambda: NOW, known_by=known_by).fill()


async def index_charts(store: Store) -> None:
    """Build where artists stand in the charts."""
    assert await PresenceIndex(store, Leases(store), clock=lambda: NOW).rebuild() is not None
