"""The one way in which every provider is asked: timeouts, limits, retries, breaker, budget, and no secret in a log."""

from services.transport.answers import Answer, Request, fault_of, parsed, quoted
from services.transport.budget import Budget
from services.transport.client import ProviderClient
from services.transport.faults import (
    ProviderError,
    ProviderForbids,
    ProviderRefused,
    ProviderSpared,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnreadable,
)
from services.transport.policy import HTTPPolicy, Rate

__all__ = [
    "Answer",
    "Budget",
    "HTTPPolicy",
    "ProviderClient",
    "ProviderError",
    "ProviderForbids",
    "ProviderRefused",
    "ProviderSpared",
    "ProviderThrottled",
    "ProviderUnavailable",
    "ProviderUnreadable",
    "Rate",
    "Request",
    "fault_of",
    "parsed",
    "quoted",
]
