"""When a series is due to be fetched, which days of it, and for how long it is left alone then: days in, days out."""

from datetime import date, datetime, timedelta

from services.freshness import POPULARITY, Freshness, end_of_day, judge
from services.model.backfill import BackfillState, Progress
from services.model.popularity import PopularityPlatform

FIRST_DAY = date(2020, 1, 1)
LONGEST_REST_DAYS = 30


def subject_of(artist_id: int, platform: PopularityPlatform) -> str:
    """What the fetches of a series are called among the leases."""
    return f"popularity:{artist_id}:{platform.value}"


def is_fresh(last_day: str | None, now: datetime) -> bool:
    """Whether the newest day is young enough."""
    at = end_of_day(date.fromisoformat(last_day)) if last_day else None
    return judge(POPULARITY, at, now=now) is Freshness.FRESH


def is_due(last_day: str | None, state: BackfillState, now: datetime) -> bool:
    """Whether a read has it fetched: where it isn't fresh, or a fetch was broken off, unless it is to be left alone."""
    return not state.rests(now) and (state.progress is not None or not is_fresh(last_day, now))


def to_fetch(last_day: str | None, state: BackfillState, today: date) -> Progress:
    """What to fetch first: the rest of what was broken off, else from the newest day on, else everything."""
    if state.progress:
        return state.progress
    start = min(date.fromisoformat(last_day), today) if last_day else FIRST_DAY
    return Progress(start, today)


def next_after(progress: Progress, today: date) -> Progress | None:
    """What to fetch once that is: the days that have passed since it was begun; None where there are none."""
    return Progress(progress.end, today) if progress.end < today else None


def rest_after(nothing_newer: int) -> timedelta | None:
    """How long to leave a series alone after so many fetches in a row that brought nothing newer: 1, 2, 4 … 30 days."""
    return timedelta(days=min(2 ** min(nothing_newer - 1, 10), LONGEST_REST_DAYS)) if nothing_newer else None
