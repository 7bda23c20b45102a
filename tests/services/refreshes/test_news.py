import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services import Services
from services.model.refresh import RefreshState
from services.refreshes import Listener, RefreshNews
from services.store import Store
from tests.builders import NOW

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
    listener.tell(RefreshState("stats:61", ended_at=NOW + timedelta(seconds=1)))
    listener.tell(RefreshState("stats:61"))

    assert listener.waiting() == 2


async def test_nobody_listening_costs_nothing(news: RefreshNews) -> None:
    async with news.listen(["stats:61"]):
        assert news.is_looking

    assert not news.is_looking
