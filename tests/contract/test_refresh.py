"""Refreshes as a client sees them: a fresh read costs nothing, and many stale artists neither time nor a rate."""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.freshness import STATS
from services.model.instants import utc_now
from services.providers import TIERS
from tests.builders import NOW, stats_document
from tests.conftest import Clock, Commands, Database, MakeClient
from tests.sandboxes import NOVA, Sandbox
from tests.services.conftest import eventually

PATH = f"/analyst/artists/{NOVA}/stats"
ROSTER = "query($ids: [Int!]!) { artists(ids: $ids) { id stats(maxWaitMs: 300) { fresh } } }"
ONE = "query($id: Int!) { artist(id: $id) { id stats { fresh } statsHealth { fresh } } }"
STORED = "query($ids: [Int!]!) { artists(ids: $ids) { stats(storedOnly: true) { fresh } } }"
MANY = 12
# What of it the machine needs for anything else.
SLACK_S = 1.5


def played(sandbox: Sandbox) -> dict[str, Any]:
    """The settings with which the sandbox plays all providers."""
    return {"sandbox_bases": dict(sandbox.bases), "disabled_providers": ()}


async def asked(client: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


@pytest.mark.parametrize(
    ("query", "finds"),
    [("{ artist(id: %d) { name } }", 1), ("{ artist(id: %d) { name stats { fresh spotifyFollowers } } }", 2)],
    ids=["without stats", "with stats"],
)
async def test_fresh_stats_cost_one_command_and_no_call(
    make_client: MakeClient, database: Database, commands: Commands, sandbox: Sandbox, query: str, finds: int
) -> None:
    await database.artists(*sandbox.documents(1))
    await database.stats(stats_document(NOVA))

    async with make_client(**played(sandbox)) as client:
        await asked(client, query % NOVA)

    assert commands.names == ["find"] * finds
    assert sandbox.calls()["requests"] == {}


async def test_fresh_stats_over_rest_cost_two_commands_and_no_call(
    make_client: MakeClient, database: Database, commands: Commands, sandbox: Sandbox
) -> None:
    await database.artists(*sandbox.documents(1))
    await database.stats(stats_document(NOVA))

    async with make_client(**played(sandbox)) as client:
        answer = await client.get(PATH)

    assert answer.json()["data"]["fresh"]
    assert commands.names == ["find", "find"]
    assert sandbox.calls()["requests"] == {}


async def test_many_stale_artists_are_answered_in_time_and_refreshed_within_every_limit(
    make_client: MakeClient, database: Database, sandbox: Sandbox
) -> None:
    documents = sandbox.documents(MANY)
    ids = [document["id"] for document in documents]
    await database.artists(*documents)
    await database.stats(*(stats_document(i, updatedAt=NOW - timedelta(days=8)) for i in ids))
    for provider in sandbox.bases:
        sandbox.fault(provider, delay_ms=100)

    async with make_client(**played(sandbox)) as client:
        began = time.monotonic()
        rows = (await asked(client, ROSTER, ids=ids))["artists"]
        took_s = time.monotonic() - began

        async def all_are_fresh() -> bool:
            return all(row["stats"]["fresh"] for row in (await asked(client, STORED, ids=ids))["artists"])

        await eventually(all_are_fresh)

    assert [row["id"] for row in rows] == ids
    assert not all(row["stats"]["fresh"] for row in rows)
    assert took_s < 0.3 + SLACK_S
    told = sandbox.calls()
    assert set(told["rateBroken"].values()) == {0}
    assert max(told["maxInFlight"].values()) <= max(row.policy.max_in_flight for row in TIERS)
    assert told["calls"]["viberate"] == {str(i): 1 for i in ids}
    assert {asked_for: times for asked_for, times in requests(sandbox).items() if times > 1} == {}


async def test_readers_of_fresh_stats_do_not_wait_for_one_whose_are_refreshed(
    make_client: MakeClient, database: Database, sandbox: Sandbox
) -> None:
    documents = sandbox.documents(MANY)
    ids = [document["id"] for document in documents]
    stale = ids[5]
    await database.artists(*documents)
    await database.stats(
        *(stats_document(i, updatedAt=NOW - timedelta(days=8) if i == stale else NOW) for i in ids),
    )
    sandbox.fault("viberate", delay_ms=300)
    ended: list[int] = []

    async with make_client(**played(sandbox)) as client:

        async def read(artist_id: int) -> Any:
            row = (await asked(client, ONE, id=artist_id))["artist"]
            ended.append(artist_id)
            return row

        rows = await asyncio.gather(*(read(i) for i in ids))

    assert [(row["id"], row["stats"]["fresh"], row["statsHealth"]["fresh"]) for row in rows] == [
        (i, True, True) for i in ids
    ]
    assert ended[-1] == stale
    assert sandbox.calls()["calls"]["viberate"] == {str(stale): 1}


@pytest.mark.parametrize(
    ("arguments", "rests"), [("", True), ("(maxWaitMs: 0)", False)], ids=["a failure rests", "nobody waits"]
)
async def test_where_nothing_is_waited_for_readers_are_answered_together(
    make_client: MakeClient, database: Database, commands: Commands, sandbox: Sandbox, arguments: str, rests: bool
) -> None:
    documents = sandbox.documents(MANY)
    ids = [document["id"] for document in documents]
    stale = ids[5]
    await database.artists(*documents)
    await database.stats(*(stats_document(i, updatedAt=NOW - timedelta(days=8) if i == stale else NOW) for i in ids))
    for provider in sandbox.bases:
        sandbox.fault(provider, status=500)
    query = f"query($id: Int!) {{ artist(id: $id) {{ id stats{arguments} {{ fresh }} }} }}"

    async with make_client(**played(sandbox)) as client:
        if rests:
            await asked(client, query, id=stale)
        before = len(commands.names)
        rows = await asyncio.gather(*(asked(client, query, id=i) for i in ids))

    assert [row["artist"]["stats"]["fresh"] for row in rows] == [i != stale for i in ids]
    # All as one; a refresh reads its artist's by their id alone.
    finds = [command["filter"] for command in commands.sent[before:] if command.get("find") == "artist_data"]
    assert [len(asked["artist_id"]["$in"]) for asked in finds if asked["artist_id"] != stale] == [MANY]


def requests(sandbox: Sandbox) -> Counter[tuple[str, str, str]]:
    """How often each artist was asked for in the same words."""
    log = sandbox.control.get("/requests").json()["requests"]
    return Counter(
        (entry["provider"], f"{entry['path']}?{entry['query']}", artist) for entry in log for artist in entry["artists"]
    )


async def test_after_a_failure_readers_cause_no_call_for_a_quarter_of_an_hour(
    make_client: MakeClient, database: Database, clock: Clock, sandbox: Sandbox
) -> None:
    clock.now = utc_now()
    await database.artists(*sandbox.documents(1))
    await database.stats(stats_document(NOVA, updatedAt=clock.now - timedelta(days=30)))
    for provider in sandbox.bases:
        sandbox.fault(provider, status=400)

    async with make_client(**played(sandbox)) as client:
        answers = [await client.get(PATH)]
        asked_at_first = sandbox.calls()["requests"]
        clock.advance(STATS.retry_after_failure - timedelta(minutes=1))
        answers += [await client.get(PATH), await client.get(PATH)]
        asked_while_resting = sandbox.calls()["requests"]
        clock.advance(timedelta(minutes=2))
        answers.append(await client.get(PATH))

    assert [(answer.status_code, answer.json()["data"]["fresh"]) for answer in answers] == [(200, False)] * 4
    assert asked_while_resting == asked_at_first
    assert sandbox.calls()["requests"]["viberate"] == 2 * asked_at_first["viberate"]
