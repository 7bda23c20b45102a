"""What a provider's headers tell of when it may be asked again."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

RETRY_AFTER = "retry-after"
# How many calls are left, and when there will be more.
QUOTAS = (
    ("x-ratelimit-remaining", "x-ratelimit-reset"),
    ("x-ratelimit-requests-remaining", "x-ratelimit-requests-reset"),
)
# A number from here on is a Unix time, and with more digits than such a one has it is neither.
_FIRST_UNIX_TIME, _DIGITS = 10**9, 11


def wait_told(headers: Mapping[str, str]) -> timedelta | None:
    """How long an answer to a call too many says to wait; None where it doesn't say, or not so that it can be read.

    `Retry-After` is in seconds or a date; else the time of the next quota counts, in seconds or as a Unix time.
    """
    for name in (RETRY_AFTER, *(reset for _, reset in QUOTAS)):
        if (wait := _wait(headers, name)) is not None:
            return wait
    return None


def wait_when_spent(headers: Mapping[str, str]) -> timedelta | None:
    """How long to wait where an answer says that it was the last of its quota; None where more are left."""
    waits = (_wait(headers, reset) for left, reset in QUOTAS if headers.get(left, "").strip() == "0")
    return max((wait for wait in waits if wait is not None), default=None)


def _wait(headers: Mapping[str, str], name: str) -> timedelta | None:
    told = headers.get(name, "").strip()
    if not (told.isascii() and told.isdigit()):
        then = _date(told)
    elif len(told) > _DIGITS:
        return None
    elif (number := int(told)) < _FIRST_UNIX_TIME:
        return timedelta(seconds=number)
    else:
        then = datetime.fromtimestamp(number, UTC)
    return None if then is None else max(then - _now(headers), timedelta())


def _now(headers: Mapping[str, str]) -> datetime:
    """The provider's own time, where it tells it: its clock and ours needn't agree."""
    return _date(headers.get("date", "")) or datetime.now(UTC)


def _date(told: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
