"""A provider's client as tests ask it: over a network that they play, with a budget of their own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import pytest

from services.model.providers import BreakerState, ProviderHealth
from services.transport import Answer, HTTPPolicy, ProviderClient, ProviderError, Request, fault_of, parsed
from tests.services.transport.turned import now, passed_s

NAME = "deezer"
BASE_URL = "https://api.deezer.example"
POLICY = HTTPPolicy(timeout_s=8, retries=2, breaker_failures=5, breaker_rest=timedelta(seconds=30))
OPEN, HALF_OPEN = BreakerState.OPEN, BreakerState.HALF_OPEN
NEVER_ASKED = ProviderHealth(BreakerState.CLOSED, retry_at=None)

OK = httpx.Response(200, content=b'{"fans": 70221}')
AWAY = httpx.Response(503)
REFUSED = httpx.Response(401)
SHORTLY = httpx.Response(429, headers={"retry-after": "3"})
FOR_HOURS = httpx.Response(429, headers={"retry-after": "7200"})
UNREADABLE = httpx.Response(200, content=b"<html>")


@dataclass
class Slow:
    """An answer that takes its time."""

    takes_s: float
    response: httpx.Response = field(default_factory=lambda: OK)


class Network:
    """Answers in turn, and with the last one ever after; keeps when it was asked."""

    def __init__(self) -> None:
        self.asked_at: list[float] = []
        self._answers: list[httpx.Response | Slow] = [OK]

    def answers(self, *answers: httpx.Response | Slow) -> None:
        self._answers = list(answers)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked_at.append(passed_s())
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Slow):
            await asyncio.sleep(answer.takes_s)
            return answer.response
        return answer


@dataclass
class Purse:
    """Grants so many calls, each after `takes_s`, and keeps what it was told of them."""

    left: int = 1000
    takes_s: float = 0.0
    taken_at: list[float] = field(default_factory=list)
    notes: list[tuple[str, datetime, str | None]] = field(default_factory=list)

    async def take(self, provider: str) -> bool:
        await asyncio.sleep(self.takes_s)
        if not self.left:
            return False
        self.left -= 1
        self.taken_at.append(passed_s())
        return True

    def note(self, provider: str, *, at: datetime, error: str | None) -> None:
        self.notes.append((provider, at, error))


Make = Callable[..., ProviderClient]


def fans(answer: Answer) -> int:
    if fault := fault_of(answer):
        raise fault
    return int(parsed(answer)["fans"])


async def ask(provider: ProviderClient, *, within_s: float = 100.0, read: Callable[[Answer], int] = fans) -> int:
    return await provider.ask(Request("/artist/5080"), read, deadline=now() + within_s)


async def fault(provider: ProviderClient, *, within_s: float = 100.0, read: Callable[[Answer], int] = fans) -> str:
    with pytest.raises(ProviderError) as raised:
        await ask(provider, within_s=within_s, read=read)
    return f"{type(raised.value).__name__}: {raised.value}"


async def open_breaker(provider: ProviderClient, network: Network) -> None:
    network.answers(REFUSED)
    await fault(provider)
    network.answers(OK)
    network.asked_at.clear()
