"""Everything that is known of how one artist is answered, as plain facts: `explain` tells them to people and programs.

Ages are in whole seconds. What is decided is decided by the services; nothing is asked of a provider.
"""

import asyncio
from datetime import date, datetime
from typing import TypedDict

from commands.outlook import RefreshFacts, outlook
from services import Services
from services.freshness import POPULARITY, STATS, Freshness, FreshnessPolicy, ReadMode, end_of_day, judge
from services.metrics import METRICS
from services.model.artist import Artist
from services.model.backfill import BackfillState
from services.model.instants import rfc3339
from services.model.popularity import Interval, PopularityPlatform, PopularitySeries, Window
from services.model.stats import Stats
from services.platforms import Platform
from services.stats import ALL_NEEDS

# The ids of providers that speak of artists by ids of their own.
EXTERNAL_IDS = ("viberate_uuid", "songstats_id", "soundcharts_uuid")
_ARTIST_FIELDS = frozenset({"name", "sort_name", "country", "genres", "platforms", *EXTERNAL_IDS})
_METRIC_PLATFORMS = frozenset(row.platform for row in METRICS)


class ArtistFacts(TypedDict):
    """Who it is."""

    id: int
    name: str | None
    sortName: str | None
    country: str | None
    genres: list[str]


class PolicyFacts(TypedDict):
    """The policy that decided, and what a read does where it finds something stale."""

    subject: str
    maxAge: int
    onRead: str


class MetricFacts(TypedDict):
    """A metric that has a value."""

    metric: str
    value: int
    source: str
    at: str | None
    age: int | None
    fresh: bool


class StatsFacts(TypedDict):
    """How the stored stats stand. `decision` is fresh, stale or missing."""

    decision: str
    policy: PolicyFacts
    updatedAt: str | None
    age: int | None
    lastRefreshSource: str | None
    lastRefreshError: str | None
    refreshing: bool
    retryAt: str | None
    metrics: list[MetricFacts]


class IdFacts(TypedDict):
    """An id, and the field of the artist's document that it stands in."""

    name: str
    id: str
    place: str


class SeriesFacts(TypedDict):
    """The popularity on one platform; ages count from the end of the newest point's day."""

    platform: str
    decision: str
    points: int
    firstDate: str | None
    lastDate: str | None
    lastValue: int | None
    age: int | None
    fetch: "FetchFacts"


class FetchFacts(TypedDict):
    """How the fetches of a series stand: what one that broke off has still to bring, and when readers may ask again."""

    unfinished: str | None
    retryAt: str | None
    lastError: str | None


class PopularityFacts(TypedDict):
    """Popularity by platform; no series at all for an artist that Soundcharts doesn't know."""

    policy: PolicyFacts
    series: list[SeriesFacts]


class MissingFacts(TypedDict):
    """What a complete artist would have."""

    metrics: list[str]
    ids: list[str]


class Explanation(TypedDict):
    """All of it, as of `now`."""

    now: str
    artist: ArtistFacts
    stats: StatsFacts
    refresh: RefreshFacts
    ids: list[IdFacts]
    popularity: PopularityFacts
    missing: MissingFacts


async def explained(services: Services, artist_id: int, *, now: datetime) -> Explanation:
    """The facts of an artist; raises NotFound, StoreUnavailable."""
    artist = await services.artists.one(artist_id, fields=_ARTIST_FIELDS)
    stats, popularity = await asyncio.gather(_stats(services, artist, now), _popularity(services, artist, now))
    refresh = await outlook(services, artist, decision=Freshness(stats["decision"]), now=now)
    ids = _ids(artist)
    return {
        "now": rfc3339(now),
        "artist": {
            "id": artist.id,
            "name": artist.name,
            "sortName": artist.sort_name,
            "country": artist.country,
            "genres": list(artist.genres),
        },
        "stats": stats,
        "refresh": refresh,
        "ids": ids,
        "popularity": popularity,
        "missing": _missing(stats, ids),
    }


async def _stats(services: Services, artist: Artist, now: datetime) -> StatsFacts:
    stored = await services.stats.stored([artist], fields=ALL_NEEDS)
    (health,) = await services.stats.health([artist], stored, with_refresh=True)
    (answer,) = services.stats.answers(stored)
    return {
        "decision": judge(STATS, health.updated_at, now=now),
        "policy": _policy(STATS),
        "updatedAt": _written(health.updated_at),
        "age": _age(health.updated_at, now),
        "lastRefreshSource": health.last_refresh_source,
        "lastRefreshError": health.last_refresh_error,
        "refreshing": health.refreshing,
        "retryAt": _written(health.retry_at),
        "metrics": _metrics(answer, now) if answer else [],
    }


def _metrics(stats: Stats, now: datetime) -> list[MetricFacts]:
    return [
        {
            "metric": origin.metric,
            "value": value,
            "source": origin.source,
            "at": _written(origin.at),
            "age": _age(origin.at, now),
            "fresh": origin.fresh,
        }
        for origin in stats.provenance
        if (value := stats.values.get(origin.metric)) is not None
    ]


def _ids(artist: Artist) -> list[IdFacts]:
    stored = [(found.platform.value, found.id, found.place) for found in artist.platforms]
    external = [(name, getattr(artist, name), "external_data") for name in EXTERNAL_IDS]
    return [{"name": name, "id": found, "place": place} for name, found, place in (*stored, *external) if found]


async def _popularity(services: Services, artist: Artist, now: datetime) -> PopularityFacts:
    fetches = await services.popularity.fetches(artist)
    answers = await asyncio.gather(*(_series(services, artist, platform) for platform in PopularityPlatform))
    return {
        "policy": _policy(POPULARITY),
        "series": [_series_facts(series, fetches[series.platform], now) for series in answers if series is not None],
    }


async def _series(services: Services, artist: Artist, platform: PopularityPlatform) -> PopularitySeries | None:
    (series,) = await services.popularity.many(
        [artist],
        platform=platform,
        window=Window(),
        interval=Interval.DAY,
        mode=ReadMode(stored_only=True),
        fields=frozenset({"items", "meta"}),
    )
    return series


def _series_facts(series: PopularitySeries, fetch: BackfillState, now: datetime) -> SeriesFacts:
    first, last = (series.items[0], series.items[-1]) if series.items else (None, None)
    aged_from = end_of_day(date.fromisoformat(last["date"])) if last else None
    return {
        "platform": series.platform,
        "decision": judge(POPULARITY, aged_from, now=now),
        "points": len(series.items),
        "firstDate": first["date"] if first else None,
        "lastDate": last["date"] if last else None,
        "lastValue": last["value"] if last else None,
        "age": _age(aged_from, now),
        "fetch": _fetch_facts(fetch, now),
    }


def _fetch_facts(fetch: BackfillState, now: datetime) -> FetchFacts:
    left = fetch.progress
    return {
        "unfinished": f"{left.start} to {left.end} after {left.offset} points" if left else None,
        "retryAt": _written(fetch.retry_at) if fetch.rests(now) else None,
        "lastError": fetch.error,
    }


def _missing(stats: StatsFacts, ids: list[IdFacts]) -> MissingFacts:
    metrics, names = {found["metric"] for found in stats["metrics"]}, {found["name"] for found in ids}
    wanted = [*(platform.value for platform in Platform if platform in _METRIC_PLATFORMS), *EXTERNAL_IDS]
    return {
        "metrics": [row.name for row in METRICS if row.name not in metrics],
        "ids": [name for name in wanted if name not in names],
    }


def _policy(policy: FreshnessPolicy) -> PolicyFacts:
    return {"subject": policy.subject, "maxAge": policy.max_age_seconds, "onRead": policy.on_read}


def _written(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None


def _age(at: datetime | None, now: datetime) -> int | None:
    """Never less than none: a day's value ages from the end of its day."""
    return max(0, int((now - at).total_seconds())) if at else None
