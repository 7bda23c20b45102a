"""How providers stand, for who runs the server."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BreakerState(StrEnum):
    """Whether a provider is asked."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class ProviderHealth:
    """How a provider fares in this process."""

    breaker: BreakerState
    retry_at: datetime | None
    # Calls that are under way.
    in_flight: int = 0


@dataclass(frozen=True, slots=True)
class LastOutcomes:
    """How a provider's calls ended last, over all processes; None where none has so far."""

    success_at: datetime | None
    error_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """A provider as the server has it. Breaker and `retry_at` are this process's; the rest is told over all of them."""

    name: str
    tier: int
    configured: bool
    sandbox: bool
    breaker: BreakerState
    calls_today: int
    daily_budget: int | None
    retry_at: datetime | None
    last_success_at: datetime | None
    last_error_at: datetime | None
    last_error: str | None


class Asked(StrEnum):
    """Whether a refresh asks a provider."""

    SURELY = "asked"
    # Where those before it leave any.
    FOR_GAPS = "asked for gaps"
    NOT = "not asked"


@dataclass(frozen=True, slots=True)
class ProviderOutlook:
    """Whether a refresh that began now would ask a provider for an artist, why, and for which metrics."""

    status: ProviderStatus
    asked: Asked
    reason: str
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was found when an artist's uuid was looked for: the uuid, or that there is none."""

    uuid: str | None
