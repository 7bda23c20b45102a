"""A circuit breaker: a provider that fails again and again is left alone for a while, then tried with one call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from math import ceil

from services.model.providers import BreakerState
from services.transport.faults import ProviderError, ProviderForbids, ProviderRefused, ProviderSpared, ProviderThrottled
from services.transport.policy import HTTPPolicy

# A key that was refused, or a quota that is used up, won't get better in moments; somebody may set it right, though.
LONG_REST = timedelta(minutes=5)


class Breaker:
    """Whether one provider is asked. `now` is a clock in seconds that nobody sets."""

    def __init__(self, policy: HTTPPolicy, *, now: Callable[[], float]) -> None:
        self._policy = policy
        self._now = now
        self._failures = 0
        self._open_until: float | None = None
        self._cause = ""
        self._on_trial = False

    @property
    def state(self) -> BreakerState:
        """Closed, open, or half open: rested, and to be tried with one call."""
        if self._open_until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self._now() < self._open_until else BreakerState.HALF_OPEN

    @property
    def rest_s(self) -> float:
        """The seconds until it may be tried again."""
        return 0.0 if self._open_until is None else max(0.0, self._open_until - self._now())

    def check(self) -> None:
        """Return where a call would be let through; raises ProviderSpared with the cause where not."""
        if rest_s := self.rest_s:
            raise ProviderSpared(f"is left alone for another {_span(rest_s)}: it {self._cause}")
        if self._on_trial:
            raise ProviderSpared(f"is being tried again with one call: it {self._cause}")

    @contextmanager
    def call(self) -> Iterator[None]:
        """Lets one call through and takes note of how it ends; given up, it says nothing. Raises ProviderSpared."""
        self.check()
        on_trial = self._open_until is not None
        self._on_trial = on_trial
        try:
            yield
            self._succeeded()
        except ProviderForbids:
            self._succeeded()
            raise
        except ProviderError as error:
            self._failed(error, on_trial=on_trial)
            raise
        finally:
            if on_trial:
                self._on_trial = False

    def rest(self, span: timedelta, cause: str) -> None:
        """Leave it alone for so long, as far as the policy allows; a longer rest under way isn't cut short."""
        until = self._now() + min(span, self._policy.longest_rest).total_seconds()
        self._open_until = max(until, self._open_until or until)
        self._cause = cause

    def _succeeded(self) -> None:
        # A call from before it opened may end well after: that is no reason to go on asking.
        if self.state is not BreakerState.OPEN:
            self._failures, self._open_until = 0, None

    def _failed(self, error: ProviderError, *, on_trial: bool) -> None:
        if isinstance(error, ProviderSpared):
            return
        self._failures += 1
        if (span := self._rest_after(error, on_trial=on_trial)) is not None:
            self.rest(span, str(error))

    def _rest_after(self, error: ProviderError, *, on_trial: bool) -> timedelta | None:
        """How long to leave it alone; None where it isn't time for that."""
        usual = self._policy.breaker_rest
        if isinstance(error, ProviderRefused):
            return max(usual, LONG_REST)
        if isinstance(error, ProviderThrottled) and not error.passes_soon:
            return max(error.retry_after or usual, LONG_REST if error.lasting else usual)
        many = self._open_until is None and self._failures >= self._policy.breaker_failures
        return usual if on_trial or many else None


def _span(seconds: float) -> str:
    return f"{ceil(seconds)} s" if seconds < 120 else f"{ceil(seconds / 60)} min"
