import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from commands.__main__ import app
from commands.comparison import Difference, Kind
from commands.compat import AT_ONCE, ROUTES, Finding, Server, ask_both, gathered, told
from tests.builders import artist_document, point_document, stats_document
from tests.conftest import Database, MakeClient
from tests.services.conftest import eventually

STATS, HEALTH, _CHARTS, POPULARITY, SUMMARY = ROUTES
IDS = (61, 62)
ASKED = [(route, artist_id) for artist_id in IDS for route in ROUTES]


@pytest.fixture
async def ours(make_client: MakeClient, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    await database.artists(artist_document(61), artist_document(62))
    await database.stats(stats_document(61), stats_document(62, spotify_followers=None))
    await database.points(point_document("2026-11-19", 71), point_document("2026-11-19", 64, artist_id=62))
    async with make_client() as client:
        yield client


class Planted(httpx.AsyncBaseTransport):
    """A server that answers as another does, but for what is changed: by path, a function of its answer."""

    def __init__(
        self, client: httpx.AsyncClient, changes: Mapping[str, Callable[[httpx.Response], httpx.Response]]
    ) -> None:
        self._client = client
        self._changes = changes

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._client.get(request.url.path)
        change = self._changes.get(request.url.path)
        changed = change(answer) if change else answer
        return httpx.Response(changed.status_code, headers=changed.headers, content=changed.content)


def edited(edit: Callable[[Any], object]) -> Callable[[httpx.Response], httpx.Response]:
    def change(answer: httpx.Response) -> httpx.Response:
        body = answer.json()
        edit(body)
        return httpx.Response(answer.status_code, json=body)

    return change


async def compared(old: httpx.AsyncClient, new: httpx.AsyncClient, **options: Any) -> list[Finding]:
    found, away = await ask_both(Server("OLD_URL", old), Server("NEW_URL", new), ASKED, **options)
    assert away is None
    assert list(found) == ASKED
    return gathered(found)


async def test_between_two_servers_of_ours_there_is_no_difference(
    ours: httpx.AsyncClient, make_client: MakeClient
) -> None:
    async with make_client() as other:
        assert await compared(ours, other) == []


async def test_each_of_five_planted_differences_is_found(ours: httpx.AsyncClient) -> None:
    changes = {
        "/analyst/artists/61/stats": edited(lambda body: body["data"].pop("tiktok")),
        "/analyst/artists/62/stats": edited(lambda body: body["data"].update(spotify_listeners="5102233")),
        "/analyst/artists/61/stats/health": edited(lambda body: body.update(last_refresh_error="none")),
        "/analyst/artists/61/popularity": lambda _: httpx.Response(502, json={"detail": "away"}),
        "/artists/62/popularity/spotify": lambda answer: httpx.Response(
            200, content=answer.content, headers={"content-type": "text/html; charset=utf-8"}
        ),
    }
    async with httpx.AsyncClient(transport=Planted(ours, changes), base_url="http://old") as old:
        found = await compared(old, ours)

    assert found == [
        Finding(STATS, Difference(Kind.ONLY_NEW, "data.tiktok", "", "null"), (61,)),
        Finding(HEALTH, Difference(Kind.NULLABLE, "last_refresh_error", "string", "null"), (61,)),
        Finding(POPULARITY, Difference(Kind.STATUS, "", "502", "200"), (61,)),
        Finding(STATS, Difference(Kind.TYPE, "data.spotify_listeners", "string", "int"), (62,)),
        Finding(SUMMARY, Difference(Kind.CONTENT_TYPE, "", "text/html", "application/json"), (62,)),
    ]


async def test_a_difference_of_several_artists_is_told_once(ours: httpx.AsyncClient) -> None:
    without = edited(lambda body: body["data"].pop("tiktok"))
    changes = {f"/analyst/artists/{artist_id}/stats": without for artist_id in IDS}
    async with httpx.AsyncClient(transport=Planted(ours, changes), base_url="http://new") as new:
        found = await compared(ours, new)

    assert found == [Finding(STATS, Difference(Kind.ONLY_OLD, "data.tiktok", "null", ""), IDS)]


async def test_a_bounded_number_of_answers_is_waited_for_at_once() -> None:
    waiting = 0
    enough = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal waiting
        waiting += 1
        await enough.wait()
        return httpx.Response(200, json={})

    async def all_that_may_be_asked_are() -> bool:
        return waiting >= 2 * AT_ONCE

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://any") as client:
        pairs = [(HEALTH, artist_id) for artist_id in range(1, 51)]
        asking = asyncio.create_task(ask_both(Server("OLD_URL", client), Server("NEW_URL", client), pairs))
        await eventually(all_that_may_be_asked_are)
        for _ in range(100):
            await asyncio.sleep(0)
        waited_for = waiting
        enough.set()
        found, _ = await asking

    assert waited_for == 2 * AT_ONCE
    assert len(found) == 50


async def test_a_server_away_ends_it_with_what_was_found_before() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "/62/" in request.url.path:
            raise httpx.ReadTimeout("too slow")
        return httpx.Response(200, json={})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://any") as client:
        found, away = await ask_both(Server("OLD_URL", client), Server("NEW_URL", client), [(STATS, 61), (STATS, 62)])

    assert found == {(STATS, 61): []}
    assert str(away) == "OLD_URL can't be asked for /analyst/artists/62/stats (ReadTimeout)."


def test_people_read_a_block_for_each_route() -> None:
    findings = [
        Finding(STATS, Difference(Kind.ONLY_OLD, "data.legacy", "int", ""), (1, 2, 3, 4, 5, 6, 7)),
        Finding(STATS, Difference(Kind.TYPE, "data.spotify", "int", "string"), (2,)),
        Finding(HEALTH, Difference(Kind.STATUS, "", "200", "404"), (1,)),
    ]

    assert told(findings, 14).splitlines() == [
        "/analyst/artists/{id}/stats",
        "  only in old  data.legacy   int           artists 1, 2, 3, 4, 5 and 2 more",
        "  type         data.spotify  int → string  artists 2",
        "",
        "/analyst/artists/{id}/stats/health",
        "  status    200 → 404  artists 1",
        "",
        "Differences: 3. Answers of each server: 14.",
    ]


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that have gone before they were answered."""

    def handle_error(self, request: object, client_address: object) -> None: ...


@dataclass
class Backend:
    """A server over real HTTP that answers one body to everything, and keeps what keys it was offered."""

    body: object
    keys: list[str | None] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def serve() -> Iterator[Callable[[object], Backend]]:
    running: list[QuietServer] = []

    def serve(body: object) -> Backend:
        backend = Backend(body)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                backend.keys.append(self.headers["X-Internal-API-Key"])
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(backend.body).encode())

            def log_message(self, format: str, *args: object) -> None: ...

        server = QuietServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        running.append(server)
        backend.url = f"http://127.0.0.1:{server.server_port}"
        return backend

    yield serve
    for server in running:
        server.shutdown()
        server.server_close()


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(app, ["compat", *arguments], env=variables)


def test_no_difference_is_exit_code_0(serve: Callable[[object], Backend]) -> None:
    old, new = serve({"a": 1}), serve({"a": 2})

    result = run(old.url, new.url, "--ids", "1,2")

    assert (result.exit_code, result.stdout) == (0, "Differences: 0. Answers of each server: 10.\n")


def test_a_difference_is_exit_code_1(serve: Callable[[object], Backend]) -> None:
    old, new = serve({"a": 1}), serve({"a": "1"})

    result = run(old.url, new.url, "--ids", "1", "--routes", "/x/{id},/y")

    assert result.exit_code == 1
    assert result.stdout.splitlines()[:2] == ["/x/{id}", "  type  a  int → string  artists 1"]


def test_values_count_on_demand(serve: Callable[[object], Backend]) -> None:
    old, new = serve({"a": 1}), serve({"a": 2})

    assert run(old.url, new.url, "--ids", "1", "--values").exit_code == 1


def test_programs_read_the_same(serve: Callable[[object], Backend]) -> None:
    old, new = serve({"a": 1}), serve({})

    result = run(old.url, new.url, "--ids", "1,2", "--routes", "/x/{id}", "--json")

    assert json.loads(result.stdout) == {
        "compared": 2,
        "differences": [
            {"route": "/x/{id}", "kind": "only_old", "path": "a", "old": "int", "new": None, "artists": [1, 2]}
        ],
    }


def test_a_server_that_is_not_there_is_exit_code_2(serve: Callable[[object], Backend]) -> None:
    old = serve({})

    result = run(old.url, "http://127.0.0.1:9", "--ids", "1", "--routes", "/x")

    assert result.exit_code == 2
    assert result.stderr == "error: NEW_URL can't be asked for /x (ConnectError).\n"


def test_each_server_is_offered_its_key_and_no_key_is_printed(serve: Callable[[object], Backend]) -> None:
    old, new = serve({"a": 1}), serve({})

    result = run(old.url, new.url, "--ids", "1", "--key", "new-s3cret", "--old-key", "old-s3cret")

    assert set(old.keys) == {"old-s3cret"}
    assert set(new.keys) == {"new-s3cret"}
    assert "s3cret" not in result.output


def test_keys_may_come_from_the_environment(serve: Callable[[object], Backend]) -> None:
    old, new = serve({}), serve({})

    run(old.url, new.url, "--ids", "1", COMPAT_KEY="s3cret")

    assert set(old.keys) == set(new.keys) == {"s3cret"}
    assert "s3cret" not in run("--help", COMPAT_KEY="s3cret").output


@pytest.mark.parametrize("key", ["s3cret\n", "s3crét", "s3cret\x00"], ids=ascii)
def test_a_key_that_no_header_takes_is_not_printed_either(serve: Callable[[object], Backend], key: str) -> None:
    result = run(serve({}).url, serve({}).url, "--ids", "1", "--key", key)

    assert result.exit_code in {0, 2}
    assert "s3cr" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("http://a", "http://b", "--ids", ""),
        ("http://a", "http://b", "--ids", "1,x"),
        ("http://a", "http://b", "--ids", "0"),
        ("http://a", "http://b", "--ids", "2147483648"),
        ("ftp://a", "http://b", "--ids", "1"),
        ("http://a", "b", "--ids", "1"),
        ("http://", "http://b", "--ids", "1"),
        ("http://a:port", "http://b", "--ids", "1"),
        ("http://a", "http://b", "--ids", "1", "--routes", "stats"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_asked_for_is_told_before_anything_is_asked(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert "Invalid value" in result.stderr
