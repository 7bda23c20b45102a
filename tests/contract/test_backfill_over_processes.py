"""One fetch of popularity at a time over server processes, and none that begins again where one has died."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pymongo import AsyncMongoClient

from tests.commands.conftest import DEADLINE_S
from tests.conftest import Database
from tests.contract.conftest import Fleet
from tests.sandboxes import NOVA, Sandbox
from tests.services.conftest import eventually

ARTISTS, STATES = "kisum_data.artists_v2", "data_analyst.refresh_state"
POINTS = "data_analyst.artist_popularity"
PATH = f"/analyst/artists/{NOVA}/popularity"


@pytest.fixture
async def served(mongodb: str, sandbox: Sandbox) -> AsyncIterator[Database]:
    """The database of the servers, in which nothing is stored of Nova Ruiz's popularity."""
    async with AsyncMongoClient[dict[str, Any]](mongodb, tz_aware=True) as client:
        database = Database(client, prefix="")
        await database.artists(*sandbox.documents(1))
        yield database
        # The indexes stay: they are made when a server starts.
        for name in (ARTISTS, POINTS, STATES):
            await database.collection(name).delete_many({})


def offsets(sandbox: Sandbox) -> list[int]:
    """The pages of all days that were asked for, in order."""
    queries = (entry["query"] for entry in sandbox.requests("soundcharts") if "/popularity/" in entry["path"])
    return [int(query["offset"]) for query in queries if query["startDate"] == "2020-01-01"]


async def played(sandbox: Sandbox, http: httpx.AsyncClient) -> dict[str, int]:
    """The series as the sandbox has it; 0 is no value there."""
    uuid, offset = sandbox.artists()[NOVA]["ids"]["soundcharts"], 0
    items: dict[str, int] = {}
    while True:
        answer = await http.get(
            f"{sandbox.bases['soundcharts']}/api/v2/artist/{uuid}/popularity/spotify",
            params={"startDate": "2020-01-01", "offset": offset, "limit": 100},
            headers={"x-app-id": "sandbox", "x-api-key": "sandbox"},
        )
        page = answer.json()
        items |= {item["date"][:10]: item["value"] for item in page["items"] if item["value"]}
        offset += 100
        if page["page"]["next"] is None:
            return items


async def stored(database: Database) -> list[tuple[str, int]]:
    return sorted((row["date"], row["value"]) for row in await database.all(POINTS))


async def test_fifty_first_readers_over_two_servers_cost_one_fetch(
    fleet: Fleet, served: Database, sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    servers = fleet.running(2)

    answers = await asyncio.gather(*(http.get(servers[n % 2].url + PATH + "?startDate=2026-11-19") for n in range(50)))

    asked, told = offsets(sandbox), [answer.json() for answer in answers]
    assert asked == list(range(0, 100 * len(asked), 100))
    assert {(answer["meta"]["pagesFetched"], answer["meta"]["error"]) for answer in told} == {
        (len(asked), None),
        (0, None),
    }
    whole = list((await played(sandbox, http)).items())
    assert await stored(served) == whole
    assert {tuple(point.values()) for answer in told for point in answer["data"]["items"]} == {whole[-1]}


async def test_what_a_killed_server_had_stored_is_not_asked_for_again(
    fleet: Fleet, served: Database, sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    killed, other = fleet.running(2)
    sandbox.fault("soundcharts", delay_ms=int(1000 * DEADLINE_S), path="offset=900", times=1)
    reading = asyncio.create_task(http.get(killed.url + PATH))

    async def is_at_the_tenth_page() -> bool:
        return 900 in offsets(sandbox)

    await eventually(is_at_the_tenth_page)
    killed.process.kill()
    with pytest.raises(httpx.TransportError):
        await reading
    half = await stored(served)

    answer = (await http.get(other.url + PATH)).json()

    asked = Counter(offsets(sandbox))
    whole = list((await played(sandbox, http)).items())
    assert half == whole[: len(half)]
    assert 800 < len(half) <= 900
    # The page that it died at had not landed.
    assert asked == Counter(range(0, max(asked) + 1, 100)) + Counter([900])
    assert await stored(served) == [(point["date"], point["value"]) for point in answer["data"]["items"]] == whole
    assert (answer["meta"]["refreshed"], answer["meta"]["error"]) == (True, None)
