"""The domain: `open_services` builds every service over one store, for the app, the commands and the tests alike."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from pymongo.monitoring import CommandListener

from services.artist import ArtistLookup
from services.model.instants import utc_now
from services.popularity import PopularityReader
from services.stats import StatsReader
from services.store import Store, open_store
from services.store.driver import StoreAddressInvalid
from services.store.embedded import EmbeddedMongoUnavailable, default_data_dir, embedded_mongodb
from settings import Settings, SettingsInvalid

__all__ = [
    "EmbeddedMongoUnavailable",
    "Services",
    "StoreAddressInvalid",
    "default_data_dir",
    "embedded_mongodb",
    "open_services",
]

NO_DATABASE = "DB_MONGO_PROD_KISUM: not set; `make run` starts a MongoDB of its own where it isn't"


@dataclass(frozen=True, slots=True)
class Services:
    """Every service, by noun."""

    artists: ArtistLookup
    stats: StatsReader
    popularity: PopularityReader
    store: Store

    async def check(self) -> None:
        """Return when requests can be answered; raises StoreUnavailable."""
        await self.store.mongo.ping()


@asynccontextmanager
async def open_services(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    prefix: str = "",
    listeners: Sequence[CommandListener] = (),
) -> AsyncIterator[Services]:
    """The services over the database of the settings, closed at the end; raises SettingsInvalid without one."""
    if settings.mongodb_uri is None:
        raise SettingsInvalid(NO_DATABASE)
    async with open_store(
        settings.mongodb_uri,
        driver=settings.mongodb_driver,
        timeout_ms=settings.mongodb_timeout_ms,
        pool_size=settings.mongodb_pool_size,
        prefix=prefix,
        listeners=listeners,
    ) as store:
        yield Services(
            artists=ArtistLookup(store),
            stats=StatsReader(store, clock=clock),
            popularity=PopularityReader(store, clock=clock),
            store=store,
        )
