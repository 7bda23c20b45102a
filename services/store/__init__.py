"""The only code that knows MongoDB: `open_store` connects, and `Store` holds a collection's reads by noun."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass

from pymongo.monitoring import CommandListener

from services.store.artist import ArtistStore
from services.store.artist_changes import ArtistChanges
from services.store.artist_search import ArtistSearchStore
from services.store.backfill_states import StatesBeside
from services.store.backfills import BackfillStore
from services.store.chart_documents import ChartDocuments
from services.store.chart_ids import ChartIdStore
from services.store.chart_presence import ChartPresenceStore
from services.store.charts import ChartStore
from services.store.client import Driver, connect
from services.store.demo import DemoStore
from services.store.driver import Mongo
from services.store.faults import ChangesUnavailable
from services.store.history import HistoryStore
from services.store.indexes import indexes_kept
from services.store.instagram_account import InstagramAccountStore
from services.store.leases import LeaseStore
from services.store.oauth_states import OAuthStates
from services.store.page_states import PageStateStore
from services.store.popularity import PopularityStore
from services.store.scraped_charts import ScrapedChartStore
from services.store.stats import StatsStore

__all__ = ["ChangesUnavailable", "Driver", "StatesBeside", "Store", "open_store"]


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is stored, by noun."""

    mongo: Mongo
    artists: ArtistStore
    artist_changes: ArtistChanges
    artist_search: ArtistSearchStore
    stats: StatsStore
    history: HistoryStore
    popularity: PopularityStore
    backfills: BackfillStore
    charts: ChartStore
    chart_ids: ChartIdStore
    chart_documents: ChartDocuments
    chart_presence: ChartPresenceStore
    leases: LeaseStore
    instagram_account: InstagramAccountStore
    oauth_states: OAuthStates
    demo: DemoStore
    scraped_charts: ScrapedChartStore
    page_states: PageStateStore


@asynccontextmanager
async def open_store(
    uri: str,
    *,
    driver: Driver = "pymongo",
    timeout_ms: int = 5000,
    pool_size: int = 50,
    prefix: str = "",
    listeners: Sequence[CommandListener] = (),
    read_only: bool = False,
) -> AsyncIterator[Store]:
    """A store over the MongoDB at `uri`; its indexes are made in the background, as soon as it answers.

    `read_only` makes none: nothing is written that isn't asked for. `prefix` goes before the name of every database, so
    that several stores share one server without meeting. Raises StoreAddressInvalid for an address that can't be one; a
    server that is away raises at the reads.
    """
    mongo = connect(uri, driver=driver, timeout_ms=timeout_ms, pool_size=pool_size, prefix=prefix, listeners=listeners)
    try:
        async with nullcontext() if read_only else indexes_kept(mongo):
            yield Store(
                mongo=mongo,
                artists=ArtistStore(mongo),
                artist_changes=ArtistChanges(mongo),
                artist_search=ArtistSearchStore(mongo),
                stats=StatsStore(mongo),
                history=HistoryStore(mongo),
                popularity=PopularityStore(mongo),
                backfills=BackfillStore(mongo),
                charts=ChartStore(mongo),
                chart_ids=ChartIdStore(mongo),
                chart_documents=ChartDocuments(mongo),
                chart_presence=ChartPresenceStore(mongo),
                leases=LeaseStore(mongo),
                instagram_account=InstagramAccountStore(mongo),
                oauth_states=OAuthStates(mongo),
                demo=DemoStore(mongo),
                scraped_charts=ScrapedChartStore(mongo),
                page_states=PageStateStore(mongo),
            )
    finally:
        await mongo.close()
