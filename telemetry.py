"""Request ids and what Prometheus collects.

A label has a bounded set of values, whatever a client sends. Where several workers serve, the collectors' values are
in files of the folder PROMETHEUS_MULTIPROC_DIR, which is set before this module is imported; whichever worker is asked
tells those of all. So a gauge is a live one: it ends with its worker.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import cache, lru_cache

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    REGISTRY,
    CollectorRegistry,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from collectors import Counter, Gauge, Histogram, count_all

# They would triple what an answer holds, and no query of ours or anybody's needs them.
disable_created_metrics()  # type: ignore[no-untyped-call]

DURATIONS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25)
BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
OTHER, UNKNOWN, ANONYMOUS = "other", "unknown", "anonymous"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MAX_OPERATIONS = 100
LAG_INTERVAL_S = 0.25


REQUESTS = Counter("kisum_requests_total", "HTTP requests, by what they were answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "kisum_request_duration_seconds", "How long HTTP requests took.", ["route"], buckets=DURATIONS_S
)
OPERATION_SECONDS = Histogram(
    "kisum_operation_duration_seconds",
    f"How long GraphQL requests took, by `operationName`; past {MAX_OPERATIONS} names a further one is `{OTHER}`.",
    ["operation"],
    buckets=DURATIONS_S,
)
BATCH_SIZE = Histogram(
    "kisum_batch_size", "How many parents a batch function was given.", ["function"], buckets=BATCH_SIZES
)
EXECUTIONS = Counter(
    "kisum_executions_total",
    "GraphQL requests: `compiled` were carried out by a plan, the others by graphql-core for the reason named.",
    ["execution"],
)
LOOP_LAG = Histogram(
    "kisum_event_loop_lag_seconds",
    "How late the event loop woke a task that slept: for so long it was held up.",
    buckets=DURATIONS_S,
)
MONGODB_COMMANDS = Counter(
    "kisum_mongodb_commands_total", "Operations asked of MongoDB, by how they ended.", ["command", "outcome"]
)
MONGODB_SECONDS = Histogram(
    "kisum_mongodb_command_duration_seconds", "How long operations on MongoDB took.", ["command"], buckets=DURATIONS_S
)
MONGODB_OPEN = Gauge(
    "kisum_mongodb_connections_open", "Connections to MongoDB that are open.", multiprocess_mode="livesum"
)
MONGODB_IN_USE = Gauge(
    "kisum_mongodb_connections_in_use", "Connections to MongoDB that are at work.", multiprocess_mode="livesum"
)
MONGODB_WAIT = Histogram(
    "kisum_mongodb_connection_wait_seconds",
    "How long operations waited for a connection to MongoDB, in vain too.",
    buckets=DURATIONS_S,
)

UNKNOWN_PLATFORMS = Counter(
    "kisum_unknown_platforms_total", "Stored platform ids left out of an answer: the platform is not known."
)
UNREADABLE_FIELDS = Counter(
    "kisum_unreadable_fields_total", "Stored fields answered as null: their value could not be used.", ["field"]
)
PRESENCE_READS = Counter("kisum_chart_presence_reads_total", "Reads of chart presence, by what answered.", ["source"])
STORE_FAULTS = Counter("kisum_store_faults_total", "MongoDB operations that failed because it was away or too slow.")
REFRESHES = Counter("kisum_refreshes_total", "Refreshes of an artist's stats, by how they ended.", ["outcome"])
BACKFILLS = Counter("kisum_backfills_total", "Fetches of a series of popularity, by how they ended.", ["outcome"])
POPULARITY_PAGES = Counter("kisum_popularity_pages_total", "Pages of popularity that were fetched and stored.")
POPULARITY_POINTS = Counter("kisum_popularity_points_total", "Points of popularity that were added or changed.")
POPULARITY_DROPPED = Counter(
    "kisum_popularity_dropped_total", "Points of popularity that could not be used, by reason.", ["reason"]
)
REFRESHES_REFUSED = Counter(
    "kisum_refreshes_refused_total", "Refreshes not begun: too many waited already.", ["subject"]
)
REFRESH_QUEUE = Gauge(
    "kisum_refresh_queue", "Refreshes that wait their turn.", ["subject"], multiprocess_mode="livesum"
)
REFRESH_LEASE_WAIT = Histogram(
    "kisum_refresh_lease_wait_seconds",
    "How long refreshes waited for another process that was at the same.",
    ["subject"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60),
)
PROVIDER_CALLS = Counter(
    "kisum_provider_calls_total", "Calls to providers, by how they ended.", ["provider", "outcome"]
)
PROVIDER_SECONDS = Histogram("kisum_provider_call_seconds", "How long calls to providers took.", ["provider"])
PROVIDER_BREAKER = Gauge(
    "kisum_provider_breaker",
    "0 asked, 1 left alone after failures, 2 to be tried.",
    ["provider"],
    multiprocess_mode="livemax",
)
INSTAGRAM_LOGINS = Counter(
    "kisum_instagram_logins_total", "Returns from Instagram's login, by what became of them.", ["outcome"]
)
INSTAGRAM_RENEWALS = Counter(
    "kisum_instagram_renewals_total", "Renewals of the Instagram token, by how they ended.", ["outcome"]
)
STREAMS_OPEN = Gauge(
    "kisum_streams_open", "WebSockets, and subscriptions, that are open.", ["what"], multiprocess_mode="livesum"
)
SUBSCRIPTION_EVENTS = Counter("kisum_subscription_events_total", "Answers sent so, by transport.", ["transport"])
CHARTS_SCRAPED = Counter("kisum_charts_scraped_total", "Pages of charts, by what became of them.", ["site", "result"])
ERRORS = Counter("kisum_errors_total", "Errors answered, by code.", ["code"])

request_id: ContextVar[str] = ContextVar("request_id", default="")
_notes: ContextVar[dict[str, object]] = ContextVar("notes")

_ids: list[str] = []
_ACCEPTED_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def note(**facts: object) -> None:
    """Have the line of this request in the log tell these facts too."""
    notes = _notes.get(None)
    if notes is not None:
        notes.update(facts)


def begin_request(offered_id: str | None) -> dict[str, object]:
    """Give the request that begins an id, and a place for its notes, which is answered."""
    request_id.set(new_request_id(offered_id))
    notes: dict[str, object] = {}
    _notes.set(notes)
    return notes


def new_request_id(offered: str | None = None) -> str:
    """The id that a proxy in front of us gave the request, when it is plain; else a new one, which nobody can guess."""
    if offered and _ACCEPTED_REQUEST_ID.fullmatch(offered):
        return offered
    if not _ids:
        # Many at once: to ask the system takes longer than what else a small request does for its log.
        drawn = os.urandom(16 * 256).hex()
        _ids.extend(drawn[start : start + 32] for start in range(0, len(drawn), 32))
    return _ids.pop()


def observe_request(*, method: str, route: str | None, status: int, took_s: float | None) -> None:
    """Count a request. `route` is the template, None where there is none; status 0: no answer; no time: a stream."""
    count, seconds = _of_request(method, route, status)
    count.inc()
    if took_s is not None:
        seconds.observe(took_s)


def observe_operation(name: str | None, took_s: float) -> None:
    """Count a GraphQL request that took so long; `name` as the client gave it."""
    _operations.child(name or ANONYMOUS).observe(took_s)


def observe_execution(execution: str) -> None:
    """Count a GraphQL request that was compiled, or why it wasn't."""
    _of_execution(execution).inc()


def observe_batch(function: str, size: int) -> None:
    """Count a call of a batch function with so many parents."""
    _of_batch(function).observe(size)


def observe_command(command: str, *, succeeded: bool, took_s: float) -> None:
    """Count a command to MongoDB that took so long."""
    count, seconds = _of_command(command, "succeeded" if succeeded else "failed")
    count.inc()
    seconds.observe(took_s)


@asynccontextmanager
async def loop_lag_observed(interval_s: float = LAG_INTERVAL_S) -> AsyncIterator[None]:
    """Observes, beside what the context does, how late the event loop is, and has all that was observed counted."""
    observing = asyncio.create_task(_observe_lag(interval_s))
    try:
        yield
    finally:
        observing.cancel()
        await asyncio.wait([observing])
        count_all()


def exposition() -> tuple[bytes, str]:
    """What was collected, by all workers where there are several, as Prometheus' text, and its media type."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        count_all()
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


class BoundedChildren:
    """A collector's children by its one label: the first `limit` values as they are, every further one as "other"."""

    def __init__(self, collector: Histogram, *, limit: int) -> None:
        self._collector = collector
        self._limit = limit
        self._children: dict[str, Histogram] = {}

    def child(self, value: str) -> Histogram:
        """The child that counts for this value."""
        found = self._children.get(value)
        if found is None:
            if len(self._children) >= self._limit:
                return self._collector.labels(OTHER)
            found = self._children[value] = self._collector.labels(value)
        return found


_operations = BoundedChildren(OPERATION_SECONDS, limit=MAX_OPERATIONS)


# To look a child up by its labels costs more than to count with it.
@lru_cache(1000)
def _of_request(method: str, route: str | None, status: int) -> tuple[Counter, Histogram]:
    label, told = route or UNKNOWN, status or UNKNOWN
    return REQUESTS.labels(method if method in METHODS else OTHER, label, told), REQUEST_SECONDS.labels(label)


@cache
def _of_execution(execution: str) -> Counter:
    return EXECUTIONS.labels(execution)


@cache
def _of_batch(function: str) -> Histogram:
    return BATCH_SIZE.labels(function)


@cache
def _of_command(command: str, outcome: str) -> tuple[Counter, Histogram]:
    return MONGODB_COMMANDS.labels(command, outcome), MONGODB_SECONDS.labels(command)


async def _observe_lag(interval_s: float) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + interval_s
        await asyncio.sleep(interval_s)
        LOOP_LAG.observe(max(0.0, loop.time() - due))
        count_all()
