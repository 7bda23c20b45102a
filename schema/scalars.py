"""Long, Date and DateTime as GraphQL scalars."""

import re
from datetime import UTC, date, datetime
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from services.model.instants import rfc3339

Long = NewType("Long", int)
# Where a field is called `date`, its annotation needs another name.
Date = date

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(_DAY.pattern + r"[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})?")
_MAX_LONG = 2**63


def _long(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -_MAX_LONG <= value < _MAX_LONG:
        raise ValueError("a Long is a whole number of 64 bits")
    return value


def _write_day(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _read_day(value: object) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("a Date is a calendar day, YYYY-MM-DD")


def _read_instant(value: object) -> datetime:
    try:
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            at = datetime.fromisoformat(value.upper())
            return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("a DateTime is an instant, RFC 3339, such as 2026-11-20T08:00:00Z")


SCALARS: dict[Any, ScalarDefinition] = {
    Long: strawberry.scalar(
        name="Long", description="A 64-bit integer, as a JSON number.", serialize=_long, parse_value=_long
    ),
    date: strawberry.scalar(
        name="Date", description="A calendar day in UTC, YYYY-MM-DD.", serialize=_write_day, parse_value=_read_day
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant, RFC 3339 in UTC, to the millisecond.",
        serialize=rfc3339,
        parse_value=_read_instant,
    ),
}
