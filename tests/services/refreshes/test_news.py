import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from services import Services
from services.model.refresh import RefreshState
from services.refreshes import Listener, RefreshNews
from services.refreshes.news import OVERLAP
from services.store import Store
from services.store.tasks import end_tasks
from tests.builders import NOW
from tests.conftest import Commands
from tests.services.conftest import eventually

TTL = timedelta(seconds=30)


@pytest.fixture
def store(services: Services) -> Store:
    return services.store


@pytest.fixture
async def news(store: Store) -> AsyncIterator[RefreshNews]:
    news = RefreshNews(store)
    yield news
    await news.close()


async def end(store: Store, subject: str, *, error: str | None = None) -> None:
    lease = await store.leases.take(subject, owner="elsewhere", ttl=TTL)
    assert lease is not None
    await store.leases.end(lease, error=error, retry_in=TTL if error else None)


async def next_of(listener: Listener) -> RefreshState:
    return await asyncio.wait_for(listener.next(), 20)


async def test_a_refresh_that_ends_elsewhere_is_told(store: Store, news: RefreshNews) -> None:
    async with news.listen(["stats:61", "stats:62"]) as listener:
        await end(store, "stats:62")
        assert (await next_of(listener)).subject == "stats:62"

        await end(store, "stats:61", error="Viberate: away.")
        assert (await next_of(listener)).error == "Viberate: away."


async def test_what_ended_before_is_told_only_who_asks_since_when(store: Store, news: RefreshNews) -> None:
    await end(store, "stats:61")

    async with news.listen(["stats:61"]) as later, news.listen(["stats:61"], since=NOW - timedelta(days=1)) as since:
        assert (await next_of(since)).subject == "stats:61"
        await end(store, "stats:61")
        state = await next_of(later)

    assert state.ended_at is not None


async def test_others_are_not_told_of(store: Store, news: RefreshNews) -> None:
    async with news.listen(["stats:61"]) as listener:
        await end(store, "stats:7")
        await end(store, "stats:61")

        assert (await next_of(listener)).subject == "stats:61"


def test_a_listener_is_told_once_of_each_end() -> None:
    listener = Listener(["stats:61"], None)
    first = RefreshState("stats:61", ended_at=NOW)

    listener.tell(first)
    listener.tell(first)
    assert listener.waiting() == 1
    listener.tell(RefreshState("stats:61"))

    assert listener.waiting() == 1


async def test_nobody_listening_costs_nothing(news: RefreshNews) -> None:
    async with news.listen(["stats:61"]):
        assert news.is_looking

    assert not news.is_looking


async def test_a_listener_slower_than_refreshes_end_is_told_of_the_last_end_of_each() -> None:
    listener = Listener(["stats:61", "stats:62"], None)
    last = RefreshState("stats:61", ended_at=NOW + timedelta(seconds=2))

    listener.tell(RefreshState("stats:61", ended_at=NOW))
    listener.tell(RefreshState("stats:62", ended_at=NOW + timedelta(seconds=1)))
    listener.tell(last)

    assert listener.waiting() == 2
    assert [(await listener.next()).subject, await listener.next()] == ["stats:62", last]


async def test_all_that_wait_are_told_at_once() -> None:
    listener = Listener(["stats:61", "stats:62", "stats:63"], None)
    states = [RefreshState(f"stats:{number}", ended_at=NOW) for number in (62, 61)]
    waiting = asyncio.create_task(listener.all_next())
    await asyncio.sleep(0)

    for state in states:
        listener.tell(state)

    assert await waiting == states
    assert listener.waiting() == 0


async def test_what_is_looked_for_is_what_ended_since_the_last_look(
    store: Store, news: RefreshNews, commands: Commands
) -> None:
    async with news.listen(["stats:61"]) as listener:
        await end(store, "stats:61")
        first = await next_of(listener)
        await end(store, "stats:61")
        await next_of(listener)

    looks = [command["filter"]["endedAt"] for command in commands.sent if "endedAt" in command.get("filter", {})]
    assert first.ended_at is not None
    assert looks[-1] == {"$gt": first.ended_at - OVERLAP}


async def test_who_is_given_up_while_listening_leaves_nothing_behind(news: RefreshNews) -> None:
    async def listen() -> None:
        async with news.listen(["stats:61"]) as listener:
            await listener.next()

    listening = asyncio.create_task(listen())
    await eventually(looking(news))

    await end_tasks(listening)

    assert not news.is_looking


class Broken(Listener):
    def tell(self, state: RefreshState) -> None:
        raise RuntimeError("a defect")


async def test_a_defect_is_logged_and_the_next_end_is_told(store: Store, news: RefreshNews) -> None:
    broken = Broken(["stats:61"], None)

    async with news.listen(["stats:61"]) as listener:
        news._listeners.add(broken)
        with capture_logs() as lines:
            await end(store, "stats:61")
            await eventually(logged(lines, "refresh_news_broke"))
        news._listeners.discard(broken)
        await end(store, "stats:61")

        assert (await next_of(listener)).subject == "stats:61"


def logged(lines: list[Any], event: str) -> Callable[[], Awaitable[bool]]:
    async def is_logged() -> bool:
        return any(line["event"] == event for line in lines)

    return is_logged


def looking(news: RefreshNews) -> Callable[[], Awaitable[bool]]:
    async def is_looking() -> bool:
        return news.is_looking

    return is_looking
