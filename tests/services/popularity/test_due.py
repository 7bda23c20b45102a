from datetime import date, datetime, timedelta

import pytest

from services.model.backfill import BackfillState, Progress
from services.model.popularity import PopularityPlatform
from services.popularity import subject_of
from services.popularity.due import is_due, is_fresh, next_after, rest_after, to_fetch
from tests.builders import NOW

TODAY = NOW.date()
KNOWN = BackfillState()
BROKEN_OFF = BackfillState(Progress(date(2020, 1, 1), date(2026, 11, 1), offset=300))
RESTS = BackfillState(retry_at=NOW + timedelta(minutes=1))


def test_a_series_is_called_by_its_artist_and_platform() -> None:
    assert subject_of(61, PopularityPlatform.SPOTIFY) == "popularity:61:spotify"


@pytest.mark.parametrize(
    ("now", "fresh"),
    [("2027-01-01T00:00:00Z", False), ("2026-12-31T23:59:59Z", True)],
    ids=["sixty days after its end", "a second sooner"],
)
def test_a_series_is_fresh_for_sixty_days_after_its_newest_day(now: str, fresh: bool) -> None:
    assert is_fresh("2026-11-01", datetime.fromisoformat(now)) is fresh


@pytest.mark.parametrize(
    ("last_day", "state", "due"),
    [
        (None, KNOWN, True),
        ("2026-01-01", KNOWN, True),
        ("2026-11-01", KNOWN, False),
        ("2026-11-01", BROKEN_OFF, True),
        (None, RESTS, False),
        ("2026-01-01", RESTS, False),
        ("2026-11-01", BackfillState(BROKEN_OFF.progress, retry_at=RESTS.retry_at), False),
        (None, BackfillState(retry_at=NOW), True),
    ],
    ids=[
        *("nothing stored", "stale", "fresh", "fresh, broken off", "nothing stored, resting", "stale, resting"),
        *("broken off, resting", "rested"),
    ],
)
def test_a_series_is_due_where_it_is_not_fresh_or_was_broken_off(
    last_day: str | None, state: BackfillState, due: bool
) -> None:
    assert is_due(last_day, state, NOW) is due


@pytest.mark.parametrize(
    ("last_day", "state", "progress"),
    [
        (None, KNOWN, Progress(date(2020, 1, 1), TODAY)),
        ("2026-01-01", KNOWN, Progress(date(2026, 1, 1), TODAY)),
        ("2026-11-20", KNOWN, Progress(TODAY, TODAY)),
        ("2027-01-01", KNOWN, Progress(TODAY, TODAY)),
        ("2026-01-01", BROKEN_OFF, BROKEN_OFF.progress),
    ],
    ids=["nothing stored", "stale", "of today", "of a day to come", "broken off"],
)
def test_what_is_fetched_is_what_is_missing(last_day: str | None, state: BackfillState, progress: Progress) -> None:
    assert to_fetch(last_day, state, TODAY) == progress


def test_one_that_was_broken_off_is_followed_by_the_days_since() -> None:
    assert next_after(Progress(date(2020, 1, 1), date(2026, 11, 1), offset=300), TODAY) == Progress(
        date(2026, 11, 1), TODAY
    )
    assert next_after(Progress(date(2020, 1, 1), TODAY), TODAY) is None


def test_what_brings_nothing_newer_rests_for_one_two_four_and_at_most_thirty_days() -> None:
    rests = [rest_after(times) for times in (0, 1, 2, 3, 4, 5, 6, 7, 10_000)]

    assert rests == [None, *(timedelta(days=days) for days in (1, 2, 4, 8, 16, 30, 30, 30))]
