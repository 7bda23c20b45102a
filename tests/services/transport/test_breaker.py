from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from services.model.providers import BreakerState
from services.transport import (
    HTTPPolicy,
    ProviderError,
    ProviderForbids,
    ProviderRefused,
    ProviderSpared,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnreadable,
)
from services.transport.breaker import LONG_REST, Breaker

CLOSED, OPEN, HALF_OPEN = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.HALF_OPEN
POLICY = HTTPPolicy(breaker_failures=3, breaker_rest=timedelta(seconds=30), longest_rest=timedelta(hours=6))
AWAY = ProviderUnavailable("took longer than 8 s")


@dataclass
class Watch:
    """A clock in seconds, turned by hand."""

    now_s: float = 5000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def breaker(watch: Watch) -> Breaker:
    return Breaker(POLICY, now=watch)


@pytest.fixture
def opened(breaker: Breaker) -> Breaker:
    """One that has opened, for the usual rest."""
    for _ in range(POLICY.breaker_failures):
        fail(breaker)
    return breaker


def begin(breaker: Breaker) -> ExitStack:
    """A call that is under way."""
    call = ExitStack()
    call.enter_context(breaker.call())
    return call


def end(call: ExitStack, error: ProviderError = AWAY) -> None:
    with pytest.raises(type(error)), call:
        raise error


def fail(breaker: Breaker, error: ProviderError = AWAY) -> None:
    end(begin(breaker), error)


def succeed(breaker: Breaker) -> None:
    with breaker.call():
        pass


def throttled(seconds: float | None = None, *, lasting: bool = False) -> ProviderThrottled:
    wait = None if seconds is None else timedelta(seconds=seconds)
    return ProviderThrottled("was asked too often", retry_after=wait, lasting=lasting)


def test_what_the_key_may_not_ask_is_no_failure(breaker: Breaker) -> None:
    fail(breaker)
    fail(breaker)
    fail(breaker, ProviderForbids("refused the YouTube audience"))
    fail(breaker)
    fail(breaker)

    assert breaker.state is CLOSED


@pytest.mark.parametrize("error", [AWAY, ProviderUnreadable("answered 404"), throttled(), throttled(3)], ids=repr)
def test_failures_in_a_row_open_it(breaker: Breaker, error: ProviderError) -> None:
    fail(breaker, error)
    fail(breaker, error)
    before = breaker.state
    fail(breaker, error)

    assert (before, breaker.state, breaker.rest_s) == (CLOSED, OPEN, 30)


def test_a_success_between_failures_starts_the_row_anew(breaker: Breaker) -> None:
    for _ in range(5):
        fail(breaker)
        fail(breaker)
        succeed(breaker)

    assert breaker.state is CLOSED


def test_calls_that_were_not_made_are_no_failures(breaker: Breaker) -> None:
    for _ in range(10):
        fail(breaker, ProviderSpared("was not asked: its budget for the day is spent"))

    assert breaker.state is CLOSED


def test_calls_that_were_given_up_are_no_failures(breaker: Breaker) -> None:
    for _ in range(10):
        with pytest.raises(KeyboardInterrupt), breaker.call():
            raise KeyboardInterrupt

    assert breaker.state is CLOSED


@pytest.mark.parametrize(
    ("error", "rest"),
    [
        pytest.param(ProviderRefused("refused the key"), LONG_REST, id="the key was refused"),
        pytest.param(throttled(60), timedelta(seconds=60), id="a minute's wait was told"),
        pytest.param(throttled(11), POLICY.breaker_rest, id="a wait that is too long for a call"),
        pytest.param(throttled(21600), timedelta(hours=6), id="hours were told"),
        pytest.param(throttled(86400 * 30), POLICY.longest_rest, id="a month was told"),
        pytest.param(throttled(lasting=True), LONG_REST, id="the quota is used up"),
        pytest.param(throttled(3600, lasting=True), timedelta(hours=1), id="the quota is used up for an hour"),
    ],
)
def test_what_will_not_pass_in_moments_opens_it_at_once(
    breaker: Breaker, error: ProviderError, rest: timedelta
) -> None:
    fail(breaker, error)

    assert (breaker.state, breaker.rest_s) == (OPEN, rest.total_seconds())


def test_while_open_it_spares_the_provider_and_says_why(opened: Breaker) -> None:
    with pytest.raises(ProviderSpared) as spared, opened.call():
        pytest.fail("it was let through")

    assert str(spared.value) == "is left alone for another 30 s: it took longer than 8 s"


def test_a_long_rest_is_told_in_minutes(breaker: Breaker) -> None:
    fail(breaker, throttled(21600))

    with pytest.raises(ProviderSpared, match="for another 360 min: it was asked too often"):
        breaker.check()


def test_it_half_opens_by_itself(opened: Breaker, watch: Watch) -> None:
    watch.now_s += 29.9
    before = opened.state
    watch.now_s += 0.1

    assert (before, opened.state, opened.rest_s) == (OPEN, HALF_OPEN, 0)


def test_half_open_it_lets_one_call_through_and_spares_the_others(opened: Breaker, watch: Watch) -> None:
    watch.now_s += 30

    with opened.call(), pytest.raises(ProviderSpared) as spared, opened.call():
        pytest.fail("it was let through")

    assert str(spared.value) == "is being tried again with one call: it took longer than 8 s"


def test_a_trial_that_succeeds_closes_it(opened: Breaker, watch: Watch) -> None:
    watch.now_s += 30
    succeed(opened)
    after = opened.state
    fail(opened)

    assert (after, opened.state) == (CLOSED, CLOSED)


def test_a_trial_that_fails_opens_it_again(opened: Breaker, watch: Watch) -> None:
    watch.now_s += 30
    fail(opened)

    assert (opened.state, opened.rest_s) == (OPEN, 30)


@pytest.mark.parametrize("error", [ProviderSpared("was not asked"), KeyboardInterrupt()], ids=["spared", "given up"])
def test_a_trial_without_an_answer_leaves_it_to_the_next_call(
    opened: Breaker, watch: Watch, error: BaseException
) -> None:
    watch.now_s += 30
    with pytest.raises(type(error)), opened.call():
        raise error

    before = opened.state
    succeed(opened)

    assert (before, opened.state) == (HALF_OPEN, CLOSED)


def test_a_call_from_before_it_opened_does_not_close_it(breaker: Breaker) -> None:
    with breaker.call():
        fail(breaker, throttled(3600))

    assert (breaker.state, breaker.rest_s) == (OPEN, 3600)


@pytest.mark.parametrize(
    ("failures", "rest_s"),
    [
        pytest.param([AWAY] * POLICY.breaker_failures, 22, id="after failures in a row"),
        pytest.param([ProviderRefused("refused the key")], LONG_REST.total_seconds() - 8, id="after a refusal"),
    ],
)
def test_a_failure_from_before_it_opened_does_not_prolong_the_rest(
    breaker: Breaker, watch: Watch, failures: list[ProviderError], rest_s: float
) -> None:
    old = begin(breaker)
    for failure in failures:
        fail(breaker, failure)
    watch.now_s += 8

    end(old)

    assert breaker.rest_s == rest_s


def test_a_failure_from_before_it_opened_does_not_end_the_trial(breaker: Breaker, watch: Watch) -> None:
    old = begin(breaker)
    fail(breaker, throttled(20))
    watch.now_s += 30

    with breaker.call():
        end(old)

        with pytest.raises(ProviderSpared):
            breaker.check()


@pytest.mark.parametrize(
    ("then", "rest_s"),
    [pytest.param(throttled(3600), 3600, id="a longer one"), pytest.param(throttled(60), 600, id="a shorter one")],
)
def test_of_two_waits_told_the_longer_counts(breaker: Breaker, then: ProviderError, rest_s: float) -> None:
    old = begin(breaker)
    fail(breaker, throttled(600))

    end(old, then)

    assert breaker.rest_s == rest_s


def test_it_can_be_told_to_rest(breaker: Breaker) -> None:
    breaker.rest(timedelta(hours=24), "says that its quota is used up")

    with pytest.raises(ProviderSpared, match="for another 360 min: it says that its quota is used up"):
        breaker.check()


def test_the_policy_says_how_often_and_how_long(watch: Watch) -> None:
    breaker = Breaker(replace(POLICY, breaker_failures=1, breaker_rest=timedelta(seconds=7)), now=watch)

    fail(breaker)

    assert breaker.rest_s == 7
