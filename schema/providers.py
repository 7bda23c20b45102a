"""The providers, for who runs the server."""

from datetime import datetime

import strawberry

from schema.enums import BreakerState
from schema.fields import field


@strawberry.type(description="How a provider stands. `breaker` and `retryAt` are those of the process that answers.")
class ProviderStatus:
    name: str = field("The provider's name, as in `lastRefreshSource`.")
    tier: int = field("Its tier, 1 to 4: each is asked for what those before it lacked.")
    configured: bool = field("Whether it has an address and the credentials that it needs; otherwise it is left out.")
    sandbox: bool = field("Whether the sandbox plays it: then its numbers are made up, and signed `sandbox:…`.")
    breaker: BreakerState = field("Whether it is asked.")
    calls_today: int = field("Calls of this UTC day, over all processes.")
    daily_budget: int | None = field("The most calls of a day; null where there is no limit.")
    retry_at: datetime | None = field("When it is tried again; null where it is asked.")
    last_success_at: datetime | None = field("When it last answered, whichever process asked; null where it never has.")
    last_error: str | None = field(
        "Its last fault, whichever process met it, however long ago; null where there was none."
    )
