from typing import Any

import telemetry
from services.model.artist import Artist
from services.model.refresh import Refreshed, RefreshOutcome, RefreshRequest, RequestedRefresh
from services.refreshes import RefreshQueue
from services.stats import RefreshRequests, StatsQueue


async def run(artist_id: int, /, *, forced: bool) -> Refreshed:
    assert forced
    return Refreshed(RefreshOutcome.REFRESHED)


def make_queue(**options: Any) -> StatsQueue:
    abandoned = Refreshed(RefreshOutcome.ABANDONED)
    return RefreshQueue("stats", run, outcomes=telemetry.REFRESHES, abandoned=abandoned, **options)


async def test_each_request_says_what_became_of_it() -> None:
    queue = make_queue()
    requests = RefreshRequests(queue)

    found = requests.ask([61, 7, 61], [Artist(61), None, Artist(61)])

    assert found == [
        RequestedRefresh(61, RefreshRequest.STARTED),
        RequestedRefresh(7, RefreshRequest.REFUSED, "No artist 7."),
        RequestedRefresh(61, RefreshRequest.JOINED),
    ]
    await queue.close()


async def test_a_refresh_that_waits_unforced_is_forced_by_the_request() -> None:
    queue = make_queue(at_once=1)
    first, waiting = queue.ask(1, forced=True), queue.ask(61)

    (found,) = RefreshRequests(queue).ask([61], [Artist(61)])

    assert found.state is RefreshRequest.JOINED
    assert first is not None
    assert waiting is not None
    assert await first == await waiting == Refreshed(RefreshOutcome.REFRESHED)
    await queue.close()


async def test_without_providers_every_request_is_refused() -> None:
    assert RefreshRequests(None).ask([61], [Artist(61)]) == [
        RequestedRefresh(61, RefreshRequest.REFUSED, "No provider is configured.")
    ]


async def test_a_full_queue_refuses() -> None:
    queue = make_queue()
    await queue.close()

    (found,) = RefreshRequests(queue).ask([61], [Artist(61)])

    assert found.state is RefreshRequest.REFUSED
    assert found.error == "5000 refreshes wait already; try again later."
