from unittest import mock

import httpx
import pytest
from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from routes.gate import MAY_DO_ALL, MAY_READ, Keys, LoopbackOnly
from services.errors import Unauthenticated
from tests.builders import artist_document, stats_document
from tests.conftest import Database, MakeClient

KEYS = {"musicdata_internal_api_key": "full-one, full-two", "read_only_api_keys": "reader"}
STATS = "/analyst/artists/61/stats"
GATED = [
    STATS,
    "/analyst/artists/61/stats/health",
    "/analyst/artists/61/popularity",
    "/artists/61/popularity/spotify",
    "/artists.csv?ids=61",
    "/instagram/me",
    "/graphql?query={metrics{field}}",
]


def keys(*, full: tuple[str, ...] = (), read_only: tuple[str, ...] = ()) -> Keys:
    return Keys(full=map(SecretStr, full), read_only=map(SecretStr, read_only))


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Internal-API-Key": "full-one"},
        {"x-api-key": "full-two"},
        {"Authorization": "Bearer full-one"},
        {"authorization": "bearer  full-two "},
    ],
    ids=["internal", "x-api-key", "bearer", "bearer in other letters"],
)
async def test_each_header_form_opens_the_gate(
    make_client: MakeClient, database: Database, headers: dict[str, str]
) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())

    async with make_client(**KEYS) as client:
        answer = await client.get(STATS, headers=headers)

    assert answer.status_code == 200


@pytest.mark.parametrize("path", GATED)
async def test_without_a_valid_key_nothing_gated_is_answered(make_client: MakeClient, path: str) -> None:
    async with make_client(**KEYS) as client:
        without = await client.get(path)
        wrong = await client.get(path, headers={"x-api-key": "full-one-and-more"})

    assert (without.status_code, wrong.status_code) == (401, 401)
    assert without.headers["www-authenticate"] == "Bearer"


async def test_rest_refuses_with_a_problem_document(make_client: MakeClient) -> None:
    async with make_client(**KEYS) as client:
        answer = await client.get(STATS)

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "A valid key is needed: X-Internal-API-Key, x-api-key or Authorization: Bearer.",
        "code": "UNAUTHENTICATED",
        "instance": STATS,
        "requestId": answer.headers["x-request-id"],
    }


async def test_graphql_refuses_with_an_error_of_graphql(make_client: MakeClient) -> None:
    async with make_client(**KEYS) as client:
        answer = await client.post("/graphql", json={"query": "{ metrics { field } }"})

    (error,) = answer.json()["errors"]
    assert answer.status_code == 401
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_graphql_refuses_with_a_problem_document_who_asks_for_one(make_client: MakeClient) -> None:
    async with make_client(**KEYS) as client:
        answer = await client.get("/graphql", headers={"accept": "application/problem+json"})

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_health_is_open(make_client: MakeClient, path: str) -> None:
    async with make_client(**KEYS) as client:
        assert (await client.get(path)).status_code == 200


async def test_a_read_only_key_reads(make_client: MakeClient, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document())

    async with make_client(**KEYS) as client:
        answer = await client.get(STATS, headers={"x-api-key": "reader"})

    assert answer.status_code == 200


async def test_a_read_only_key_may_not_force_a_refresh_over_rest(make_client: MakeClient, database: Database) -> None:
    await database.artists(artist_document())

    async with make_client(**KEYS) as client:
        answer = await client.get(f"{STATS}?refresh=true", headers={"x-api-key": "reader"})

    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


async def test_a_read_only_key_may_not_force_a_refresh_over_graphql(
    make_client: MakeClient, database: Database
) -> None:
    await database.artists(artist_document())

    async with make_client(**KEYS) as client:
        answer = await client.post(
            "/graphql",
            json={"query": "{ artist(id: 61) { stats(refresh: true) { fresh } } }"},
            headers={"x-api-key": "reader"},
        )

    assert answer.json()["data"] == {"artist": {"stats": None}}
    assert answer.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:99", "[::1]:8000"])
async def test_without_keys_loopbacks_own_names_are_answered(make_client: MakeClient, host: str) -> None:
    async with make_client() as client:
        assert (await client.get("/healthz", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("host", ["music.example", "127.0.0.1.evil.example", "192.168.0.7:8000", "localhost.", ""])
async def test_without_keys_no_other_name_is_answered(make_client: MakeClient, host: str) -> None:
    async with make_client() as client:
        answer = await client.get("/healthz", headers={"host": host})

    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert "MUSICDATA_INTERNAL_API_KEY" in answer.json()["detail"]


async def test_without_keys_no_other_machine_is_answered(make_client: MakeClient) -> None:
    async with make_client(peer="192.168.0.7") as client:
        answer = await client.get("/healthz")

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("peer", "headers", "answered"),
    [
        ("127.0.0.1", {"host": "localhost:8000"}, True),
        ("127.0.0.1", {"host": "localhost:8000", "origin": "http://LOCALHOST:8000"}, True),
        ("127.0.0.1", {"host": "localhost:8000", "origin": "http://localhost:3000"}, False),
        ("127.0.0.1", {"host": "localhost:8000", "origin": "null"}, False),
        ("127.0.0.1", {"host": "music.example", "origin": "http://music.example"}, False),
        ("192.168.0.7", {"host": "localhost:8000"}, False),
    ],
    ids=["no page", "a page of ours", "another port's", "a page of no origin", "another name", "another machine"],
)
async def test_without_keys_a_websocket_is_this_machines_and_no_other_pages(
    peer: str, headers: dict[str, str], answered: bool
) -> None:
    told: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        told.append("answered")

    async def send(message: Message) -> None:
        told.append(message["type"])

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await LoopbackOnly(app)({"type": "websocket", "client": (peer, 50_000), "headers": raw}, mock.AsyncMock(), send)

    assert told == ["answered" if answered else "websocket.close"]


async def test_with_a_key_other_machines_and_names_are_answered(make_client: MakeClient) -> None:
    async with make_client(host="music.example", peer="192.168.0.7", **KEYS) as client:
        assert (await client.get("/healthz")).status_code == 200


async def test_without_keys_graphql_needs_none(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql?query={freshnessPolicies{subject}}")

    assert answer.json() == {"data": {"freshnessPolicies": [{"subject": "stats"}, {"subject": "popularity"}]}}


def test_of_several_keys_offered_the_strongest_counts() -> None:
    found = keys(full=("a",), read_only=("b",)).caller(Headers({"x-internal-api-key": "b", "x-api-key": "a"}).raw)

    assert found is MAY_DO_ALL


def test_a_wrong_key_beside_a_right_one_does_no_harm() -> None:
    found = keys(full=("a",), read_only=("b",)).caller(Headers({"x-api-key": "c", "authorization": "Bearer b"}).raw)

    assert found is MAY_READ


@pytest.mark.parametrize("value", ["Basic a", "a", "Bearer", ""])
def test_other_authorizations_are_no_key(value: str) -> None:
    with pytest.raises(Unauthenticated):
        keys(full=("a",)).caller(Headers({"authorization": value}).raw)


def test_a_comparison_looks_at_every_key_by_its_digest() -> None:
    with mock.patch("routes.gate.hmac.compare_digest", return_value=False) as compare, pytest.raises(Unauthenticated):
        keys(full=("a", "b"), read_only=("c",)).caller(Headers({"x-api-key": "a"}).raw)

    assert [{len(side) for side in call.args} for call in compare.call_args_list] == [{32}] * 3


def test_a_key_of_other_alphabets_is_compared_too() -> None:
    assert keys(full=("ключ",)).caller(Headers(raw=[(b"x-api-key", "ключ".encode())]).raw) is MAY_DO_ALL
