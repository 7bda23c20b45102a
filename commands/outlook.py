"""What a read of an artist's stats would do now, whom a refresh would ask, and why, as plain facts for `explain`.

Breakers are each process's own; what is known over all of them is how calls ended, and how many the day has seen.
"""

import asyncio
from datetime import datetime
from typing import TypedDict

from services import Services
from services.freshness import Freshness
from services.model.artist import Artist
from services.model.instants import rfc3339
from services.model.providers import Asked, ProviderOutlook
from services.model.refresh import RefreshState


class LeaseFacts(TypedDict):
    """Who refreshes: machine, process and a mark of the run; and until when, unless it holds on."""

    owner: str | None
    until: str


class ProviderFacts(TypedDict):
    """A provider; `asked` is asked, asked for gaps or not asked, `metrics` what it would be asked for."""

    name: str
    tier: int
    sandbox: bool
    asked: str
    reason: str
    metrics: list[str]
    callsToday: int
    dailyBudget: int | None
    lastSuccessAt: str | None
    lastErrorAt: str | None
    lastError: str | None


class RefreshFacts(TypedDict):
    """How the artist's refreshes stand; `failures` counts those in a row."""

    atRead: str
    lease: LeaseFacts | None
    lastEndedAt: str | None
    failures: int
    retryAt: str | None
    providers: list[ProviderFacts]


async def outlook(services: Services, artist: Artist, *, decision: Freshness, now: datetime) -> RefreshFacts:
    """The facts; `decision` is that on the stored stats. Three finds; raises StoreUnavailable."""
    state, providers = await asyncio.gather(services.stats.refresh_state(artist), services.providers.outlook(artist))
    running = state is not None and state.is_running(now)
    return {
        "atRead": _at_read(services, decision, state, providers, now),
        "lease": {"owner": state.owner, "until": rfc3339(state.running_until)}
        if state and state.running_until and running
        else None,
        "lastEndedAt": _written(state.ended_at) if state else None,
        "failures": state.attempts if state else 0,
        "retryAt": _written(state.retry_at) if state and state.rests(now) else None,
        "providers": [_provider(found) for found in providers],
    }


def _at_read(
    services: Services,
    decision: Freshness,
    state: RefreshState | None,
    providers: list[ProviderOutlook],
    now: datetime,
) -> str:
    if decision is Freshness.FRESH:
        return "asks nobody: what is stored is fresh"
    if not services.stats.refreshes_on_read:
        return "asks nobody: REFRESH_ON_READ is off"
    if state and state.rests(now):
        return "asks nobody yet: the last refresh failed, and rests"
    if not any(found.asked is not Asked.NOT for found in providers):
        return "can ask nobody"
    if state and state.is_running(now):
        return "waits for the refresh that is under way"
    return "asks these providers"


def _provider(found: ProviderOutlook) -> ProviderFacts:
    status = found.status
    return {
        "name": status.name,
        "tier": status.tier,
        "sandbox": status.sandbox,
        "asked": found.asked,
        "reason": found.reason,
        "metrics": list(found.metrics),
        "callsToday": status.calls_today,
        "dailyBudget": status.daily_budget,
        "lastSuccessAt": _written(status.last_success_at),
        "lastErrorAt": _written(status.last_error_at),
        "lastError": status.last_error,
    }


def _written(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None
