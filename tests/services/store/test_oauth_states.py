import asyncio
from datetime import timedelta

import pytest

from services.store import Store, oauth_states
from services.store.oauth_states import OAuthStates
from tests.conftest import Commands

TTL = timedelta(minutes=10)


@pytest.fixture
def states(store: Store) -> OAuthStates:
    return store.oauth_states


async def test_an_open_state_tells_its_browser(states: OAuthStates) -> None:
    assert await states.put("a", browser="b", ttl=TTL)

    assert await states.use("a") == "b"


async def test_a_state_is_used_once(states: OAuthStates) -> None:
    await states.put("a", browser="b", ttl=TTL)

    used = await asyncio.gather(*(states.use("a") for _ in range(10)))

    assert sorted(used, key=str) == [None] * 9 + ["b"]


async def test_a_state_that_is_over_is_not_used(states: OAuthStates) -> None:
    await states.put("a", browser="b", ttl=-timedelta(milliseconds=1))

    assert await states.use("a") is None


async def test_an_unknown_state_is_nobodys(states: OAuthStates) -> None:
    assert await states.use("a") is None


async def test_states_are_bounded(states: OAuthStates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth_states, "MOST", 1)

    assert await states.put("a", browser="b", ttl=TTL)
    assert not await states.put("c", browser="d", ttl=TTL)

    assert await states.use("c") is None


async def test_a_login_costs_three_commands(states: OAuthStates, commands: Commands) -> None:
    await states.put("a", browser="b", ttl=TTL)
    await states.use("a")

    assert commands.names == ["count", "findAndModify", "findAndModify"]
