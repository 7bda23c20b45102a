"""One refresh at a time over server processes, those included that die or stand still in the middle of one."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pymongo import AsyncMongoClient

from services.stats import subject_of
from tests import stopping
from tests.builders import NOW, stats_document
from tests.commands.conftest import DEADLINE_S
from tests.conftest import Database
from tests.contract.conftest import Fleet
from tests.sandboxes import NOVA, Sandbox
from tests.services.conftest import eventually

ARTISTS, STATES = "kisum_data.artists_v2", "data_analyst.refresh_state"
STATS, HISTORY = "data_analyst.artist_data", "data_analyst.artist_data_history"
PATH = f"/analyst/artists/{NOVA}/stats"
STALE = stats_document(NOVA, updatedAt=NOW - timedelta(days=30))
# The refresh may end before the server listens: then `since` has it told.
LISTEN = f"""subscription {{
  artistStatsRefreshed(ids: [{NOVA}], since: "{NOW.isoformat()}") {{ id stats(storedOnly: true) {{ fresh }} }}
}}"""
SONGSTATS = "/songstats/enterprise/v1/artists/stats"


@pytest.fixture
async def served(mongodb: str, sandbox: Sandbox) -> AsyncIterator[Database]:
    """The database of the servers, in which Nova Ruiz is stale."""
    async with AsyncMongoClient[dict[str, Any]](mongodb, tz_aware=True) as client:
        database = Database(client, prefix="")
        await database.artists(*sandbox.documents(1))
        await database.stats(STALE)
        yield database
        # The indexes stay: they are made when a server starts.
        for name in (ARTISTS, STATS, HISTORY, STATES):
            await database.collection(name).delete_many({})


async def asked(sandbox: Sandbox, provider: str) -> None:
    async def is_asked() -> bool:
        return bool(sandbox.requests(provider))

    await eventually(is_asked)


def requests(sandbox: Sandbox) -> Counter[tuple[str, str]]:
    log = sandbox.control.get("/requests").json()["requests"]
    return Counter((entry["provider"], entry["path"]) for entry in log)


async def test_fifty_readers_over_three_servers_cost_one_refresh(
    fleet: Fleet, served: Database, sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    servers = fleet.running(3)
    sandbox.fault("viberate", delay_ms=300)

    answers = await asyncio.gather(*(http.get(servers[n % 3].url + PATH) for n in range(50)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["data"]["fresh"]
    made = requests(sandbox)
    assert {"viberate", "songstats", "soundcharts", "lastfm"} <= {provider for provider, _ in made}
    assert set(made.values()) == {1}


async def test_a_refresh_is_told_by_a_server_that_did_not_make_it(
    fleet: Fleet, served: Database, http: httpx.AsyncClient
) -> None:
    refreshing, listened_to = fleet.running(2)

    async with http.stream(
        "POST", listened_to.url + "/graphql", json={"query": LISTEN}, headers={"accept": "text/event-stream"}
    ) as events:
        lines = events.aiter_lines()
        await anext(lines)
        await http.get(refreshing.url + PATH)
        told = await asyncio.wait_for(_data(lines), DEADLINE_S)

    assert told == {"artistStatsRefreshed": {"id": NOVA, "stats": {"fresh": True}}}


async def _data(lines: AsyncIterator[str]) -> Any:
    """The data of the next event."""
    async for line in lines:
        if line.startswith("data:"):
            return json.loads(line.removeprefix("data:"))["data"]
    raise AssertionError("the stream ended")


async def test_what_a_killed_server_refreshed_is_refreshed_by_the_next_read(
    fleet: Fleet, served: Database, sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    killed, other = fleet.running(2)
    sandbox.fault("songstats", delay_ms=int(1000 * DEADLINE_S), times=1)
    reading = asyncio.create_task(http.get(killed.url + PATH))
    await asked(sandbox, "songstats")

    killed.process.kill()

    with pytest.raises(httpx.TransportError):
        await reading
    assert await served.all(STATS) == [STALE]
    assert await served.all(HISTORY) == []
    answer = await http.get(other.url + PATH)
    assert answer.json()["data"]["fresh"]
    assert requests(sandbox)["songstats", SONGSTATS] == 2


async def test_a_server_that_is_stopped_gives_up_what_nobody_waits_for_and_its_lease(
    fleet: Fleet, served: Database, sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    (stopped,) = fleet.running(1)
    sandbox.fault("songstats", delay_ms=int(1000 * DEADLINE_S))
    await http.get(stopped.url + PATH, params={"maxWaitMs": 0})
    await asked(sandbox, "songstats")

    assert await asyncio.to_thread(stopped.end) == 0

    state = await served.collection(STATES).find_one({"_id": subject_of(NOVA)})
    assert (state["until"], state.get("endedAt")) == (None, None)
    assert await served.all(STATS) == [STALE]


async def test_the_late_write_of_a_server_that_stood_still_changes_nothing(
    fleet: Fleet, served: Database, sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    stopped, other = fleet.running(2)
    sandbox.fault("songstats", delay_ms=400, times=1)
    reading = asyncio.create_task(http.get(stopped.url + PATH))
    await asked(sandbox, "songstats")

    stopping.stop(stopped.process.pid)
    try:
        taken_over = (await http.get(other.url + PATH)).json()
        written = await served.all(STATS), await served.all(HISTORY)
    finally:
        stopping.go_on(stopped.process.pid)

    answer = (await reading).json()
    stopped.wait_for(r'"outcome": ?"abandoned"')
    assert (await served.all(STATS), await served.all(HISTORY)) == written
    assert taken_over["data"]["fresh"]
    assert answer == taken_over
