"""Every example of the REST documentation, asked for and compared."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from routes.examples import EXAMPLES, JSON, PROBLEMS, Example
from routes.problems import problem
from services.errors import Code
from tests.builders import (
    artist_document,
    chart_document,
    chart_row,
    day_document,
    listeners_row,
    point_document,
    stats_document,
)
from tests.conftest import Database, MakeClient
from tests.logins import decided, played
from tests.sandboxes import Sandbox

ALL = [example for found in EXAMPLES.values() for example in found]
KEYS = {"musicdata_internal_api_key": "full", "read_only_api_keys": "reader"}

# What it takes to be told each code: settings, a query, headers.
MET: dict[Code, tuple[dict[str, Any], str, dict[str, str]]] = {
    Code.BAD_USER_INPUT: ({}, "", {}),
    Code.UNAUTHENTICATED: (KEYS, "", {}),
    Code.FORBIDDEN: (KEYS, "?refresh=true", {"x-api-key": "reader"}),
    Code.NOT_FOUND: ({}, "", {}),
    Code.UPSTREAM_FAILED: ({}, "", {}),
    Code.UNAVAILABLE: ({"embedded_mongodb_uri": "mongodb://127.0.0.1:9", "mongodb_timeout_ms": 200}, "", {}),
}


@pytest.fixture
async def client(make_client: MakeClient, sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app whose Instagram is the sandbox's, with an account that was connected just now."""
    async with make_client(**played(sandbox)) as client:
        begun = await client.get("/instagram/login")
        await client.get(await decided(begun.headers["location"]))
        yield client


@pytest.fixture(autouse=True)
async def _stored(database: Database) -> None:
    await database.artists(artist_document(61), artist_document(62, name="Juno Vale"))
    await database.stats(stats_document(61))
    await database.days(
        day_document("2026-10-22", spotify_followers=1_100_000),
        day_document("2026-11-19", spotify_followers=1_204_331),
    )
    await database.points(
        point_document("2025-11-03", 74), point_document("2026-10-02", 70), point_document("2026-11-01", 71)
    )
    await database.insert("charts.billboard", chart_document(chart_row(71, title="Brasa"), chart_row(4)))
    await database.insert("charts.kworb_spotify_listeners", listeners_row())


def told(answered: dict[str, Any]) -> dict[str, Any]:
    """A problem without what differs each time."""
    return {name: value for name, value in answered.items() if name != "requestId"}


@pytest.mark.parametrize("example", ALL, ids=lambda example: f"{example.path} {example.media_type}")
async def test_an_example_is_what_is_answered(client: httpx.AsyncClient, example: Example) -> None:
    answer = await client.get(example.path, headers={"accept": example.media_type})

    answered = answer.json() if example.media_type == JSON else answer.content.decode("utf-8-sig")
    assert answer.headers["content-type"].partition(";")[0] == example.media_type
    assert answered == example.answer


@pytest.mark.parametrize("code", MET)
async def test_an_example_of_a_problem_is_what_is_answered(make_client: MakeClient, code: Code) -> None:
    settings, query, headers = MET[code]
    path, detail = PROBLEMS[code]

    async with make_client(**settings) as client:
        answer = await client.get(path + query, headers=headers)

    expected = problem({"path": path}, code, detail)
    assert answer.status_code == expected.status_code
    assert answer.headers.get("retry-after") == expected.headers.get("retry-after")
    assert told(answer.json()) == told(httpx.Response(200, content=bytes(expected.body)).json())


def test_every_problem_is_met_but_a_defect_which_nobody_can_ask_for() -> None:
    assert set(PROBLEMS) == set(MET) | {Code.INTERNAL}
