import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from websockets.exceptions import InvalidStatus

from execution.streams import Streams
from routes import websocket
from routes.body import MAX_BYTES
from routes.gate import Keys
from routes.places import Places
from routes.websocket import MAX_OPERATIONS, GraphQLSocket
from schema import build_schema, format_errors
from services import Services
from tests.builders import NOW, artist_document
from tests.conftest import Database, ServeApp
from tests.services.conftest import counted, eventually
from tests.talking import LISTEN, connected, end_refresh

KEYS = {"musicdata_internal_api_key": "full-one", "read_only_api_keys": "reader"}
NAME = "{ artist(id: 61) { name } }"
REFRESH = "mutation { refreshArtistStats(ids: [61]) { state } }"
LONG_AGO = (NOW - timedelta(days=365)).isoformat()


@pytest.fixture(autouse=True)
async def _artists(database: Database) -> None:
    await database.artists(artist_document(61), artist_document(62, name="Juno Vale"))


def event(operation_id: str, artist_id: int, name: str) -> dict[str, Any]:
    payload = {"data": {"artistStatsRefreshed": {"id": artist_id, "name": name}}}
    return {"id": operation_id, "type": "next", "payload": payload}


def open_are(expected: tuple[float, float]) -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return streams_open() == expected

    return holds


def streams_open() -> tuple[float, float]:
    return counted("kisum_streams_open", what="subscriptions"), counted("kisum_streams_open", what="websockets")


async def test_a_query_is_answered_and_complete(serve: ServeApp) -> None:
    async with serve() as address, connected(address) as talk:
        await talk.subscribe("a", NAME)

        assert await talk.hear() == {
            "id": "a",
            "type": "next",
            "payload": {"data": {"artist": {"name": "Nova Ruiz"}}},
        }
        assert await talk.hear() == {"id": "a", "type": "complete"}


async def test_each_refresh_that_ends_elsewhere_is_told_failed_ones_too(serve: ServeApp, services: Services) -> None:
    async with serve() as address, connected(address) as talk:
        await end_refresh(services.store, 61)
        await talk.subscribe("a", LISTEN, ids=[61, 62, 7], since=LONG_AGO)
        assert await talk.hear() == event("a", 61, "Nova Ruiz")

        await end_refresh(services.store, 7)
        await end_refresh(services.store, 62, error="viberate: away")
        assert await talk.hear() == event("a", 62, "Juno Vale")


async def test_many_operations_share_a_connection(serve: ServeApp, services: Services) -> None:
    async with serve() as address, connected(address) as talk:
        await end_refresh(services.store, 61)
        await end_refresh(services.store, 62)
        await talk.subscribe("a", LISTEN, ids=[61], since=LONG_AGO)
        await talk.subscribe("b", LISTEN, ids=[62], since=LONG_AGO)

        heard = [await talk.hear(), await talk.hear()]

    assert sorted(heard, key=lambda message: message["id"]) == [
        event("a", 61, "Nova Ruiz"),
        event("b", 62, "Juno Vale"),
    ]


async def test_what_the_client_has_ended_is_over_and_its_id_free(serve: ServeApp, services: Services) -> None:
    async with serve() as address, connected(address) as talk:
        await end_refresh(services.store, 61)
        await talk.subscribe("a", LISTEN, ids=[61], since=LONG_AGO)
        await talk.hear()

        await talk.say("complete", id="a")
        await talk.say("complete", id="never begun")
        await end_refresh(services.store, 61)
        await talk.subscribe("a", NAME)

        assert (await talk.hear())["payload"] == {"data": {"artist": {"name": "Nova Ruiz"}}}


async def test_who_goes_away_leaves_no_place_taken(serve: ServeApp, services: Services) -> None:
    async with serve(max_subscriptions=1) as address:
        async with connected(address) as talk:
            await end_refresh(services.store, 61)
            await talk.subscribe("a", LISTEN, ids=[61], since=LONG_AGO)
            await talk.hear()
            assert streams_open() == (1, 1)

        await eventually(open_are((0, 0)))


async def test_a_ping_is_answered(serve: ServeApp) -> None:
    async with serve() as address, connected(address, begin=False) as talk:
        await talk.say("pong")
        await talk.say("ping")

        assert await talk.hear() == {"type": "pong"}


async def test_what_is_wrong_with_an_operation_is_told_to_it_alone(serve: ServeApp) -> None:
    async with serve() as address, connected(address) as talk:
        for query in ("{ nope }", "{", "subscription { artistStatsRefreshed(ids: [99999999999]) { id } }"):
            await talk.subscribe("a", query)
            message = await talk.hear()
            assert (message["id"], message["type"]) == ("a", "error")
        await talk.subscribe("b", LISTEN, ids=list(range(1, 502)))
        message = await talk.hear()

        assert (message["type"], message["payload"][0]["extensions"]) == ("error", {"code": "BAD_USER_INPUT"})
        await talk.subscribe("c", NAME)
        assert (await talk.hear())["type"] == "next"


async def test_a_query_by_its_hash_alone_is_asked_for_by_its_text(serve: ServeApp) -> None:
    async with serve() as address, connected(address) as talk:
        await talk.say("subscribe", id="a", payload={"extensions": {"persistedQuery": {"sha256Hash": "0"}}})

        assert (await talk.hear())["payload"][0]["extensions"] == {"code": "PERSISTED_QUERY_NOT_FOUND"}


@pytest.mark.parametrize(
    "offered",
    [
        {"payload": {"X-Internal-API-Key": "full-one"}},
        {"payload": {"x-api-key": "reader", "more": {"of": "it"}}},
        {"payload": {"authorization": "Bearer full-one"}},
        {"additional_headers": {"x-api-key": "reader"}},
        {"additional_headers": {"x-api-key": "reader"}, "payload": {"x-api-key": "wrong"}},
    ],
    ids=["internal", "x-api-key", "bearer", "header", "header and a wrong one"],
)
async def test_a_key_comes_in_a_header_or_in_the_payload(serve: ServeApp, offered: dict[str, Any]) -> None:
    async with serve(**KEYS) as address, connected(address, **offered) as talk:
        await talk.subscribe("a", NAME)

        assert (await talk.hear())["type"] == "next"


@pytest.mark.parametrize("payload", [None, {}, {"x-api-key": "full-one-and-more"}, {"x-api-key": ["full-one"]}])
async def test_without_a_valid_key_nothing_begins(serve: ServeApp, payload: dict[str, Any] | None) -> None:
    async with serve(**KEYS) as address, connected(address, begin=False) as talk:
        await talk.say("connection_init", payload=payload)
        await talk.subscribe("a", NAME)

        assert await talk.closed() == (
            4403,
            "A valid key is needed: X-Internal-API-Key, x-api-key or Authorization: Bearer.",
        )


async def test_a_key_that_may_read_may_listen_and_not_refresh(serve: ServeApp, services: Services) -> None:
    async with serve(**KEYS) as address, connected(address, payload={"x-api-key": "reader"}) as talk:
        await end_refresh(services.store, 61)
        await talk.subscribe("a", LISTEN, ids=[61], since=LONG_AGO)
        assert (await talk.hear())["type"] == "next"

        await talk.subscribe("b", REFRESH)
        assert (await talk.hear())["payload"]["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


async def test_nothing_is_asked_before_the_connection_has_begun(serve: ServeApp) -> None:
    async with serve() as address, connected(address, begin=False) as talk:
        await talk.subscribe("a", NAME)

        assert await talk.closed() == (4401, "Unauthorized")


async def test_who_never_begins_is_not_waited_for(serve: ServeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "INIT_TIMEOUT_S", 0.05)

    async with serve() as address, connected(address, begin=False) as talk:
        assert await talk.closed() == (4408, "Connection initialisation timeout")


async def test_a_connection_begins_once(serve: ServeApp) -> None:
    async with serve() as address, connected(address) as talk:
        await talk.say("connection_init")

        assert await talk.closed() == (4429, "Too many initialisation requests")


async def test_an_id_is_one_operations(serve: ServeApp) -> None:
    async with serve() as address, connected(address) as talk:
        for _ in range(2):
            await talk.subscribe("a", LISTEN, ids=[61])

        assert await talk.closed() == (4409, "Subscriber for a already exists")


async def test_no_other_protocol_is_spoken(serve: ServeApp) -> None:
    async with serve() as address, connected(address, begin=False, protocol="graphql-ws") as talk:
        code, _ = await talk.closed()

    assert code == 4406


@pytest.mark.parametrize(
    "message",
    [
        "{",
        "[]",
        b"{}",
        "{}",
        '{"type": "start"}',
        '{"type": 1}',
        '{"type": "connection_init", "payload": 1}',
        '{"type": "complete"}',
        '{"type": "subscribe", "id": ""}',
        '{"type": "subscribe", "id": 1}',
        '{"type": "subscribe", "id": "a"}',
        '{"type": "subscribe", "id": "a", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "a", "payload": {"query": "{ a }", "variables": []}}',
        "[" * 5000,
    ],
    ids=lambda message: str(message[:60]),
)
async def test_what_is_no_message_of_the_protocol_closes_the_connection(serve: ServeApp, message: str | bytes) -> None:
    # The one that begins must not have begun.
    begin = "connection_init" not in str(message)
    async with serve() as address, connected(address, begin=begin) as talk:
        await talk.connection.send(message)

        code, reason = await talk.closed()

    assert code == 4400
    assert reason


async def test_a_message_over_the_limit_closes_the_connection(serve: ServeApp) -> None:
    async with serve() as address, connected(address) as talk:
        await talk.say("ping", payload={"padding": "x" * MAX_BYTES})

        assert (await talk.closed())[0] == 1009


async def test_more_operations_than_a_connection_may_have_are_refused(serve: ServeApp) -> None:
    async with serve() as address, connected(address) as talk:
        for number in range(MAX_OPERATIONS):
            await talk.subscribe(str(number), LISTEN, ids=[61])
        await talk.subscribe("one more", NAME)

        message = await talk.hear()

    assert (message["id"], message["payload"][0]["extensions"]) == ("one more", {"code": "RATE_LIMITED"})


async def test_more_than_the_process_has_places_for_are_refused(serve: ServeApp, services: Services) -> None:
    async with serve(max_subscriptions=1) as address, connected(address) as talk:
        await end_refresh(services.store, 61)
        await talk.subscribe("a", LISTEN, ids=[61], since=LONG_AGO)
        await talk.hear()

        await talk.subscribe("b", NAME)
        refused = await talk.hear()
        async with connected(address, begin=False) as another:
            await another.say("connection_init")
            closed = await another.closed()

    assert (refused["type"], refused["payload"][0]["extensions"]) == ("error", {"code": "RATE_LIMITED"})
    assert closed == (1013, "There is room for 1 WebSockets at once: try again in a moment.")


async def test_who_has_shown_no_key_takes_no_place(serve: ServeApp) -> None:
    async with (
        serve(max_subscriptions=1, **KEYS) as address,
        connected(address, begin=False),
        connected(address, begin=False),
        connected(address, payload={"x-api-key": "reader"}) as talk,
    ):
        await talk.subscribe("a", NAME)

        assert (await talk.hear())["type"] == "next"


async def test_a_page_of_another_origin_is_not_answered_where_there_are_no_keys(serve: ServeApp) -> None:
    async with serve() as address:
        async with connected(address, origin=address) as talk:
            await talk.subscribe("a", NAME)
            assert (await talk.hear())["type"] == "next"

        with pytest.raises(InvalidStatus, match="403"):
            async with connected(address, origin="https://elsewhere.example"):
                pass


async def test_with_keys_a_page_of_any_origin_is_answered(serve: ServeApp) -> None:
    page, key = "https://dashboard.example", {"x-api-key": "full-one"}

    async with serve(**KEYS) as address, connected(address, origin=page, payload=key) as talk:
        await talk.subscribe("a", NAME)

        assert (await talk.hear())["type"] == "next"


async def test_a_database_that_is_away_ends_a_subscription_with_the_cause(serve: ServeApp) -> None:
    away = {"embedded_mongodb_uri": "mongodb://127.0.0.1:9", "mongodb_timeout_ms": 200}

    async with serve(**away) as address, connected(address) as talk:
        await talk.subscribe("a", LISTEN, ids=[61])
        message = await talk.hear()

        assert message["payload"]["errors"][0]["path"] == ["artistStatsRefreshed"]
        assert message["payload"]["errors"][0]["extensions"] == {"code": "UNAVAILABLE"}
        assert await talk.hear() == {"id": "a", "type": "complete"}


class Wire:
    """A connection of ASGI: `said` is what the client says, and it takes so many messages."""

    def __init__(self, *said: dict[str, Any], takes: int) -> None:
        self._said = [
            {"type": "websocket.connect"},
            *({"type": "websocket.receive", "text": json.dumps(m)} for m in said),
        ]
        self.heard: list[dict[str, Any]] = []
        self._takes = takes

    async def receive(self) -> dict[str, Any]:
        if self._said:
            return self._said.pop(0)
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    async def send(self, message: Any) -> None:
        if len(self.heard) == self._takes and message["type"] == "websocket.send":
            await asyncio.get_running_loop().create_future()
        self.heard.append(message)


@pytest.mark.parametrize("takes", [1, 2, 3], ids=["no ack", "no answer", "no end"])
async def test_who_takes_no_messages_is_given_up(
    services: Services, monkeypatch: pytest.MonkeyPatch, takes: int
) -> None:
    monkeypatch.setattr(websocket, "SEND_TIMEOUT_S", 0.05)
    places = {name: Places(5, what=name) for name in ("sockets", "subscriptions")}
    streams = Streams(build_schema(), format_errors=format_errors)
    app = GraphQLSocket(streams, Keys(full=[SecretStr("full-one")], read_only=()), **places)
    wire = Wire(
        {"type": "connection_init", "payload": {"x-api-key": "full-one"}},
        {"type": "subscribe", "id": "a", "payload": {"query": NAME}},
        takes=takes,
    )

    async with asyncio.timeout(30):
        await app(scope_of(services), wire.receive, wire.send)

    sent = ["websocket.send"] * (takes - 1)
    assert [message["type"] for message in wire.heard] == ["websocket.accept", *sent, "websocket.close"]
    assert wire.heard[-1]["code"] == 1013


def scope_of(services: Services) -> dict[str, Any]:
    class App:
        class state:
            pass

    App.state.services = services  # type: ignore[attr-defined]
    return {"type": "websocket", "headers": [], "subprotocols": ["graphql-transport-ws"], "app": App}
