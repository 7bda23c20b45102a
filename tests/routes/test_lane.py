import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, cast

import httpx
import orjson
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

import logs
from execution.executor import Answer, Begun, Executor, Part, Request
from routes.gate import Keys
from routes.graphql import GRAPHQL_JSON
from routes.lane import Answered, Lane, Taken, UnderWay
from services import Services
from tests.conftest import ServeApp
from tests.services.conftest import counted

KEY, READER = "full", "reads"
JSON = {"content-type": "application/json"}
# Says that a plan may carry the request out, as one may without; the lane leaves to the app what says anything of it.
BY_THE_APP = {"x-compiled-execution": "on"}
QUERY = "query Names { metrics { field } artist(id: 61) { id name } }"


def keyed(**headers: str) -> dict[str, str]:
    return (
        JSON | {"authorization": f"Bearer {KEY}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    )


def body(query: str = QUERY, **more: Any) -> bytes:
    return orjson.dumps({"query": query} | more)


TAKEN: dict[str, tuple[Mapping[str, str], bytes]] = {
    "a query": (keyed(), body()),
    "a named one with variables": (
        keyed(),
        body("query A($id: Int!) { artist(id: $id) { name } }", operationName="A", variables={"id": 61}),
    ),
    "another key's header": (JSON | {"x-internal-api-key": KEY}, body()),
    "a key that reads": (JSON | {"x-api-key": READER}, body()),
    "what a reader may not": (
        JSON | {"x-api-key": READER},
        body("mutation { refreshArtistStats(artistIds: [61]) { id } }"),
    ),
    "a text beyond ASCII": (keyed(), body('{ searchArtists(text: "Zoë 🎵") { id } }')),
    "GraphQL's own media type": (keyed(accept=GRAPHQL_JSON), body()),
    "no document": (keyed(), body("{")),
    "no document, told by the status": (keyed(accept=GRAPHQL_JSON), body("{")),
    "an unknown field": (keyed(), body("{ nothing }")),
    "an unknown operation": (keyed(), body(operationName="Other")),
    "a wrong variable": (keyed(), body("query A($id: Int!) { artist(id: $id) { name } }", variables={"id": "x"})),
    "too much": (keyed(), body("{ artists(ids: [" + "1," * 5001 + "]) { id } }")),
    "introspection": (keyed(), body("{ __schema { queryType { name } } }")),
    "a subscription": (keyed(), body("subscription { artistStatsRefreshed(ids: [61]) { id } }")),
    "an id of a proxy's": (keyed(x_request_id="proxy-told-7"), body()),
}
LEFT: dict[str, tuple[Mapping[str, str], bytes]] = {
    "no key": (JSON, body()),
    "a wrong key": (JSON | {"authorization": "Bearer wrong"}, body()),
    "another media type": (keyed() | {"content-type": "text/plain"}, body()),
    "a charset": (keyed() | {"content-type": "application/json; charset=utf-8"}, body()),
    "no JSON": (keyed(), b"{"),
    "no request": (keyed(), b"[]"),
    "a hash alone": (keyed(), orjson.dumps({"extensions": {"persistedQuery": {"sha256Hash": "0"}}})),
    "a stream of events": (keyed(accept="text/event-stream"), body()),
    "by graphql-core": (keyed(x_compiled_execution="off"), body()),
    "a long body": (keyed(), body(padding="x" * 70_000)),
    "a body over the limit": (keyed(), body(padding="x" * 2**20)),
}


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Taken]:
    """What the lane takes."""
    found: list[Taken] = []
    take = Lane.take

    def noting(self: Lane, headers: Any, body: bytes) -> Taken | None:
        one = take(self, headers, body)
        if one is not None:
            found.append(one)
        return one

    monkeypatch.setattr(Lane, "take", noting)
    return found


@pytest.fixture
async def client(serve: ServeApp) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(musicdata_internal_api_key=KEY, read_only_api_keys=READER) as address,
        httpx.AsyncClient(base_url=address) as client,
    ):
        yield client


def told(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], str]:
    """All of an answer but its time and its id."""
    id_of = answer.headers["x-request-id"]
    headers = [(name, value) for name, value in answer.headers.items() if name not in {"date", "x-request-id"}]
    return answer.status_code, sorted(headers), answer.text.replace(id_of, "ID")


@pytest.mark.parametrize("name", TAKEN)
async def test_what_is_taken_is_answered_as_the_app_answers(
    client: httpx.AsyncClient, taken: list[Taken], name: str
) -> None:
    headers, content = TAKEN[name]

    by_the_app = await client.post("/graphql", headers=dict(headers) | BY_THE_APP, content=content)
    assert taken == []
    in_the_lane = await client.post("/graphql", headers=headers, content=content)

    assert len(taken) == 1
    assert told(in_the_lane) == told(by_the_app)


@pytest.mark.parametrize("name", LEFT)
async def test_what_is_not_plain_is_left_to_the_app(client: httpx.AsyncClient, taken: list[Taken], name: str) -> None:
    headers, content = LEFT[name]

    answer = await client.post("/graphql", headers=headers, content=content)

    assert taken == []
    assert answer.headers["x-request-id"]


async def test_without_keys_all_is_left_to_the_app(serve: ServeApp, taken: list[Taken]) -> None:
    async with serve() as address, httpx.AsyncClient(base_url=address) as client:
        answer = await client.post("/graphql", headers=JSON, content=body())

    assert (answer.status_code, taken) == (200, [])


async def test_an_answer_has_the_id_that_a_proxy_gave_the_request(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", headers=keyed(x_request_id="proxy-told-7"), content=body())

    assert answer.headers["x-request-id"] == "proxy-told-7"


class Carried:
    """An executor that begins so."""

    def __init__(self, begin: Callable[[], Begun]) -> None:
        self._begin = begin

    def begin(self, request: Request, context: Any) -> Begun:
        return self._begin()


class Shared(Part):
    """A part of a run that has ended so, for one that leaves the run where there is no answer."""

    def __init__(self, *, answer: Answer | None = None, error: Exception | None = None) -> None:
        self._answer = answer
        self._error = error

    def when_ended(self, tell: Callable[[], object]) -> None:
        asyncio.get_running_loop().call_soon(tell)

    def cancel(self) -> None:
        raise AssertionError("it has ended")

    def answer(self) -> Answer | None:
        if self._error is not None:
            raise self._error
        return self._answer

    async def apart(self) -> Answer:
        return Answer(b"apart", executed=True)


async def awaited(answer: Answer | Exception) -> Answer:
    if isinstance(answer, Exception):
        raise answer
    return answer


def raising(error: Exception) -> Begun:
    raise error


def lane_of(begin: Callable[[], Begun]) -> Lane:
    keys = Keys(full=[SecretStr(KEY)], read_only=[])
    return Lane(keys, cast(Executor, Carried(begin)), cast(Services, None))


async def answered_by(lane: Lane, **more: Any) -> Answered:
    raw = [(name.encode(), value.encode()) for name, value in keyed().items()]
    taken = lane.take(raw, body(**more))
    assert taken is not None
    told: asyncio.Future[Answered | None] = asyncio.get_running_loop().create_future()
    lane.begin(taken, told.set_result)
    answered = await told
    assert answered is not None
    return answered


async def test_an_answered_request_is_freed_without_the_garbage_collector(client: httpx.AsyncClient) -> None:
    headers, content = TAKEN["a named one with variables"]
    gc.disable()
    try:
        before = requests_in_memory()
        for _ in range(3):
            await client.post("/graphql", headers=headers, content=content)
        after = requests_in_memory()
    finally:
        gc.enable()

    assert after <= before


def requests_in_memory() -> int:
    return sum(issubclass(type(found), UnderWay | Taken | Answer | Part) for found in gc.get_objects())


@pytest.fixture
def _lines_to_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines go the way that structlog's tests see, whatever else has set the logs up."""
    monkeypatch.setattr(logs, "_request_lines", None)


BEGINNINGS: dict[str, Callable[[Answer], Begun]] = {
    "awaited": awaited,
    "part of a run": lambda answer: Shared(answer=answer),
}


@pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS)
@pytest.mark.usefixtures("_lines_to_capture")
async def test_a_request_is_counted_and_told_in_the_log(begin: Callable[[Answer], Begun]) -> None:
    lane = lane_of(lambda: begin(Answer(b"{}", executed=True, codes=("NOT_FOUND", "FORBIDDEN", "NOT_FOUND"))))
    labels = {"method": "POST", "route": "/graphql", "status": "200"}
    before = counted("kisum_requests_total", **labels)

    with capture_logs() as lines:
        answered = await answered_by(lane, operationName="Names")

    (line,) = lines
    assert line.pop("duration_ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "method": "POST",
        "route": "/graphql",
        "path": "/graphql",
        "status": 200,
        "operation": "Names",
        "codes": "FORBIDDEN,NOT_FOUND",
    }
    assert (answered.status, answered.body) == (200, b"{}")
    assert counted("kisum_requests_total", **labels) == before + 1


async def test_what_leaves_a_run_is_answered_by_itself() -> None:
    answered = await answered_by(lane_of(Shared))

    assert (answered.status, answered.body) == (200, b"apart")


FAULT = RuntimeError("the password is hunter2")
FAULTS: dict[str, Callable[[], Begun]] = {
    "at the beginning": lambda: raising(FAULT),
    "awaited": lambda: awaited(FAULT),
    "in a run": lambda: Shared(error=FAULT),
}


@pytest.mark.parametrize("begin", FAULTS.values(), ids=FAULTS)
@pytest.mark.usefixtures("_lines_to_capture")
async def test_what_nobody_foresaw_is_masked_and_logged(begin: Callable[[], Begun]) -> None:
    with capture_logs() as lines:
        answered = await answered_by(lane_of(begin))

    error, line = lines
    assert (error["event"], error["cause"], line["status"]) == ("unexpected_error", "RuntimeError", 500)
    assert error["error_id"] == orjson.loads(answered.body)["requestId"]
    assert (b"x-request-id", error["error_id"].encode()) in answered.headers
    assert (answered.status, orjson.loads(answered.body)["code"]) == (500, "INTERNAL")
    assert b"hunter2" not in answered.body


class Endless(Shared):
    """A part of a run that goes on until it is cancelled."""

    def when_ended(self, tell: Callable[[], object]) -> None:
        self._tell = tell

    def cancel(self) -> None:
        self._error = asyncio.CancelledError()  # type: ignore[assignment]
        self._tell()


class Left(Shared):
    """A part that left its run, and goes on."""

    async def apart(self) -> Answer:
        return await endless()


async def endless() -> Answer:
    await asyncio.get_running_loop().create_future()
    raise AssertionError


@pytest.mark.parametrize("begin", [Endless, endless, Left], ids=["in a run", "awaited", "after it left a run"])
@pytest.mark.usefixtures("_lines_to_capture")
async def test_what_is_cancelled_is_logged_without_an_answer(begin: Callable[[], Begun]) -> None:
    lane = lane_of(begin)
    raw = [(name.encode(), value.encode()) for name, value in keyed().items()]
    told: asyncio.Future[Answered | None] = asyncio.get_running_loop().create_future()

    with capture_logs() as lines:
        under_way = lane.begin(cast(Taken, lane.take(raw, body())), told.set_result)
        for _ in range(3):
            await asyncio.sleep(0)
        assert not told.done()
        under_way.cancel()
        answered = await told

    (line,) = lines
    assert (line["event"], line["status"], answered) == ("request", None, None)
