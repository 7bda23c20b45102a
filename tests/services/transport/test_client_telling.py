"""What a provider's client tells of its calls: health, notes, telemetry, logs."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from services.model.providers import ProviderHealth
from services.transport import (
    ProviderClient,
)
from services.transport.breaker import LONG_REST
from tests.builders import NOW
from tests.conftest import Clock
from tests.services.conftest import counted
from tests.services.transport.asking import (
    AWAY,
    FOR_HOURS,
    NAME,
    NEVER_ASKED,
    OK,
    OPEN,
    REFUSED,
    UNREADABLE,
    Make,
    Network,
    Purse,
    Slow,
    ask,
    fault,
    open_breaker,
)
from tests.services.transport.turned import TURNED_TIME, ended, others_go_on

pytestmark = TURNED_TIME


async def test_how_each_call_ended_is_noted(make: Make, network: Network, clock: Clock) -> None:
    purse = Purse()
    provider = make(purse)
    network.answers(AWAY, OK)

    await ask(provider)

    assert purse.notes == [(NAME, NOW, "has a fault of its own (status 503)"), (NAME, NOW, None)]


async def test_health_tells_how_the_provider_fares(provider: ProviderClient, network: Network, clock: Clock) -> None:
    network.answers(OK, REFUSED)
    before = provider.health
    await ask(provider)
    clock.advance(timedelta(minutes=1))
    await fault(provider)

    assert before == NEVER_ASKED
    assert provider.health == ProviderHealth(
        breaker=OPEN,
        retry_at=NOW + timedelta(minutes=1) + LONG_REST,
        in_flight=0,
    )


async def test_health_tells_how_many_calls_are_under_way(provider: ProviderClient, network: Network) -> None:
    network.answers(Slow(5))
    calls = [asyncio.create_task(ask(provider)) for _ in range(3)]
    await others_go_on()
    during = provider.health.in_flight

    await asyncio.wait(calls)

    assert (during, provider.health.in_flight) == (3, 0)


async def test_a_call_that_is_given_up_is_nobodys_fault(make: Make, network: Network) -> None:
    provider = make(breaker_failures=1)
    network.answers(Slow(60))
    before = counted("kisum_provider_calls_total", provider=NAME, outcome="abandoned")
    call = asyncio.create_task(ask(provider))
    await others_go_on()

    call.cancel()
    await asyncio.wait([call])

    assert provider.health == NEVER_ASKED
    assert counted("kisum_provider_calls_total", provider=NAME, outcome="abandoned") == before + 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (OK, "answered"),
        (AWAY, "unavailable"),
        (REFUSED, "refused"),
        (UNREADABLE, "unreadable"),
        (FOR_HOURS, "throttled"),
    ],
    ids=["answered", "unavailable", "refused", "unreadable", "throttled"],
)
async def test_a_call_is_counted_by_how_it_ended_and_timed(
    make: Make, network: Network, answer: httpx.Response, outcome: str
) -> None:
    network.answers(answer)
    calls = counted("kisum_provider_calls_total", provider=NAME, outcome=outcome)
    timed = counted("kisum_provider_call_seconds_count", provider=NAME)

    await ended(ask(make(retries=0)))

    assert counted("kisum_provider_calls_total", provider=NAME, outcome=outcome) == calls + 1
    assert counted("kisum_provider_call_seconds_count", provider=NAME) == timed + 1


async def test_a_call_that_was_not_made_is_counted_and_not_timed(provider: ProviderClient, network: Network) -> None:
    await open_breaker(provider, network)
    calls = counted("kisum_provider_calls_total", provider=NAME, outcome="spared")
    timed = counted("kisum_provider_call_seconds_count", provider=NAME)

    await fault(provider)

    assert counted("kisum_provider_calls_total", provider=NAME, outcome="spared") == calls + 1
    assert counted("kisum_provider_call_seconds_count", provider=NAME) == timed


async def test_the_state_of_the_breaker_is_collected(provider: ProviderClient, network: Network) -> None:
    states = []

    await ask(provider)
    states.append(counted("kisum_provider_breaker", provider=NAME))
    await open_breaker(provider, network)
    states.append(counted("kisum_provider_breaker", provider=NAME))

    assert states == [0, 1]


async def test_a_failed_call_is_one_line_of_the_log(provider: ProviderClient, network: Network) -> None:
    network.answers(AWAY, FOR_HOURS)

    with capture_logs() as logs:
        await fault(provider)

    assert [{**log, "duration_ms": 0} for log in logs] == [
        {
            "event": "provider_call_failed",
            "log_level": "warning",
            "provider": NAME,
            "outcome": outcome,
            "cause": cause,
            "duration_ms": 0,
            "attempt": attempt,
        }
        for attempt, outcome, cause in [
            (1, "unavailable", "has a fault of its own (status 503)"),
            (2, "throttled", "was asked too often (status 429)"),
        ]
    ]


async def test_neither_an_answered_call_nor_one_that_was_not_made_is_logged(
    provider: ProviderClient, network: Network
) -> None:
    with capture_logs() as answered:
        await ask(provider)
    await open_breaker(provider, network)

    with capture_logs() as spared:
        await fault(provider)

    assert (answered, spared) == ([], [])
