"""Instants and days as both surfaces write them."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def tolerance(days: int) -> int:
    """How many days off a stored day may be and still count as so many days ago."""
    return max(3, days // 4)


def rfc3339(at: datetime) -> str:
    """An aware UTC datetime as `2026-11-20T08:00:00.000Z`."""
    return at.isoformat("T", "milliseconds")[:23] + "Z"
