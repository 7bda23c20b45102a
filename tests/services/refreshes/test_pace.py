import pytest

from services.refreshes.pace import Pace
from services.transport import Rate


class Seconds:
    """A clock in seconds that is turned by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def begun(pace: Pace, times: int) -> Pace:
    for _ in range(times):
        pace.begin()
    return pace


@pytest.mark.parametrize(("calls", "at_once"), [(1, 1), (5, 4), (120, 118)])
def test_so_many_begin_at_once_as_the_rate_has_calls_but_for_a_few(seconds: Seconds, calls: int, at_once: int) -> None:
    pace = Pace([Rate(calls, per_s=60)], now=seconds)

    assert begun(pace, at_once - 1).wait_s() == 0
    assert begun(pace, 1).wait_s() == 60


def test_the_next_begins_when_the_first_is_out_of_the_stretch(seconds: Seconds) -> None:
    pace = begun(Pace([Rate(calls=3, per_s=60)], now=seconds), 1)
    seconds.now += 20
    begun(pace, 1)

    assert pace.wait_s() == 40
    seconds.now += 40
    assert pace.wait_s() == 0
    assert begun(pace, 1).wait_s() == 20


def test_every_rate_is_kept(seconds: Seconds) -> None:
    pace = Pace([Rate(calls=3, per_s=1), Rate(calls=4, per_s=60)], now=seconds)

    assert begun(pace, 2).wait_s() == 1
    seconds.now += 1
    assert begun(pace, 1).wait_s() == 59


def test_what_would_hold_up_for_too_long_is_disregarded(seconds: Seconds) -> None:
    pace = begun(Pace([Rate(calls=3, per_s=1), Rate(calls=5, per_s=60)], now=seconds), 2)
    seconds.now += 30
    begun(pace, 2)

    assert pace.wait_s(at_most=3) == 1
    assert pace.wait_s() == 30


def test_without_a_rate_nothing_is_held_up(seconds: Seconds) -> None:
    assert begun(Pace([], now=seconds), 100).wait_s() == 0
