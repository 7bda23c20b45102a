from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from routes.body import MAX_BYTES

QUERY = "{ freshnessPolicies { subject } }"
ANSWER = {"data": {"freshnessPolicies": [{"subject": "stats"}, {"subject": "popularity"}]}}
GRAPHQL_JSON = "application/graphql-response+json"


def code_of(answer: httpx.Response) -> Any:
    return answer.json()["errors"][0]["extensions"]["code"]


async def test_a_query_by_post_is_answered(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": QUERY})

    assert (answer.status_code, answer.json()) == (200, ANSWER)
    assert answer.headers["content-type"] == "application/json"


async def test_a_query_by_get_is_answered(client: httpx.AsyncClient) -> None:
    query = "query Q($ids: [Int!]!) { artists(ids: $ids) { id } } query R { metrics { field } }"

    answer = await client.get("/graphql", params={"query": query, "variables": '{"ids": [7]}', "operationName": "Q"})

    assert answer.json() == {"data": {"artists": [None]}}


async def test_the_answer_is_of_the_kind_that_the_client_accepts(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/graphql", json={"query": QUERY}, headers={"accept": f"{GRAPHQL_JSON}, application/json"}
    )

    assert answer.headers["content-type"] == GRAPHQL_JSON


@pytest.mark.parametrize("key", ["variables", "operationName", "extensions"])
async def test_what_may_be_left_out_may_be_null(client: httpx.AsyncClient, key: str) -> None:
    answer = await client.post("/graphql", json={"query": QUERY, key: None})

    assert answer.json() == ANSWER


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ metrics { field }", "GRAPHQL_PARSE_FAILED"),
        ("{ metrics { fields } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ artist(id: 99999999999) { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ artist(id: 1) { popularity(platform: MYSPACE) { sparkline } } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { metrics { field } } query B { metrics { field } }", "BAD_USER_INPUT"),
        ("query($id: Int!) { artist(id: $id) { id } }", "BAD_USER_INPUT"),
        ("{" + " ".join(f"a{i}: metrics {{ field }}" for i in range(60)) + "}", "LIMIT_EXCEEDED"),
    ],
    ids=["no GraphQL", "unknown field", "no int32", "unknown value", "which operation", "no variable", "too much"],
)
async def test_a_document_that_cannot_be_carried_out_says_why(client: httpx.AsyncClient, query: str, code: str) -> None:
    plain = await client.post("/graphql", json={"query": query})
    graphql = await client.post("/graphql", json={"query": query}, headers={"accept": GRAPHQL_JSON})

    assert (plain.status_code, graphql.status_code) == (200, 400)
    assert code_of(plain) == code_of(graphql) == code
    assert "data" not in plain.json()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b'"query"',
        b'{"query": 1}',
        b'{"query": ""}',
        b"{}",
        b"[" * 5000,
        b'{"query": "{ metrics { field } }", "variables": []}',
        b'{"query": "{ metrics { field } }", "operationName": 1}',
    ],
    ids=["empty", "half", "no UTF-8", "a batch", "a text", "number", "no text", "nothing", "deep", "variables", "name"],
)
async def test_an_unreadable_body_is_told(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/graphql", content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, code_of(answer)) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/graphql", ""])
async def test_a_body_of_another_kind_is_refused(client: httpx.AsyncClient, media_type: str) -> None:
    answer = await client.post("/graphql", content=b"{}", headers={"content-type": media_type})

    assert (answer.status_code, code_of(answer)) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_a_body_over_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": QUERY, "padding": "x" * MAX_BYTES})

    assert (answer.status_code, code_of(answer)) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_body_over_the_limit_that_does_not_tell_its_length_is_refused(client: httpx.AsyncClient) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * (MAX_BYTES // 16)

    answer = await client.post("/graphql", content=parts(), headers={"content-type": "application/json"})

    assert (answer.status_code, code_of(answer)) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/graphql")

    assert (answer.status_code, code_of(answer), answer.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "GET, POST")


async def test_a_mutation_by_get_is_refused_whatever_is_accepted(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": "mutation { __typename }"})

    assert (answer.status_code, code_of(answer)) == (405, "METHOD_NOT_ALLOWED")


async def test_a_query_by_its_hash_alone_is_asked_for_by_its_text(client: httpx.AsyncClient) -> None:
    body = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}

    answer = await client.post("/graphql", json=body)

    assert (answer.status_code, code_of(answer)) == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert answer.json()["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_introspection_is_answered(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "{ __schema { queryType { name } } }"})

    assert answer.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
