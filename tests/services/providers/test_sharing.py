"""Calls that are shared: who ends them, and what is gathered into one."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from services.providers.sharing import Gathering, SharedCall
from services.transport import ProviderRefused, ProviderUnavailable

HOUR = timedelta(hours=1)


def within(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


class Call:
    """A call that waits until it is let go, and says how it ended."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.ended = asyncio.Event()

    async def run(self) -> str:
        try:
            await self.go_on.wait()
            return "answered"
        finally:
            self.ended.set()


async def test_all_who_wait_get_the_answer() -> None:
    call = Call()
    shared = SharedCall(call.run())
    waiting = [asyncio.create_task(shared.result(deadline=within(5))) for _ in range(3)]

    call.go_on.set()

    assert await asyncio.gather(*waiting) == ["answered"] * 3
    assert shared.is_over


async def test_one_who_leaves_does_not_end_the_call_for_the_others() -> None:
    call = Call()
    shared = SharedCall(call.run())
    leaving, staying = (asyncio.create_task(shared.result(deadline=within(5))) for _ in range(2))
    await asyncio.sleep(0)

    leaving.cancel()
    await asyncio.wait({leaving})
    call.go_on.set()

    assert (leaving.cancelled(), await staying) == (True, "answered")


async def test_the_last_who_leaves_ends_the_call() -> None:
    call = Call()
    shared = SharedCall(call.run())
    leaving = asyncio.create_task(shared.result(deadline=within(5)))
    await asyncio.sleep(0)

    leaving.cancel()

    await call.ended.wait()
    assert shared.is_over


async def test_a_call_that_is_given_up_takes_nobody_in_while_it_ends() -> None:
    given_up, may_end = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()
            await may_end.wait()

    shared = SharedCall(run())
    leaving = asyncio.create_task(shared.result(deadline=within(5)))
    await asyncio.sleep(0)

    leaving.cancel()
    await given_up.wait()

    assert shared.is_over
    may_end.set()


async def test_nobody_waits_beyond_the_deadline() -> None:
    shared = SharedCall(Call().run())

    with pytest.raises(ProviderUnavailable, match="took too long"):
        await shared.result(deadline=within(0))


class Answers:
    """Answers each key with itself, and keeps what it was asked at once."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []

    async def ask(self, keys: Sequence[str], _deadline: float) -> Mapping[str, str]:
        self.asked.append(keys)
        return {key: key.upper() for key in keys if key != "unknown"}


async def test_gathers_the_questions_of_a_moment() -> None:
    answers = Answers()
    gathering = Gathering(answers.ask, most=10)

    said = await asyncio.gather(*(gathering.get(key, deadline=within(5)) for key in ("a", "unknown", "b", "a")))

    assert (said, answers.asked) == (["A", None, "B", "A"], [["a", "unknown", "b"]])


async def test_asks_at_once_when_a_call_holds_no_more() -> None:
    answers = Answers()
    gathering = Gathering(answers.ask, most=2, window=HOUR)

    said = await asyncio.gather(*(gathering.get(key, deadline=within(5)) for key in "abcd"))

    assert (said, answers.asked) == (["A", "B", "C", "D"], [["a", "b"], ["c", "d"]])


async def test_asks_anew_for_what_comes_later() -> None:
    answers = Answers()
    gathering = Gathering(answers.ask, most=10)

    said = [await gathering.get(key, deadline=within(5)) for key in "aa"]

    assert (said, answers.asked) == (["A", "A"], [["a"], ["a"]])


async def test_a_call_has_the_time_of_the_most_patient() -> None:
    deadlines = []

    async def ask(keys: Sequence[str], deadline: float) -> Mapping[str, str]:
        deadlines.append(deadline)
        return {}

    gathering = Gathering(ask, most=3, window=HOUR)
    soon, late = within(5), within(50)

    await asyncio.gather(*(gathering.get(key, deadline=at) for key, at in (("a", soon), ("b", late), ("c", soon))))

    assert deadlines == [late]


async def test_a_fault_is_everybodys() -> None:
    async def ask(keys: Sequence[str], deadline: float) -> Mapping[str, str]:
        raise ProviderRefused("refused the key")

    gathering = Gathering(ask, most=2, window=HOUR)

    made = await asyncio.gather(*(gathering.get(key, deadline=within(5)) for key in "ab"), return_exceptions=True)

    assert [type(fault) for fault in made] == [ProviderRefused] * 2
