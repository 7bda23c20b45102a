import asyncio
import signal
from collections.abc import Iterator

import pytest

from routes.places import Places, told_of_stop
from services.errors import RateLimited
from tests.services.conftest import counted


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """The signals that the server, which handles them, has heard."""
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    yield heard
    signal.signal(signal.SIGTERM, before)


def test_there_are_as_many_places_as_the_limit_says() -> None:
    places = Places(1, what="Subscriptions")

    with (
        places.taken(),
        pytest.raises(RateLimited, match="room for 1 Subscriptions at once"),
        places.taken(),
    ):
        pass

    with places.taken():
        assert counted("kisum_streams_open", what="subscriptions") == 1
    assert counted("kisum_streams_open", what="subscriptions") == 0


async def test_a_signal_to_stop_is_told_to_the_app_and_the_server(heard: list[int]) -> None:
    stopping = asyncio.Event()

    with told_of_stop(stopping):
        signal.raise_signal(signal.SIGTERM)
        await asyncio.wait_for(stopping.wait(), 10)
    signal.raise_signal(signal.SIGTERM)

    assert heard == [signal.SIGTERM] * 2


async def test_a_signal_that_nobody_handles_is_left_alone() -> None:
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    with told_of_stop(asyncio.Event()):
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_beside_the_main_thread_no_signal_is_handled() -> None:
    def elsewhere() -> object:
        with told_of_stop(asyncio.Event()):
            return signal.getsignal(signal.SIGINT)

    assert await asyncio.to_thread(elsewhere) is signal.getsignal(signal.SIGINT)
