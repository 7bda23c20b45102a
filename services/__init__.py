"""The domain: `open_services` builds every service over one store, for the app, the commands and the tests alike."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from pydantic import SecretStr
from pymongo.monitoring import CommandListener

import telemetry
from services.artist import ArtistLookup, ArtistSearch, SearchIndexKeeper
from services.charts import ChartPresenceReader, ChartRuns, PresenceIndex, Site, SiteAccess, known_by, open_chart_runs
from services.freshness import STATS
from services.instagram_account import InstagramAccess, InstagramAccount, open_instagram_account
from services.leases import Leases
from services.model.instants import utc_now
from services.model.refresh import Refreshed, RefreshOutcome
from services.popularity import BackfillQueue, PopularityBackfill, PopularityReader, queue_of
from services.provider_status import ProviderStatuses
from services.providers import TIERS, Access, OpenProvider, ProviderRow, SoundchartsPopularity, Stored, open_providers
from services.refreshes import RefreshNews, RefreshQueue, Turns
from services.stats import ARTIST_FIELDS, GrowthReader, RefreshRequests, StatsQueue, StatsReader, StatsRefresh
from services.store import Store, open_store
from services.store.budgets import BudgetStore
from services.store.client import StoreAddressInvalid
from services.store.embedded import EmbeddedMongoUnavailable, default_data_dir, embedded_mongodb
from services.store.soundcharts_uuids import SoundchartsUUIDs
from services.store.tasks import end_tasks
from settings import Settings, SettingsInvalid

__all__ = [
    "EmbeddedMongoUnavailable",
    "Services",
    "StoreAddressInvalid",
    "default_data_dir",
    "embedded_mongodb",
    "end_tasks",
    "indexes_kept",
    "open_services",
]

SOUNDCHARTS = "soundcharts"
# Each of the two keepers asks one thing after the other, and follows changes meanwhile.
KEEPERS_POOL_SIZE = 4

NO_DATABASE = "DB_MONGO_PROD_KISUM: not set; `make run` starts a MongoDB of its own where it isn't"
# What the sandbox calls a provider where that isn't our name of it.
SANDBOX_NAMES = {"instagram": "zylalabs"}
SANDBOX_TOKENS = "spotify-accounts"
# What it takes as credentials: anything that begins so, and for Spotify one of its apps.
SANDBOX_CREDENTIAL = "sandbox"
SANDBOX_CREDENTIALS = {"spotify_client_id": "extended"}
SANDBOX_INSTAGRAM = "instagram-account"


@dataclass(frozen=True, slots=True)
class Services:
    """Every service, by noun."""

    artists: ArtistLookup
    search: ArtistSearch
    stats: StatsReader
    growth: GrowthReader
    refreshes: RefreshRequests
    news: RefreshNews
    popularity: PopularityReader
    chart_presence: ChartPresenceReader
    presence_index: PresenceIndex
    providers: ProviderStatuses
    instagram_account: InstagramAccount
    chart_runs: ChartRuns
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
    read_only: bool = False,
) -> AsyncIterator[Services]:
    """The services over the database of the settings, closed at the end; raises SettingsInvalid without one.

    `read_only` starts nothing that writes by itself.
    """
    async with _store(settings, prefix=prefix, listeners=listeners, read_only=read_only) as store:
        budgets = BudgetStore(store.mongo, limits=settings.provider_daily_budgets, clock=clock)
        stored = Stored(SoundchartsUUIDs(store.mongo, clock=clock), store.charts.spotify_listeners)
        access = _access(settings)
        providers_opened = open_providers(TIERS, access, stored, clock=clock, budget=budgets)
        artists, news = ArtistLookup(store), RefreshNews(store)
        turns = _turns(settings, store, news)
        instagram_opened = open_instagram_account(_instagram_access(settings), store, turns, clock=clock)
        index = PresenceIndex(store, Leases(store), clock=clock)
        runs_opened = open_chart_runs(
            store, _site_access(settings), clock=clock, budget=budgets, stored=index.charts_stored
        )
        async with (
            providers_opened as providers,
            instagram_opened as instagram_account,
            runs_opened as chart_runs,
        ):
            queue = _queue(settings, store, providers, artists, turns, clock)
            backfills = _backfills(settings, store, providers, turns, clock)
            try:
                yield Services(
                    artists=artists,
                    search=ArtistSearch(store, artists),
                    stats=StatsReader(store, clock=clock, queue=queue, refresh_on_read=settings.refresh_on_read),
                    growth=GrowthReader(store, clock=clock),
                    refreshes=RefreshRequests(queue),
                    news=news,
                    popularity=PopularityReader(
                        store, clock=clock, queue=backfills, refresh_on_read=settings.refresh_on_read
                    ),
                    providers=ProviderStatuses(TIERS, providers, budgets, left_out=_left_out(settings, access)),
                    chart_presence=ChartPresenceReader(store),
                    presence_index=index,
                    instagram_account=instagram_account,
                    chart_runs=chart_runs,
                    store=store,
                )
            finally:
                for closing in (queue, backfills):
                    if closing:
                        await closing.close()
                await instagram_account.tokens.close()
                await news.close()
                await budgets.written()


@asynccontextmanager
async def indexes_kept(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, prefix: str = ""
) -> AsyncIterator[None]:
    """Keeps what artists are searched by, and where they stand in the charts, in step beside what the context does.

    Over connections of its own: what it asks is no request's, and no request waits for it. The indexes of MongoDB are
    made by `open_services`. Raises SettingsInvalid.
    """
    async with _store(settings, prefix=prefix, pool_size=KEEPERS_POOL_SIZE, read_only=True) as store:
        leases = Leases(store)
        search = SearchIndexKeeper(store, leases, clock=clock, known_by=known_by)
        async with search.kept(), PresenceIndex(store, leases, clock=clock).kept():
            yield


def _store(
    settings: Settings,
    *,
    prefix: str,
    pool_size: int | None = None,
    listeners: Sequence[CommandListener] = (),
    read_only: bool,
) -> AbstractAsyncContextManager[Store]:
    """The store over the database of the settings; raises SettingsInvalid without one."""
    if settings.mongodb_uri is None:
        raise SettingsInvalid(NO_DATABASE)
    return open_store(
        settings.mongodb_uri,
        driver=settings.mongodb_driver,
        timeout_ms=settings.mongodb_timeout_ms,
        pool_size=pool_size or settings.mongodb_pool_size,
        prefix=prefix,
        listeners=listeners,
        read_only=read_only,
    )


def _turns(settings: Settings, store: Store, news: RefreshNews) -> Turns:
    return Turns(Leases(store), news, ttl=timedelta(seconds=settings.refresh_lease_s))


def _queue(
    settings: Settings,
    store: Store,
    providers: Sequence[OpenProvider],
    artists: ArtistLookup,
    turns: Turns,
    clock: Callable[[], datetime],
) -> StatsQueue | None:
    """The refreshes of this process; None where nobody outside could be asked."""
    if not any(provider.row.outside for provider in providers):
        return None
    refresh = StatsRefresh(
        store=store,
        turns=turns,
        providers=providers,
        find_artists=partial(artists.many, fields=ARTIST_FIELDS),
        clock=clock,
        timeout_s=settings.refresh_timeout_s,
    )
    abandoned = Refreshed(RefreshOutcome.ABANDONED)
    rates = [provider.row.policy.rate for provider in providers if provider.row.outside]
    return RefreshQueue(STATS.subject, refresh.run, outcomes=telemetry.REFRESHES, abandoned=abandoned, rates=rates)


def _backfills(
    settings: Settings,
    store: Store,
    providers: Sequence[OpenProvider],
    turns: Turns,
    clock: Callable[[], datetime],
) -> BackfillQueue | None:
    """The fetches of popularity of this process; None where Soundcharts can't be asked."""
    access = _access(settings).get(SOUNDCHARTS)
    client = next((provider.client for provider in providers if provider.row.name == SOUNDCHARTS), None)
    if access is None or client is None:
        return None
    soundcharts = SoundchartsPopularity(client, access, page_timeout_s=settings.refresh_timeout_s)
    return queue_of(PopularityBackfill(store=store, turns=turns, soundcharts=soundcharts, clock=clock))


def _access(settings: Settings) -> Mapping[str, Access]:
    """How each provider is reached that can be, by name."""
    reached = {row.name: _access_to(row, settings) for row in TIERS if row.name not in settings.disabled_providers}
    return {name: access for name, access in reached.items() if access is not None}


def _left_out(settings: Settings, access: Mapping[str, Access]) -> Mapping[str, str]:
    """Why each provider that can't be reached is left out, by name."""
    return {row.name: _why_left_out(row, settings) for row in TIERS if row.name not in access}


def _why_left_out(row: ProviderRow, settings: Settings) -> str:
    if row.name in settings.disabled_providers:
        return "DISABLED_PROVIDERS names it"
    needed = (*row.credentials, *(() if row.base_url else (f"{row.name}_base_url",)))
    return f"not set: {', '.join(name.upper() for name in needed if not getattr(settings, name))}"


def _access_to(row: ProviderRow, settings: Settings) -> Access | None:
    if not row.outside:
        # What is stored of Kworb's came of the sandbox's pages where that plays it, and is signed so.
        kworb = _site_access_to(Site.KWORB, settings)
        return Access(base_url="", sandbox=kworb is not None and kworb.sandbox)
    credentials = {name: getattr(settings, name) for name in row.credentials}
    set_by_hand = getattr(settings, f"{row.name}_base_url")
    base_url = set_by_hand or row.base_url
    # Whoever sets credentials means the real service, and where none are needed, whoever sets an address.
    if (row.credentials or set_by_hand) and all(credentials.values()) and base_url:
        return Access(base_url, credentials, token_base_url=settings.spotify_token_base_url)
    # The sandbox's numbers never reach a real database, whatever is set.
    if settings.db_mongo_prod_kisum is None and settings.sandbox_bases:
        return _sandbox_access(row, settings)
    if row.credentials or not base_url:
        return None
    return Access(base_url)


def _sandbox_access(row: ProviderRow, settings: Settings) -> Access | None:
    base_url = settings.sandbox_bases.get(SANDBOX_NAMES.get(row.name, row.name))
    if base_url is None:
        return None
    credentials = {name: SecretStr(SANDBOX_CREDENTIALS.get(name, SANDBOX_CREDENTIAL)) for name in row.credentials}
    token_base_url = settings.sandbox_bases.get(SANDBOX_TOKENS) if row.name == "spotify" else None
    return Access(base_url, credentials, sandbox=True, token_base_url=token_base_url)


def _instagram_access(settings: Settings) -> InstagramAccess:
    """How Instagram is reached: the sandbox's where no app is set, as for the providers."""
    access = InstagramAccess(
        client_id=settings.instagram_client_id,
        client_secret=settings.instagram_client_secret,
        redirect_uri=settings.instagram_redirect_uri,
        scopes=settings.instagram_scopes,
        token_keys=settings.instagram_token_keys,
        only_account=settings.instagram_account,
        authorize_url=settings.instagram_authorize_url,
        code_base_url=settings.instagram_code_base_url,
        graph_base_url=settings.instagram_graph_base_url,
        graph_version=settings.instagram_graph_version,
    )
    played = settings.sandbox_bases.get(SANDBOX_INSTAGRAM)
    if settings.db_mongo_prod_kisum is not None or played is None or access.client_id or access.client_secret:
        return access
    return access.played(played, credential=SANDBOX_CREDENTIAL)


def _site_access(settings: Settings) -> Mapping[Site, SiteAccess]:
    """How the sites of charts are reached, of those that aren't at their own address."""
    reached = {site: _site_access_to(site, settings) for site in Site}
    return {site: access for site, access in reached.items() if access is not None}


def _site_access_to(site: Site, settings: Settings) -> SiteAccess | None:
    if base_url := getattr(settings, f"{site}_base_url"):
        return SiteAccess(base_url)
    if settings.db_mongo_prod_kisum is None and (played := settings.sandbox_bases.get(site)):
        return SiteAccess(played, sandbox=True)
    return None
