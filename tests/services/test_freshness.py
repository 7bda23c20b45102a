from datetime import UTC, date, datetime, timedelta

import pytest

from services.errors import BadInput, Forbidden
from services.freshness import POLICIES, POPULARITY, STATS, Caller, Freshness, ReadMode, end_of_day, judge, read_mode
from services.freshness import FreshnessPolicy as Policy
from tests.builders import NOW

MAY_REFRESH, MAY_READ = Caller(may_refresh=True), Caller(may_refresh=False)
A_MOMENT = timedelta(microseconds=1)


def test_the_policies_are_those_of_the_contract() -> None:
    assert [(policy.subject, policy.max_age.days, policy.retry_after_failure_seconds) for policy in POLICIES] == [
        ("stats", 7, 900),
        ("popularity", 60, 900),
    ]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.subject)
def test_an_age_is_told_in_whole_seconds(policy: Policy) -> None:
    assert policy.max_age_seconds == policy.max_age.days * 24 * 60 * 60


@pytest.mark.parametrize("policy", [STATS, POPULARITY], ids=lambda policy: policy.subject)
@pytest.mark.parametrize(
    ("short_of_max_age", "judged"),
    [(A_MOMENT, Freshness.FRESH), (timedelta(0), Freshness.STALE), (-A_MOMENT, Freshness.STALE)],
    ids=["younger", "as old as that", "older"],
)
def test_fresh_is_what_is_younger_than_the_policys_age(
    policy: Policy, short_of_max_age: timedelta, judged: Freshness
) -> None:
    assert judge(policy, NOW - policy.max_age + short_of_max_age, now=NOW) is judged


def test_what_has_no_time_is_missing() -> None:
    assert judge(STATS, None, now=NOW) is Freshness.MISSING


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 11, 1), datetime(2026, 11, 2, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2027, 1, 1, tzinfo=UTC)),
        (date(2024, 2, 28), datetime(2024, 2, 29, tzinfo=UTC)),
    ],
    ids=["a day", "the last of a year", "before a leap day"],
)
def test_a_day_ages_from_its_end_in_utc(day: date, end: datetime) -> None:
    assert end_of_day(day) == end


@pytest.mark.parametrize(
    ("refresh", "stored_only", "max_wait_ms"),
    [(False, False, None), (True, False, None), (False, True, None), (True, False, 0), (False, False, 20_000)],
)
def test_a_mode_is_as_it_was_asked_for(refresh: bool, stored_only: bool, max_wait_ms: int | None) -> None:
    mode = read_mode(MAY_REFRESH, refresh=refresh, stored_only=stored_only, max_wait_ms=max_wait_ms)

    assert mode == ReadMode(refresh, stored_only, max_wait_ms)


@pytest.mark.parametrize("caller", [MAY_REFRESH, MAY_READ], ids=["may refresh", "may read"])
def test_to_ask_nobody_and_to_ask_at_once_exclude_each_other(caller: Caller) -> None:
    with pytest.raises(BadInput, match=r"^storedOnly and refresh exclude each other"):
        read_mode(caller, refresh=True, stored_only=True, max_wait_ms=None)


def test_a_negative_wait_is_refused() -> None:
    with pytest.raises(BadInput, match=r"^maxWaitMs is -1: it is a number of milliseconds, 0 or more\.$"):
        read_mode(MAY_REFRESH, refresh=False, stored_only=False, max_wait_ms=-1)


def test_a_key_that_may_read_forces_no_refresh() -> None:
    with pytest.raises(Forbidden, match=r"^This key may read; a refresh needs a key of MUSICDATA_INTERNAL_API_KEY\.$"):
        read_mode(MAY_READ, refresh=True, stored_only=False, max_wait_ms=None)


@pytest.mark.parametrize("stored_only", [False, True])
def test_a_key_that_may_read_reads(stored_only: bool) -> None:
    assert read_mode(MAY_READ, refresh=False, stored_only=stored_only, max_wait_ms=5) == ReadMode(False, stored_only, 5)
