"""THE freshness policies, and the one function that says fresh, stale or missing."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from services.errors import BadInput, Forbidden


class Freshness(StrEnum):
    """What age alone decides."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FreshnessPolicy:
    """How old something may be, what a read does past that, and how long a failure rests."""

    subject: str
    max_age: timedelta
    on_read: str
    retry_after_failure: timedelta

    @property
    def max_age_seconds(self) -> int:
        """`max_age` in whole seconds."""
        return int(self.max_age.total_seconds())

    @property
    def retry_after_failure_seconds(self) -> int:
        """`retry_after_failure` in whole seconds."""
        return int(self.retry_after_failure.total_seconds())


STATS = FreshnessPolicy(
    subject="stats",
    max_age=timedelta(days=7),
    on_read="The providers are asked tier by tier, each for what those before it lacked; what they say is merged field "
    "by field, stored and answered. A value stored before is never lost.",
    retry_after_failure=timedelta(minutes=15),
)
POPULARITY = FreshnessPolicy(
    subject="popularity",
    max_age=timedelta(days=60),
    on_read="Soundcharts is asked for the days since the newest stored one, or for all since 2020-01-01 where none is; "
    "a fetch that broke off is finished first. Points are stored page by page, and the stored ones answered. Where "
    "nothing newer came, it is asked again after 1, 2, 4 and at most 30 days.",
    retry_after_failure=timedelta(minutes=15),
)
POLICIES: tuple[FreshnessPolicy, ...] = (STATS, POPULARITY)


def judge(policy: FreshnessPolicy, at: datetime | None, *, now: datetime) -> Freshness:
    """Whether what was stored at `at` is fresh at `now`: younger than the policy's age. None is missing."""
    if at is None:
        return Freshness.MISSING
    return Freshness.FRESH if at > stale_until(policy, now=now) else Freshness.STALE


def stale_until(policy: FreshnessPolicy, *, now: datetime) -> datetime:
    """The instant after which things were stored that are fresh at `now`: to judge many by one comparison each."""
    return now - policy.max_age


def end_of_day(day: date) -> datetime:
    """The instant from which a day's value ages: it stands for the whole of its UTC day."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


class Caller(NamedTuple):
    """Who asks: whether the key may force refreshes."""

    may_refresh: bool


@dataclass(frozen=True, slots=True)
class ReadMode:
    """How a read treats what is stale: refresh whatever the age, wait so long, or ask nobody."""

    refresh: bool = False
    stored_only: bool = False
    max_wait_ms: int | None = None


def read_mode(caller: Caller, *, refresh: bool, stored_only: bool, max_wait_ms: int | None) -> ReadMode:
    """The mode that a caller asked for; raises BadInput for a contradiction, Forbidden where the key may not."""
    if refresh and stored_only:
        raise BadInput("storedOnly and refresh exclude each other: one asks nobody, the other asks whatever is stored.")
    if max_wait_ms is not None and max_wait_ms < 0:
        raise BadInput(f"maxWaitMs is {max_wait_ms}: it is a number of milliseconds, 0 or more.")
    if refresh:
        require_refresh(caller)
    return ReadMode(refresh=refresh, stored_only=stored_only, max_wait_ms=max_wait_ms)


def require_refresh(caller: Caller) -> None:
    """Return where the caller may force refreshes; raises Forbidden."""
    if not caller.may_refresh:
        raise Forbidden("This key may read; a refresh needs a key of MUSICDATA_INTERNAL_API_KEY.")
