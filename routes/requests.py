"""What a request carries beside its parameters: services, caller, day; and what several parameters say together."""

import asyncio
from datetime import date

from starlette.requests import Request
from starlette.types import Scope

from routes.parameters import END_DATE, MAX_WAIT_MS, REFRESH, START_DATE, STORED_ONLY
from services import Services
from services.freshness import Caller, ReadMode, read_mode
from services.model.popularity import Window

CALLER = "kisum.caller"


def services_of(scope: Scope) -> Services:
    """The services of the app that answers."""
    services: Services = scope["app"].state.services
    return services


def version_of(scope: Scope) -> str:
    """The version of the app that answers."""
    version: str = scope["app"].state.about.version
    return version


def stopping_of(scope: Scope) -> asyncio.Event:
    """What is set once the app that answers is to stop."""
    stopping: asyncio.Event = scope["app"].state.stopping
    return stopping


def today_of(scope: Scope) -> date:
    """The UTC day, by the clock of the app that answers."""
    today: date = scope["app"].state.clock().date()
    return today


def caller_of(scope: Scope) -> Caller:
    """Who asks, as the gate found."""
    caller: Caller = scope[CALLER]
    return caller


def mode_of(request: Request) -> ReadMode:
    """How the request wants stale data treated; raises BadInput, Forbidden."""
    return read_mode(
        caller_of(request.scope),
        refresh=REFRESH.of(request),
        stored_only=STORED_ONLY.of(request),
        max_wait_ms=MAX_WAIT_MS.of(request),
    )


def window_of(request: Request) -> Window:
    """The days from `startDate` to `endDate`; raises BadInput."""
    return Window(START_DATE.of(request), END_DATE.of(request))
