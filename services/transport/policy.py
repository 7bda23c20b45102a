"""How a provider may be asked: a policy each, beside what it gives."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in any stretch of so many seconds."""

    calls: int
    per_s: float


@dataclass(frozen=True, slots=True)
class HTTPPolicy:
    """The limits of one provider; they hold for this process."""

    # A call in all, from the first byte out to the last byte in, retries not counted.
    timeout_s: float = 8.0
    connect_timeout_s: float = 3.0
    max_in_flight: int = 8
    rate: Rate = Rate(calls=20, per_s=1.0)
    # Further tries after a fault that may pass, each within the refresh's deadline.
    retries: int = 2
    max_bytes: int = 4 * 2**20
    # Failures in a row that open the breaker, and how long it stays open before one call tries again.
    breaker_failures: int = 5
    breaker_rest: timedelta = timedelta(seconds=30)
    # The longest that a provider's own Retry-After keeps the breaker open.
    longest_rest: timedelta = timedelta(hours=6)
