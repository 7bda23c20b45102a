from typing import Any
from unittest import mock

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send
from structlog.testing import capture_logs

import logs
import telemetry
from routes.access import AccessLog
from tests.conftest import ServeApp
from tests.services.conftest import counted
from tests.talking import connected


async def fine(request: Request) -> Response:
    telemetry.note(operation="Roster")
    return PlainTextResponse("fine")


async def defect(request: Request) -> Response:
    raise RuntimeError("the password is hunter2")


async def late_defect(request: Request) -> Response:
    async def parts() -> Any:
        yield b"begun"
        raise RuntimeError("too late")

    return StreamingResponse(parts())


@pytest.fixture(autouse=True)
def _lines_to_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines go the way that structlog's tests see, whatever else has set the logs up."""
    monkeypatch.setattr(logs, "_request_lines", None)


@pytest.fixture
def asked() -> httpx.AsyncClient:
    routes = [Route(f"/{handler.__name__}/{{x}}", handler) for handler in (fine, defect, late_defect)]
    app = Starlette(routes=[*routes, Route("/healthz", fine)], middleware=[Middleware(AccessLog)])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def test_a_request_is_one_line_with_route_status_duration_and_id(asked: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        answer = await asked.get("/fine/7?key=secret")

    (line,) = lines
    assert line.pop("duration_ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "GET",
        "route": "/fine/{x}",
        "path": "/fine/7",
        "status": 200,
        "operation": "Roster",
    }
    assert len(answer.headers["x-request-id"]) == 32


async def test_a_plain_id_from_a_proxy_is_kept(asked: httpx.AsyncClient) -> None:
    answer = await asked.get("/fine/7", headers={"x-request-id": "proxy-0123456789"})

    assert answer.headers["x-request-id"] == "proxy-0123456789"


@pytest.mark.parametrize("offered", ["short", "with space in it", "x" * 65, 'quo"te-quo"te'])
async def test_any_other_id_is_replaced(asked: httpx.AsyncClient, offered: str) -> None:
    answer = await asked.get("/fine/7", headers={"x-request-id": offered})

    assert answer.headers["x-request-id"] != offered


async def test_a_defect_is_masked_and_its_id_leads_to_the_log(asked: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        answer = await asked.get("/defect/7")

    defect_line = next(line for line in lines if line["event"] == "unexpected_error")
    assert answer.status_code == 500
    assert answer.json()["detail"] == "Something went wrong on our side."
    assert "hunter2" not in answer.text
    assert defect_line["error_id"] == answer.json()["requestId"] == answer.headers["x-request-id"]


async def test_a_defect_in_mid_answer_is_logged_all_the_same(asked: httpx.AsyncClient) -> None:
    with capture_logs() as lines, pytest.raises(AssertionError):  # the client's, of an answer without an end
        await asked.get("/late_defect/7")

    assert [line["event"] for line in lines] == ["unexpected_error", "request"]


async def test_an_address_that_is_none_has_no_route(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await client.get("/nowhere")

    assert [(line["route"], line["status"]) for line in lines] == [(None, 404)]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_what_is_asked_every_few_seconds_is_not_worth_a_line(client: httpx.AsyncClient, path: str) -> None:
    with capture_logs() as lines:
        assert (await client.get(path)).status_code == 200

    assert [line for line in lines if line["event"] == "request"] == []


async def test_the_operation_is_told_by_its_name(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await client.post("/graphql", json={"query": "query Roster { metrics { field } }", "operationName": "Roster"})

    assert [line["operation"] for line in lines] == ["Roster"]


async def test_a_name_that_graphql_would_not_take_is_not_logged(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await client.post("/graphql", json={"query": "{ metrics { field } }", "operationName": "a\nb"})

    assert [line["operation"] for line in lines] == [None]


async def test_a_request_is_counted_by_the_template_of_its_route(client: httpx.AsyncClient) -> None:
    labels = {"method": "GET", "route": "/analyst/artists/{artist_id}/stats", "status": "404"}
    before = counted("kisum_requests_total", **labels)

    for artist_id in (7, 8, 9):
        await client.get(f"/analyst/artists/{artist_id}/stats")

    assert counted("kisum_requests_total", **labels) == before + 3


async def test_addresses_and_methods_that_are_none_are_counted_as_one(client: httpx.AsyncClient) -> None:
    labels = {"method": "other", "route": "unknown", "status": "404"}
    before = counted("kisum_requests_total", **labels)

    for number in range(3):
        await client.request(f"BREW{number}", f"/nowhere/{number}")

    assert counted("kisum_requests_total", **labels) == before + 3


async def test_a_defect_is_counted_as_what_was_answered(asked: httpx.AsyncClient) -> None:
    labels = {"method": "GET", "route": "/defect/{x}", "status": "500"}
    before = counted("kisum_requests_total", **labels)

    await asked.get("/defect/7")

    assert counted("kisum_requests_total", **labels) == before + 1


async def test_a_graphql_request_is_counted_by_its_operation_and_no_other_is(client: httpx.AsyncClient) -> None:
    name = "kisum_operation_duration_seconds_count"
    before = counted(name, operation="Roster"), counted(name, operation="anonymous")

    await client.post("/graphql", json={"query": "query Roster { metrics { field } }", "operationName": "Roster"})
    await client.post("/graphql", json={"query": "{ metrics { field } }"})
    await client.get("/analyst/artists/7/stats")

    assert (counted(name, operation="Roster"), counted(name, operation="anonymous")) == (before[0] + 1, before[1] + 1)


async def test_a_websocket_is_one_line_once_it_is_over(serve: ServeApp) -> None:
    with capture_logs() as lines:
        async with serve() as address, connected(address) as talk:
            await talk.say("nothing of the protocol")
            await talk.closed()

    (line,) = (line for line in lines if line["event"] == "websocket")
    assert line.pop("duration_ms") >= 0
    assert line == {"event": "websocket", "log_level": "info", "path": "/graphql", "close_code": 4400}


async def test_a_defect_behind_a_websocket_closes_it_and_is_logged() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("the password is hunter2")

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    with capture_logs() as lines:
        await AccessLog(broken)({"type": "websocket", "path": "/graphql", "headers": []}, mock.AsyncMock(), send)

    assert sent == [{"type": "websocket.close", "code": 1011, "reason": "Something went wrong on our side."}]
    assert [line["event"] for line in lines] == ["unexpected_error", "websocket"]
