"""Asks one provider under its policy."""

import asyncio
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import structlog

import telemetry
from services.model.providers import BreakerState, ProviderHealth
from services.transport.answers import Answer, Request
from services.transport.breaker import Breaker
from services.transport.budget import Budget
from services.transport.exchange import Exchange
from services.transport.faults import (
    SHORT_WAIT,
    ProviderError,
    ProviderSpared,
    ProviderThrottled,
    ProviderUnreadable,
)
from services.transport.limits import Limits
from services.transport.policy import HTTPPolicy
from services.transport.quotas import wait_when_spent
from services.transport.retry import tries

T = TypeVar("T")

# A call with less time than this isn't begun: that it came late would say nothing against the provider.
LEAST_S = 0.5
# So long before the deadline a call ends as the provider's fault, lest its caller gives it up first and nobody's is.
MARGIN_S = 0.05

ANSWERED, ABANDONED = "answered", "abandoned"

log = structlog.get_logger(__name__)


class ProviderClient:
    """One provider's connections, with its limits, its breaker and its budget."""

    def __init__(
        self,
        name: str,
        base_url: str,
        policy: HTTPPolicy,
        *,
        clock: Callable[[], datetime],
        budget: Budget | None = None,
    ) -> None:
        self.name = name
        self._policy = policy
        self._clock = clock
        self._budget = budget
        self._exchange = Exchange(base_url, policy)
        self._breaker = Breaker(policy, now=_now)
        self._limits = Limits(policy, now=_now)

    def __repr__(self) -> str:
        return f"ProviderClient({self.name!r})"

    async def ask(self, request: Request, read: Callable[[Answer], T], *, deadline: float) -> T:
        """What `read` makes of the answer; it raises ProviderError for an answer that is none.

        Faults that may pass are tried again, with `read` called anew, within the deadline, which is on the event
        loop's clock. Raises ProviderError.
        """
        async for attempt in tries(self._policy.retries, left_s=lambda: self._left_s(deadline)):
            with attempt:
                return await self._try(request, read, deadline=deadline, attempt=attempt.num)
        raise AssertionError("the tries end with an answer or an error")

    @property
    def health(self) -> ProviderHealth:
        """How the provider fares in this process; to be asked for on the event loop."""
        rest_s = self._breaker.rest_s
        return ProviderHealth(
            breaker=self._breaker.state,
            retry_at=self._clock() + timedelta(seconds=rest_s) if rest_s else None,
            in_flight=self._limits.in_flight,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._exchange.close()

    def _left_s(self, deadline: float) -> float:
        """How long a further try may be waited for: not at all where the breaker won't let it through."""
        if self._breaker.state is not BreakerState.CLOSED:
            return 0.0
        return deadline - LEAST_S - _now()

    async def _try(self, request: Request, read: Callable[[Answer], T], *, deadline: float, attempt: int) -> T:
        try:
            self._breaker.check()
            async with self._limits.turn(deadline=deadline - LEAST_S):
                with self._breaker.call():
                    await self._count(deadline)
                    return await self._call(request, read, deadline=deadline, attempt=attempt)
        except ProviderSpared as error:
            telemetry.PROVIDER_CALLS.labels(self.name, error.outcome).inc()
            raise
        finally:
            telemetry.PROVIDER_BREAKER.labels(self.name).set(list(BreakerState).index(self._breaker.state))

    async def _count(self, deadline: float) -> None:
        if self._budget and not await self._budget.take(self.name):
            raise ProviderSpared("was not asked: its budget for the day is spent, or can't be read")
        if _now() > deadline - LEAST_S:
            raise ProviderSpared("was not asked: no time was left")

    async def _call(self, request: Request, read: Callable[[Answer], T], *, deadline: float, attempt: int) -> T:
        began = time.perf_counter()
        outcome = ABANDONED
        try:
            within_s = min(self._policy.timeout_s, deadline - MARGIN_S - _now())
            answer = await self._exchange.send(request, within_s=within_s)
            value = _made_of(answer, read, provider=self.name)
            outcome = ANSWERED
        except ProviderError as error:
            outcome = error.outcome
            error.args = (request.redacted(str(error)),)
            self._failed(error, took_s=time.perf_counter() - began, attempt=attempt)
            raise
        finally:
            telemetry.PROVIDER_CALLS.labels(self.name, outcome).inc()
            telemetry.PROVIDER_SECONDS.labels(self.name).observe(time.perf_counter() - began)
        self._succeeded(answer)
        return value

    def _succeeded(self, answer: Answer) -> None:
        self._note(None)
        if (wait := wait_when_spent(answer.headers)) is None:
            return
        if wait <= SHORT_WAIT:
            self._limits.hold(wait)
        else:
            self._breaker.rest(wait, "says that its quota is used up")

    def _failed(self, error: ProviderError, *, took_s: float, attempt: int) -> None:
        if isinstance(error, ProviderThrottled) and error.retry_after and error.passes_soon:
            self._limits.hold(error.retry_after)
        self._note(str(error))
        log.warning(
            "provider_call_failed",
            provider=self.name,
            outcome=error.outcome,
            cause=str(error),
            duration_ms=round(took_s * 1000),
            attempt=attempt,
        )

    def _note(self, error: str | None) -> None:
        if self._budget:
            self._budget.note(self.name, at=self._clock(), error=error)


def _made_of(answer: Answer, read: Callable[[Answer], T], *, provider: str) -> T:
    """What `read` makes of the answer; a defect of it must not cost what the other providers said."""
    try:
        return read(answer)
    except ProviderError:
        raise
    except Exception as error:
        # Its text may repeat the answer.
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error(
            "provider_answer_misread",
            provider=provider,
            kind=type(error).__name__,
            place=f"{Path(place.filename).name}:{place.lineno}",
        )
    raise ProviderUnreadable("answered what could not be read")


def _now() -> float:
    return asyncio.get_running_loop().time()
