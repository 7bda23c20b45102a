"""Instants and days as both surfaces write them."""

from datetime import UTC, datetime

import orjson

_LENGTH_OF_WHOLE_SECONDS = len('"2026-11-20T08:00:00Z"')


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def tolerance(days: int) -> int:
    """How many days off a stored day may be and still count as so many days ago."""
    return max(3, days // 4)


def rfc3339(at: datetime) -> str:
    """An aware UTC datetime as `2026-11-20T08:00:00.000Z`."""
    # In a quarter of the time that isoformat takes. A fraction is written in microseconds, and where there is none not.
    written = orjson.dumps(at, option=orjson.OPT_UTC_Z).decode()
    return f"{written[1:20]}.000Z" if len(written) == _LENGTH_OF_WHOLE_SECONDS else f"{written[1:24]}Z"
