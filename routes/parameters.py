"""The parameters that addresses take, each read, checked and described in one place. What is wrong is BadInput."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from starlette.requests import Request

from services.artist import MAX_ARTISTS
from services.errors import BadInput
from services.model.artist import MAX_ARTIST_ID
from services.model.popularity import PopularityPlatform
from services.stats import MAX_DAYS

Value = TypeVar("Value")

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INT32 = range(-(2**31), 2**31)


@dataclass(frozen=True)
class Parameter(Generic[Value]):
    """A parameter, in the path or in the query as the address has it.

    `read` makes its value of the name and the text, None where it is absent; `schema` is for who reads OpenAPI.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    read: Callable[[str, str | None], Value]

    def of(self, request: Request) -> Value:
        """The value in this request; in a query an empty one is absent, and of several the last counts."""
        in_path = request.path_params.get(self.name)
        in_query = request.query_params.get(self.name, "").strip() or None
        return self.read(self.name, in_query if in_path is None else in_path)


def _artist_id(name: str, text: str | None) -> int:
    if text is None or not _WHOLE.fullmatch(text) or int(text) not in _INT32:
        raise BadInput(f"{_shown(text or '')} is no artist's id: an id is a whole number from 1 to {MAX_ARTIST_ID}.")
    return int(text)


def _artist_ids(name: str, text: str | None) -> list[int]:
    if text is None:
        raise BadInput(f"{name} is missing: it has artists' ids, by commas.")
    return [_artist_id(name, part.strip()) for part in text.split(",")]


def _platform(name: str, text: str | None) -> PopularityPlatform:
    if text is None:
        return PopularityPlatform.SPOTIFY
    try:
        return PopularityPlatform(text.lower())
    except ValueError:
        known = ", ".join(PopularityPlatform)
        raise BadInput(f"{name} is {_shown(text)}: popularity is kept for {known}.") from None


def _flag(name: str, text: str | None) -> bool:
    return text in {"true", "1"}


def _milliseconds(name: str, text: str | None) -> int | None:
    if text is not None and not _WHOLE.fullmatch(text):
        raise BadInput(f"{name} is {_shown(text)}: it is a number of milliseconds, 0 or more.")
    return None if text is None else int(text)


def _days(name: str, text: str | None) -> int | None:
    if text is not None and (not _WHOLE.fullmatch(text) or not 1 <= int(text) <= MAX_DAYS):
        raise BadInput(f"{name} is {_shown(text)}: it is a number of days to look back, 1 to {MAX_DAYS}.")
    return None if text is None else int(text)


def _day(name: str, text: str | None) -> date | None:
    """A day, of which an ISO datetime's first ten characters count."""
    if text is None:
        return None
    try:
        if _DAY.match(text):
            return date.fromisoformat(text[:10])
    except ValueError:
        pass
    raise BadInput(f"{name} is {_shown(text)}: it is a calendar day, YYYY-MM-DD.")


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")


_ID = {"type": "integer", "format": "int32", "minimum": 1, "maximum": MAX_ARTIST_ID}
_BOOLEAN = {"type": "boolean", "default": False}
_DATE = {"type": "string", "format": "date"}

ARTIST_ID = Parameter("artist_id", "The artist's id at Kisum.", _ID, _artist_id)
ARTIST_IDS = Parameter(
    "ids",
    "Artists' ids at Kisum, by commas.",
    {"type": "array", "items": _ID, "minItems": 1, "maxItems": MAX_ARTISTS},
    _artist_ids,
)
PLATFORM = Parameter(
    "platform",
    "The platform whose popularity is asked for.",
    {"type": "string", "enum": [platform.value for platform in PopularityPlatform], "default": "spotify"},
    _platform,
)
START_DATE = Parameter("startDate", "The first day; of an ISO datetime its day counts.", _DATE, _day)
END_DATE = Parameter("endDate", "The last day, itself included.", _DATE, _day)
REFRESH = Parameter(
    "refresh", "`true` or `1`: have the providers asked, however fresh what is stored.", _BOOLEAN, _flag
)
STORED_ONLY = Parameter("storedOnly", "`true` or `1`: answer what is stored, and ask no provider.", _BOOLEAN, _flag)
MAX_WAIT_MS = Parameter(
    "maxWaitMs",
    "How long to wait for providers at most, in milliseconds; past that, what is stored is answered.",
    {"type": "integer", "minimum": 0},
    _milliseconds,
)
GROWTH = Parameter(
    "growth",
    "So many days to look back: then the answer has `growth` too.",
    {"type": "integer", "minimum": 1, "maximum": MAX_DAYS},
    _days,
)

# Those that belong together, and are read together.
MODE = (REFRESH, STORED_ONLY, MAX_WAIT_MS)
WINDOW = (START_DATE, END_DATE)
