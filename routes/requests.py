"""What a request carries, read and checked: services, caller, path and query. Everything wrong is BadInput."""

import re
from datetime import date

from starlette.requests import Request
from starlette.types import Scope

from services import Services
from services.errors import BadInput
from services.freshness import Caller, ReadMode, read_mode
from services.model.popularity import PopularityPlatform, Window

CALLER = "kisum.caller"

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INT32 = range(-(2**31), 2**31)


def services_of(scope: Scope) -> Services:
    """The services of the app that answers."""
    services: Services = scope["app"].state.services
    return services


def caller_of(scope: Scope) -> Caller:
    """Who asks, as the gate found."""
    caller: Caller = scope[CALLER]
    return caller


def artist_id_of(request: Request) -> int:
    """The artist's id in the path."""
    text = request.path_params["artist_id"]
    if not _WHOLE.fullmatch(text) or int(text) not in _INT32:
        raise BadInput(f"{_shown(text)} is no artist's id: an id is a whole number from 1 to 2147483647.")
    return int(text)


def platform_of(text: str | None) -> PopularityPlatform:
    """The platform of that name, by default Spotify."""
    if text is None:
        return PopularityPlatform.SPOTIFY
    try:
        return PopularityPlatform(text.lower())
    except ValueError:
        known = ", ".join(PopularityPlatform)
        raise BadInput(f"platform is {_shown(text)}: popularity is kept for {known}.") from None


def parameter(request: Request, name: str) -> str | None:
    """A parameter of the query; an empty one is absent, and of several the last counts."""
    return request.query_params.get(name, "").strip() or None


def mode_of(request: Request) -> ReadMode:
    """How the request wants stale data treated; raises BadInput, Forbidden."""
    return read_mode(
        caller_of(request.scope),
        refresh=_flag(request, "refresh"),
        stored_only=_flag(request, "storedOnly"),
        max_wait_ms=_milliseconds(request, "maxWaitMs"),
    )


def window_of(request: Request) -> Window:
    """The days from `startDate` to `endDate`."""
    return Window(_day(request, "startDate"), _day(request, "endDate"))


def _flag(request: Request, name: str) -> bool:
    return parameter(request, name) in {"true", "1"}


def _milliseconds(request: Request, name: str) -> int | None:
    text = parameter(request, name)
    if text is not None and not _WHOLE.fullmatch(text):
        raise BadInput(f"{name} is {_shown(text)}: it is a number of milliseconds, 0 or more.")
    return None if text is None else int(text)


def _day(request: Request, name: str) -> date | None:
    """A day, of which an ISO datetime's first ten characters count."""
    text = parameter(request, name)
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
