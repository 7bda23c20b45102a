"""A provider asked under its policy, over a network that the test plays, in a time that it turns."""

import asyncio

import httpx
import pytest
from structlog.testing import capture_logs

from services.transport import (
    Answer,
    ProviderClient,
    ProviderUnavailable,
    parsed,
)
from tests.services.transport.asking import (
    AWAY,
    NEVER_ASKED,
    OK,
    OPEN,
    REFUSED,
    UNREADABLE,
    Make,
    Network,
    Slow,
    ask,
    fault,
)
from tests.services.transport.turned import TURNED_TIME, passed_s

pytestmark = TURNED_TIME


async def test_what_is_read_of_the_answer_is_the_answer(provider: ProviderClient) -> None:
    assert await ask(provider) == 70221


async def test_a_fault_that_may_pass_is_tried_again(provider: ProviderClient, network: Network) -> None:
    network.answers(AWAY, AWAY, OK)

    assert await ask(provider) == 70221
    assert len(network.asked_at) == 3


async def test_the_tries_are_as_many_as_the_policy_says(provider: ProviderClient, network: Network) -> None:
    network.answers(AWAY)

    assert await fault(provider) == "ProviderUnavailable: has a fault of its own (status 503)"
    assert len(network.asked_at) == 3


@pytest.mark.parametrize("answer", [REFUSED, UNREADABLE, httpx.Response(404)], ids=["refused", "a page", "404"])
async def test_a_fault_that_will_not_pass_is_not_tried_again(
    provider: ProviderClient, network: Network, answer: httpx.Response
) -> None:
    network.answers(answer)

    await fault(provider)

    assert len(network.asked_at) == 1


async def test_a_fault_that_reading_found_is_tried_again_as_one_of_the_call(
    provider: ProviderClient, network: Network
) -> None:
    def busy(answer: Answer) -> int:
        raise ProviderUnavailable("answered error 11")

    assert await fault(provider, read=busy) == "ProviderUnavailable: answered error 11"
    assert len(network.asked_at) == 3


async def test_a_defect_of_reading_is_a_fault_like_others_and_its_place_is_logged(provider: ProviderClient) -> None:
    def misread(answer: Answer) -> int:
        return int(parsed(answer)["followers"])

    with capture_logs() as logs:
        said = await fault(provider, read=misread)

    assert said == "ProviderUnreadable: answered what could not be read"
    assert [log["event"] for log in logs] == ["provider_answer_misread", "provider_call_failed"]
    assert (logs[0]["kind"], logs[0]["place"].partition(":")[0]) == ("KeyError", "test_client.py")


async def test_a_call_ends_at_its_time_limit(make: Make, network: Network) -> None:
    network.answers(Slow(60))

    assert await fault(make(retries=0)) == "ProviderUnavailable: took longer than 8 s"
    assert passed_s() == 8


async def test_a_call_that_was_too_slow_is_tried_again_while_there_is_time(
    provider: ProviderClient, network: Network
) -> None:
    network.answers(Slow(60), Slow(1))

    assert await ask(provider, within_s=12) == 70221
    assert 9 < passed_s() < 10


async def test_no_try_goes_beyond_the_deadline(provider: ProviderClient, network: Network) -> None:
    network.answers(Slow(60))

    await fault(provider, within_s=12)

    assert (len(network.asked_at), passed_s()) == (2, 11.95)


async def test_at_the_deadline_it_is_the_providers_fault_before_the_caller_gives_up(
    make: Make, network: Network
) -> None:
    provider = make(breaker_failures=1)
    network.answers(Slow(60))

    async with asyncio.timeout(3):
        said = await fault(provider, within_s=3)

    assert said == "ProviderUnavailable: took longer than 3 s"
    assert provider.health.breaker is OPEN


@pytest.mark.parametrize("within_s", [0.4, 0, -5])
async def test_without_time_for_a_call_none_is_begun(
    provider: ProviderClient, network: Network, within_s: float
) -> None:
    network.answers(Slow(60))

    said = await fault(provider, within_s=within_s)

    assert said.startswith("ProviderSpared: was not asked")
    assert (network.asked_at, provider.health) == ([], NEVER_ASKED)


async def test_closed_it_asks_nobody(provider: ProviderClient) -> None:
    await provider.close()

    with pytest.raises(RuntimeError, match="closed"):
        await ask(provider)
