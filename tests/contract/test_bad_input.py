"""Bad input gets a clear error and changes nothing, on both surfaces."""

from typing import Any

import httpx
import pytest

from tests.builders import artist_document
from tests.conftest import Database

TOO_MANY = list(range(1, 502))


@pytest.fixture(autouse=True)
async def _stored(database: Database) -> None:
    await database.artists(artist_document())


async def error_of(client: httpx.AsyncClient, query: str, variables: dict[str, Any] | None = None) -> Any:
    answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
    (error,) = answer["errors"]
    return error


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/analyst/artists/abc/stats", "'abc' is no artist's id: an id is a whole number from 1 to 2147483647."),
        ("/analyst/artists/2147483648/stats", "'2147483648' is no artist's id"),
        ("/analyst/artists/61/stats?refresh=1&storedOnly=1", "storedOnly and refresh exclude each other"),
        ("/analyst/artists/61/stats?maxWaitMs=-5", "maxWaitMs is -5"),
        ("/analyst/artists/61/popularity?startDate=2026-13-01", "startDate is '2026-13-01'"),
        ("/analyst/artists/61/popularity?startDate=2026-02-02&endDate=2026-02-01", "endDate 2026-02-01 is before"),
        ("/analyst/artists/61/popularity?platform=napster", "platform is 'napster'"),
        ("/artists/61/popularity/napster", "platform is 'napster'"),
    ],
)
async def test_rest_answers_400_and_says_what_is_wrong(client: httpx.AsyncClient, path: str, detail: str) -> None:
    answer = await client.get(path)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "BAD_USER_INPUT")
    assert problem["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        ("query($id: Int!) { artist(id: $id) { id } }", {"id": 2**31}, "non 32-bit signed integer"),
        ("query($id: Int!) { artist(id: $id) { id } }", {"id": "61"}, "non-integer"),
        ("query($ids: [Int!]!) { artists(ids: $ids) { id } }", {"ids": TOO_MANY}, "501 ids are asked for: at most 500"),
        (
            "query($p: PopularityPlatform!) { artist(id: 61) { popularity(platform: $p) { sparkline } } }",
            {"p": "NAPSTER"},
            "does not exist in 'PopularityPlatform' enum",
        ),
        (
            "query($d: Date) { artist(id: 61) { popularity(startDate: $d) { sparkline } } }",
            {"d": "2026-02-30"},
            "a Date is a calendar day, YYYY-MM-DD",
        ),
        (
            '{ artist(id: 61) { popularity(startDate: "2026-02-02", endDate: "2026-02-01") { sparkline } } }',
            None,
            "endDate 2026-02-01 is before startDate 2026-02-02.",
        ),
        ("{ artist(id: 61) { stats(refresh: true, storedOnly: true) { fresh } } }", None, "storedOnly and refresh"),
        ("{ artist(id: 61) { popularity(refresh: true, storedOnly: true) { sparkline } } }", None, "storedOnly and"),
        ("{ artist(id: 61) { stats(maxWaitMs: -1) { fresh } } }", None, "maxWaitMs is -1"),
        ("{ artist(id: 61) { popularity { sparkline(points: 0) } } }", None, "points is 0: 1 to 1000 are given."),
        ("{ artist(id: 61) { popularity { sparkline(points: 1001) } } }", None, "points is 1001"),
    ],
    ids=[
        "id over int32",
        "id as text",
        "too many ids",
        "unknown value",
        "no day",
        "reversed days",
        "contradiction in stats",
        "contradiction in popularity",
        "negative wait",
        "no points",
        "too many points",
    ],
)
async def test_graphql_says_what_is_wrong(
    client: httpx.AsyncClient, query: str, variables: dict[str, Any] | None, message: str
) -> None:
    error = await error_of(client, query, variables)

    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert message in error["message"]


async def test_one_bad_field_costs_one_cell(client: httpx.AsyncClient) -> None:
    query = "{ artist(id: 61) { name stats(maxWaitMs: -1) { fresh } statsHealth { exists } } }"

    answer = (await client.post("/graphql", json={"query": query})).json()

    assert answer["data"]["artist"] == {"name": "Nova Ruiz", "stats": None, "statsHealth": {"exists": False}}


async def test_an_unknown_address_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await client.get("/analyst/artists")

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_a_method_that_is_not_taken_is_told(client: httpx.AsyncClient) -> None:
    answer = await client.post("/analyst/artists/61/stats")

    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in answer.headers["allow"]
