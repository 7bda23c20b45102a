"""How Soundcharts windows, dates and pages a series."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar
from urllib.parse import urlencode

from sandbox.protocol import Ask

T = TypeVar("T")

MOST_A_PAGE = 100
USUAL_WINDOW = timedelta(days=30)


class WrongArgument(Exception):
    """A parameter that can't be read; the text says which."""


def window_of(ask: Ask, today: date) -> tuple[date, date]:
    """The first and the last day that are asked for. Raises WrongArgument."""
    end = _day(ask, "endDate", today)
    start = _day(ask, "startDate", end - USUAL_WINDOW)
    if start > end:
        raise WrongArgument("startDate is after endDate.")
    return start, end


def page_of(ask: Ask, items: Sequence[T]) -> tuple[Sequence[T], Mapping[str, object]]:
    """The items of the page that is asked for, and what the answer says of it. Raises WrongArgument."""
    offset, limit = _number(ask, "offset", 0), _number(ask, "limit", MOST_A_PAGE)
    if not 1 <= limit <= MOST_A_PAGE:
        raise WrongArgument(f"limit must be from 1 to {MOST_A_PAGE}.")
    total = len(items)
    page = {
        "offset": offset,
        "limit": limit,
        "next": _target(ask, offset + limit, limit) if offset + limit < total else None,
        "previous": _target(ask, max(0, offset - limit), limit) if offset else None,
        "total": total,
    }
    return items[offset : offset + limit], page


def dated(day: date) -> str:
    """The day's midnight with the offset of Paris, by which the day is the first ten characters alone."""
    summer = _last_sunday(day.year, 3) < day <= _last_sunday(day.year, 10)
    return f"{day}T00:00:00+0{2 if summer else 1}:00"


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=last.isoweekday() % 7)


def _target(ask: Ask, offset: int, limit: int) -> str:
    """The address of another page, relative to the base."""
    return f"{ask.target.partition('?')[0]}?{urlencode({**ask.query, 'offset': offset, 'limit': limit})}"


def _day(ask: Ask, name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(ask.query[name]) if ask.query.get(name) else otherwise
    except ValueError:
        raise WrongArgument(f"{name} must be a day such as 2026-11-20.") from None


def _number(ask: Ask, name: str, otherwise: int) -> int:
    text = ask.query.get(name)
    if text and not text.isdigit():
        raise WrongArgument(f"{name} must be a number.")
    return int(text) if text else otherwise
