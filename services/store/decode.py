"""Documents as found in the wild, made into values. What is unusable is None, counted, and never an error."""

import re
from datetime import UTC, date, datetime
from typing import Any

import telemetry

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def text(value: object) -> str | None:
    """A text with something in it, stripped."""
    return (value.strip() or None) if isinstance(value, str) else None


def identifier(value: object) -> str | None:
    """An id as text: platforms' ids are stored as texts and, some of them, as numbers."""
    if isinstance(value, float) and not value.is_integer():
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value))
    return text(value)


def whole(value: object) -> int | None:
    """A whole number: int32, int64, or a double without a fraction."""
    if type(value) is int:
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int):  # bson's Int64
        return int(value)
    return int(value) if isinstance(value, float) and value.is_integer() else None


def metric(value: object) -> int | None:
    """A metric's value: a positive whole number of 64 bits; nothing else counts as one."""
    number = value if type(value) is int else whole(value)
    if number is not None and 0 < number < 2**63:
        return number
    if value is not None:
        telemetry.UNREADABLE_FIELDS.labels("metric").inc()
    return None


def instant(value: object) -> datetime | None:
    """A BSON date, or an ISO 8601 text, which is UTC where it doesn't say."""
    if type(value) is datetime and (value.tzinfo is None or value.tzinfo is UTC):
        return value.replace(tzinfo=UTC)
    try:
        at = datetime.fromisoformat(value.strip()) if isinstance(value, str) else value
        if isinstance(at, datetime):
            return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    if value is not None:
        telemetry.UNREADABLE_FIELDS.labels("instant").inc()
    return None


def day(value: object) -> str | None:
    """A calendar day as `YYYY-MM-DD`, from a text that begins with one or a BSON date."""
    if isinstance(value, datetime):
        at = instant(value)
        return at.date().isoformat() if at else None
    if not isinstance(value, str) or not _DAY.match(value):
        return None
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        return None


def mapping(value: object) -> dict[str, Any]:
    """A sub-document; an empty one where there is none."""
    return value if isinstance(value, dict) else {}
