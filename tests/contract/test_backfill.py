"""What a read fetches of popularity, and what it tells of that, over GraphQL and REST alike."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.builders import Document, point_document
from tests.conftest import Database, MakeClient
from tests.sandboxes import NOVA, Sandbox

SERIES = f"/analyst/artists/{NOVA}/popularity"
SUMMARY = f"/artists/{NOVA}/popularity/spotify"
META = "fresh lastDate refreshed pointsWritten pagesFetched error"
# Eleven weeks ago: a page.
STALE = point_document("2026-09-04", 1, artist_id=NOVA)
# A page without the first day, which is one of the sandbox's holes.
FILLED = {"fresh": True, "lastDate": "2026-11-19", "refreshed": True, "pagesFetched": 1, "error": None}
UNTOUCHED = {"refreshed": False, "pointsWritten": 0, "pagesFetched": 0}
FULL, READ_ONLY = {"X-Internal-API-Key": "full"}, {"X-Internal-API-Key": "reads"}


@pytest.fixture
def serve(make_client: MakeClient, sandbox: Sandbox) -> Callable[..., Any]:
    """The app with the sandbox's providers."""
    return lambda **changes: make_client(sandbox_bases=dict(sandbox.bases), disabled_providers=(), **changes)


@pytest.fixture(autouse=True)
async def _stale(database: Database, sandbox: Sandbox) -> None:
    await database.artists(*sandbox.documents(1))
    await database.points(STALE)


Serve = Callable[..., Any]
Ask = Callable[..., Any]


async def over_rest(client: httpx.AsyncClient, *, headers: dict[str, str] | None = None, **arguments: Any) -> Any:
    answer = (await client.get(SERIES, params=arguments, headers=headers)).json()
    return answer["code"] if "code" in answer else answer["meta"]


async def over_graphql(client: httpx.AsyncClient, *, headers: dict[str, str] | None = None, **arguments: Any) -> Any:
    given = ", ".join(f"{name}: {value}" for name, value in arguments.items())
    query = f"{{ artist(id: {NOVA}) {{ popularity{f'({given})' if given else ''} {{ meta {{ {META} }} }} }} }}"
    answer = (await client.post("/graphql", json={"query": query}, headers=headers)).json()
    return (
        answer["errors"][0]["extensions"]["code"]
        if "errors" in answer
        else answer["data"]["artist"]["popularity"]["meta"]
    )


both = pytest.mark.parametrize("ask", [over_rest, over_graphql], ids=["REST", "GraphQL"])


def pages(sandbox: Sandbox) -> int:
    return len(sandbox.requests("soundcharts"))


def told(meta: Document) -> Document:
    return {name: meta[name] for name in META.split()}


@both
async def test_a_stale_series_is_fetched_and_meta_tells_what_that_did(
    serve: Serve, ask: Ask, database: Database
) -> None:
    async with serve() as client:
        first, second = told(await ask(client)), told(await ask(client))

    stored = await database.all("data_analyst.artist_popularity")
    written = [row for row in stored if row["source"] == "sandbox:soundchart"]
    assert first == FILLED | {"pointsWritten": len(written)}
    assert second == FILLED | UNTOUCHED


@both
async def test_a_fault_is_told_and_the_stored_points_come(serve: Serve, ask: Ask, sandbox: Sandbox) -> None:
    sandbox.fault("soundcharts", body={"named": "html_200"})

    async with serve() as client:
        meta = told(await ask(client))
        items = (await client.get(SERIES)).json()["data"]["items"]

    assert meta.pop("error").startswith("sandbox:soundcharts: answered no JSON but ")
    assert meta == UNTOUCHED | {"fresh": False, "lastDate": STALE["date"]}
    assert items == [{"date": STALE["date"], "value": 1}]
    assert pages(sandbox) == 1


@both
async def test_who_asks_nobody_has_nothing_fetched(serve: Serve, ask: Ask, sandbox: Sandbox) -> None:
    async with serve() as client:
        meta = told(await ask(client, storedOnly="true"))

    assert meta == UNTOUCHED | {"fresh": False, "lastDate": STALE["date"], "error": None}
    assert pages(sandbox) == 0


@both
async def test_where_reads_refresh_nothing_only_a_forced_one_does(serve: Serve, ask: Ask, sandbox: Sandbox) -> None:
    async with serve(refresh_on_read=False) as client:
        read = told(await ask(client))
        asked = pages(sandbox)
        forced = told(await ask(client, refresh="true"))

    assert (read["refreshed"], read["error"], asked) == (False, None, 0)
    assert forced["refreshed"]


@both
async def test_a_key_that_may_only_read_forces_nothing(serve: Serve, ask: Ask, sandbox: Sandbox) -> None:
    async with serve(musicdata_internal_api_key="full", read_only_api_keys="reads") as client:
        refused = await ask(client, refresh="true", headers=READ_ONLY)
        asked = pages(sandbox)
        read = told(await ask(client, headers=READ_ONLY))

    assert (refused, asked) == ("FORBIDDEN", 0)
    assert read["refreshed"]


@both
async def test_storing_and_forcing_exclude_each_other(serve: Serve, ask: Ask) -> None:
    async with serve() as client:
        assert await ask(client, refresh="true", storedOnly="true") == "BAD_USER_INPUT"


async def test_a_spreadsheet_has_what_is_stored(serve: Serve, sandbox: Sandbox) -> None:
    async with serve() as client:
        answer = await client.get(SERIES, headers={"accept": "text/csv"})

    assert f",{STALE['date']},1," in answer.text
    assert pages(sandbox) == 0


async def test_a_summary_is_of_what_was_fetched(serve: Serve) -> None:
    async with serve() as client:
        summary = (await client.get(SUMMARY)).json()["data"]

    assert summary["current"]["date"] == "2026-11-19"
    assert summary["change30d"] is not None


async def test_a_roster_of_sparklines_waits_no_longer_than_it_wants_to(serve: Serve, sandbox: Sandbox) -> None:
    sandbox.fault("soundcharts", delay_ms=60_000)
    query = f"{{ artists(ids: [{NOVA}]) {{ popularity(maxWaitMs: 0) {{ sparkline(points: 1) meta {{ error }} }} }} }}"

    async with serve() as client:
        answer = (await client.post("/graphql", json={"query": query})).json()

    assert answer == {"data": {"artists": [{"popularity": {"sparkline": [1], "meta": {"error": None}}}]}}
