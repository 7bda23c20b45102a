"""When a provider is left alone: its waits, its breaker, its limits and its budget, together in its client."""

import asyncio
from datetime import timedelta

import httpx

from services.model.providers import BreakerState
from services.transport import (
    ProviderClient,
    ProviderRefused,
    ProviderSpared,
    Rate,
)
from services.transport.breaker import LONG_REST
from tests.conftest import Clock
from tests.services.transport.asking import (
    AWAY,
    FOR_HOURS,
    HALF_OPEN,
    NEVER_ASKED,
    OK,
    OPEN,
    REFUSED,
    SHORTLY,
    Make,
    Network,
    Purse,
    Slow,
    ask,
    fault,
    open_breaker,
)
from tests.services.transport.turned import TURNED_TIME, ended, others_go_on, passed_s

pytestmark = TURNED_TIME


async def test_a_short_wait_that_was_told_is_kept_by_all(provider: ProviderClient, network: Network) -> None:
    network.answers(SHORTLY, OK)
    first = asyncio.create_task(ask(provider))
    await asyncio.sleep(1)

    await asyncio.gather(first, ask(provider), ask(provider))

    assert network.asked_at == [0, 3, 3, 3]


async def test_a_wait_that_does_not_fit_is_not_waited_for(provider: ProviderClient, network: Network) -> None:
    network.answers(SHORTLY)

    assert await fault(provider, within_s=3.3) == "ProviderThrottled: was asked too often (status 429)"
    assert passed_s() == 0


async def test_a_long_wait_that_was_told_spares_the_provider_until_then(
    provider: ProviderClient, network: Network
) -> None:
    network.answers(FOR_HOURS, OK)
    await fault(provider)

    said = await fault(provider)
    await asyncio.sleep(7200)

    assert said == "ProviderSpared: is left alone for another 120 min: it was asked too often (status 429)"
    assert await ask(provider) == 70221
    assert network.asked_at == [0, 7200]


async def test_the_last_call_of_a_quota_lets_the_next_wait_for_more(provider: ProviderClient, network: Network) -> None:
    spent = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "4"}
    network.answers(httpx.Response(200, content=b'{"fans": 1}', headers=spent), OK)

    assert (await ask(provider), await ask(provider)) == (1, 70221)
    assert network.asked_at == [0, 4]


async def test_the_last_call_of_a_days_quota_spares_the_provider_for_long(
    provider: ProviderClient, network: Network
) -> None:
    spent = {"x-ratelimit-requests-remaining": "0", "x-ratelimit-requests-reset": "86000"}
    network.answers(httpx.Response(200, content=b'{"fans": 1}', headers=spent))

    assert await ask(provider) == 1
    assert (
        await fault(provider) == "ProviderSpared: is left alone for another 360 min: it says that its quota is used up"
    )


async def test_failures_in_a_row_open_the_breaker_and_no_retry_goes_on(make: Make, network: Network) -> None:
    provider = make(breaker_failures=4)
    network.answers(AWAY)

    outcomes = [await fault(provider) for _ in range(3)]

    assert [outcome.partition(":")[0] for outcome in outcomes] == [
        "ProviderUnavailable",
        "ProviderUnavailable",
        "ProviderSpared",
    ]
    assert len(network.asked_at) == 4


async def test_a_key_that_was_refused_spares_the_provider_at_once(provider: ProviderClient, network: Network) -> None:
    network.answers(REFUSED)
    await fault(provider)

    said = await fault(provider)

    assert (
        said == "ProviderSpared: is left alone for another 5 min: it refused the key, or what it may ask (status 401)"
    )
    assert len(network.asked_at) == 1


async def test_after_its_rest_the_provider_is_tried_with_one_call(provider: ProviderClient, network: Network) -> None:
    await open_breaker(provider, network)
    network.answers(Slow(2))
    await asyncio.sleep(LONG_REST.total_seconds())
    before = provider.health.breaker

    outcomes = await asyncio.gather(*(ended(ask(provider)) for _ in range(5)))

    assert before is HALF_OPEN
    assert outcomes == [(302, 70221), *[(300, ProviderSpared)] * 4]
    assert provider.health.breaker is BreakerState.CLOSED


async def test_a_trial_that_is_given_up_leaves_it_to_the_next_call(provider: ProviderClient, network: Network) -> None:
    await open_breaker(provider, network)
    network.answers(Slow(60), OK)
    await asyncio.sleep(LONG_REST.total_seconds())
    trial = asyncio.create_task(ask(provider))
    await others_go_on()

    trial.cancel()
    await asyncio.wait([trial])

    assert await ask(provider) == 70221


async def test_who_waits_while_the_breaker_opens_is_spared_too(make: Make, network: Network) -> None:
    provider = make(max_in_flight=1)
    network.answers(Slow(1, REFUSED), OK)

    outcomes = await asyncio.gather(*(ended(ask(provider)) for _ in range(4)))

    assert outcomes == [(1, ProviderRefused), *[(1, ProviderSpared)] * 3]
    assert network.asked_at == [0]


async def test_while_it_is_open_nobody_waits_for_a_turn_to_be_spared(make: Make, network: Network) -> None:
    provider = make(rate=Rate(calls=1, per_s=10))
    await open_breaker(provider, network)

    assert await ended(ask(provider)) == (0, ProviderSpared)


async def test_a_wall_clock_that_jumps_changes_no_rest(
    provider: ProviderClient, network: Network, clock: Clock
) -> None:
    await open_breaker(provider, network)

    clock.advance(timedelta(days=365))

    assert provider.health.breaker is OPEN


async def test_its_limits_hold_whoever_asks(make: Make, network: Network) -> None:
    provider = make(max_in_flight=2, rate=Rate(calls=3, per_s=10))
    network.answers(Slow(1))

    await asyncio.gather(*(ask(provider) for _ in range(7)))

    assert network.asked_at == [0, 0, 1, 10, 10, 11, 20]


async def test_whom_the_rate_cannot_serve_in_time_is_spared_and_the_provider_is_not_blamed(
    make: Make, network: Network
) -> None:
    provider = make(rate=Rate(calls=1, per_s=20), breaker_failures=1)

    outcomes = await asyncio.gather(*(ended(ask(provider, within_s=20.3)) for _ in range(3)))

    assert outcomes == [(0, 70221), (0, ProviderSpared), (0, ProviderSpared)]
    assert provider.health == NEVER_ASKED


async def test_every_try_is_a_call_of_the_budget(make: Make, network: Network) -> None:
    purse = Purse()
    network.answers(AWAY)

    await fault(make(purse))

    assert purse.taken_at == network.asked_at


async def test_without_budget_the_provider_is_not_asked(make: Make, network: Network) -> None:
    provider = make(Purse(left=1))

    assert await ask(provider) == 70221
    assert await fault(provider) == "ProviderSpared: was not asked: its budget for the day is spent, or can't be read"
    assert len(network.asked_at) == 1


async def test_a_call_that_was_spared_takes_nothing_of_the_budget(make: Make, network: Network) -> None:
    purse = Purse()
    provider = make(purse)
    await open_breaker(provider, network)
    taken = len(purse.taken_at)

    await fault(provider)

    assert (taken, len(purse.taken_at)) == (1, 1)


async def test_a_budget_that_is_read_too_slowly_leaves_no_time_and_nobody_is_blamed(
    make: Make, network: Network
) -> None:
    provider = make(Purse(takes_s=5), breaker_failures=1)

    assert await fault(provider, within_s=5) == "ProviderSpared: was not asked: no time was left"
    assert (network.asked_at, provider.health) == ([], NEVER_ASKED)
