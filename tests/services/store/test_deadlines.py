import asyncio

from services.store.deadlines import Deadlines


def deadlines(after_s: float) -> tuple[Deadlines[str], list[str], asyncio.Event]:
    """Deadlines, what they ended, and when they end `last`."""
    ended: list[str] = []
    last = asyncio.Event()

    def end(begun: str) -> None:
        ended.append(begun)
        if begun == "last":
            last.set()

    return Deadlines(after_s, end), ended, last


async def test_what_is_not_done_in_time_is_ended_in_the_order_it_was_begun() -> None:
    loop = asyncio.get_running_loop()
    due, ended, last = deadlines(0.02)

    began = loop.time()
    for name in ("first", "second", "last"):
        due.begin(name, loop)
    await last.wait()

    assert ended == ["first", "second", "last"]
    assert loop.time() - began >= 0.02


async def test_what_is_done_is_left_alone() -> None:
    loop = asyncio.get_running_loop()
    due, ended, last = deadlines(0.01)

    for name in ("first", "second", "last"):
        due.begin(name, loop)
    due.done("first")
    due.done("second")
    due.done("second")
    await last.wait()

    assert ended == ["last"]


async def test_what_is_begun_later_is_ended_later() -> None:
    loop = asyncio.get_running_loop()
    due, ended, last = deadlines(0.02)
    first = asyncio.Event()

    due.begin("first", loop)
    loop.call_later(0.01, due.begin, "last", loop)
    loop.call_later(0.01, first.set)
    await first.wait()
    began = loop.time()
    await last.wait()

    assert ended == ["first", "last"]
    # From here on: a timer may come some of a millisecond early.
    assert loop.time() - began >= 0.019


async def test_after_all_was_ended_the_next_is_waited_for_anew() -> None:
    loop = asyncio.get_running_loop()
    due, ended, last = deadlines(0.01)

    due.begin("last", loop)
    await last.wait()
    last.clear()
    due.begin("last", loop)
    await last.wait()

    assert ended == ["last", "last"]
