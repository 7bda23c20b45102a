import asyncio
import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from commands.__main__ import app
from tests.commands.conftest import DEADLINE_S, Server, StartServer, started_servers
from tests.talking import LISTEN, connected

ROSTER = {"query": "{ artists(ids: [1, 2]) { name stats(storedOnly: true) { spotifyMonthlyListeners } } }"}


def mongod_port(data_dir: str) -> int:
    started = re.search(r'"port":(\d+)', Path(data_dir, "mongod.log").read_text())
    assert started
    return int(started[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_gone(port: int) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while listens(port):
        assert time.monotonic() < deadline, f"something still listens on {port}"


def ask(server: Server) -> object:
    return httpx.post(server.url + "/graphql", json=ROSTER, timeout=DEADLINE_S).json()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that is started as it is by most."""
    with started_servers() as start:
        yield start(DATA_DIR=str(tmp_path_factory.mktemp("served"))).started()


def test_a_server_without_a_database_answers_with_real_artists(served: Server) -> None:
    first, second = ask(served)["data"]["artists"]  # type: ignore[index]

    assert first["name"] == "Taylor Swift"
    assert first["stats"]["spotifyMonthlyListeners"] > 50_000_000
    assert second["name"]


def test_artists_are_found_by_name_once_the_index_is_there(served: Server) -> None:
    served.wait_for("search_index_filled")

    query = {"query": '{ searchArtists(text: "beyonce") { name } }'}
    answer = httpx.post(served.url + "/graphql", json=query, timeout=DEADLINE_S)

    assert answer.json() == {"data": {"searchArtists": [{"name": "Beyoncé"}]}}


def test_stats_that_are_stale_are_refreshed_by_the_sandbox(served: Server) -> None:
    answer = served.get("/analyst/artists/9/stats").json()["data"]

    assert answer["fresh"]
    assert answer["last_refresh_source"].startswith("sandbox:viberate")


def test_the_banner_tells_what_a_person_needs(served: Server) -> None:
    banner = served.text.partition("{")[0]

    assert re.search(r"graphql +http://127\.0\.0\.1:\d+/graphql", banner)
    assert re.search(r"artists +\d{4} real ones \(loaded now", banner)
    assert re.search(r"in \S+/served", banner)
    assert "MUSICDATA_INTERNAL_API_KEY" in banner


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_cleanly_with_its_database(
    start: StartServer, data_dir: str, signal_number: signal.Signals
) -> None:
    server = start(DATA_DIR=data_dir).started()
    port = mongod_port(data_dir)
    assert listens(port)

    code = server.end(signal_number)

    assert code == 0
    assert not listens(port)
    assert "Traceback" not in server.text


def test_a_killed_server_leaves_no_database_behind_and_its_data_is_kept(start: StartServer, data_dir: str) -> None:
    server = start(DATA_DIR=data_dir).started()
    port = mongod_port(data_dir)

    server.end(signal.SIGKILL)

    wait_until_gone(port)
    again = start(DATA_DIR=data_dir).started()
    assert "loaded before" in again.text
    assert ask(again)["data"]["artists"][0]["name"] == "Taylor Swift"  # type: ignore[index]


def test_a_second_run_over_the_same_data_is_told_plainly(start: StartServer, data_dir: str) -> None:
    start(DATA_DIR=data_dir).started()

    second = start(DATA_DIR=data_dir)

    assert second.wait() == 2
    assert second.text == (
        f"error: Another run uses the data in {data_dir}. "
        "End it first, or give this one its own folder with DATA_DIR.\n"
    )


def test_fresh_begins_anew(start: StartServer, data_dir: str) -> None:
    start(DATA_DIR=data_dir).started().end()

    again = start("--fresh", DATA_DIR=data_dir).started()

    assert "loaded now" in again.text


def test_fresh_never_touches_a_configured_database(start: StartServer) -> None:
    refused = start("--fresh", DB_MONGO_PROD_KISUM="mongodb://127.0.0.1:9")

    assert refused.wait() == 2
    assert refused.text.startswith("error: DB_MONGO_PROD_KISUM: set, so there is no embedded MongoDB")


def test_a_taken_port_is_told_before_anything_is_started(start: StartServer, data_dir: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = start(DATA_DIR=data_dir, PORT=port)

        assert refused.wait() == 2

    assert refused.text.startswith(f"error: HOST, PORT: 127.0.0.1, port {port} can't be listened on")
    assert not Path(data_dir).exists()


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"PORT": "eight"}, "error: PORT: "),
        ({"WORKERS": "0"}, "error: WORKERS: "),
        ({"MONGODB_DRIVER": "odbc"}, "error: MONGODB_DRIVER: "),
        ({"DB_MONGO_PROD_KISUM": "http://somewhere"}, "error: DB_MONGO_PROD_KISUM: must start with mongodb://"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_setting_stops_the_start_with_one_line(
    start: StartServer, variables: dict[str, str], message: str
) -> None:
    refused = start(**variables)

    assert refused.wait() == 2
    assert refused.text.startswith(message)
    assert len(refused.lines) == 1


def test_without_a_key_loopback_is_listened_on_whatever_host_says(start: StartServer, data_dir: str) -> None:
    server = start(DATA_DIR=data_dir, HOST="0.0.0.0").started()  # noqa: S104  (what is tried)

    assert server.url.startswith("http://127.0.0.1:")
    assert "HOST=0.0.0.0 waits for that" in server.text


def test_a_configured_database_is_served_and_nothing_embedded(start: StartServer, mongodb: str, data_dir: str) -> None:
    server = start(DB_MONGO_PROD_KISUM=mongodb, DATA_DIR=data_dir).started()

    assert server.get("/readyz").status_code == 200
    assert not Path(data_dir).exists()


def test_several_workers_serve_one_database(start: StartServer, data_dir: str) -> None:
    server = start("--workers", "2", DATA_DIR=data_dir)
    server.wait_for("(?s)Application startup complete.*Application startup complete")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ask(server), range(16)))

    assert all(answer == answers[0] for answer in answers)
    assert server.end() == 0


def test_workers_end_with_a_supervisor_that_is_killed(start: StartServer, data_dir: str) -> None:
    server = start("--workers", "2", DATA_DIR=data_dir)
    server.wait_for("(?s)Application startup complete.*Application startup complete")
    port = int(server.url.rpartition(":")[2])

    server.end(signal.SIGKILL)

    wait_until_gone(port)


def test_what_is_in_flight_is_finished_after_the_signal(start: StartServer, data_dir: str) -> None:
    server = start(DATA_DIR=data_dir).started()
    host, _, port = server.url.removeprefix("http://").partition(":")
    body = json.dumps(ROSTER).encode()
    head = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with socket.create_connection((host, int(port)), timeout=DEADLINE_S) as client:
        client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:10])
        # The rest comes once the server knows that it is to stop.
        server.get("/healthz")
        server.process.send_signal(signal.SIGTERM)
        server.wait_for("Shutting down")
        client.sendall(body[10:])
        answer = b"".join(iter(lambda: client.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 200")
    assert b"Taylor Swift" in answer
    assert server.wait() == 0


async def test_who_listens_is_let_go_at_the_signal(start: StartServer, data_dir: str) -> None:
    server = start(DATA_DIR=data_dir, SHUTDOWN_TIMEOUT_S="600").started()
    listening = {"query": LISTEN, "variables": {"ids": [1]}}
    async with (
        asyncio.timeout(DEADLINE_S),
        connected(server.url) as talk,
        httpx.AsyncClient(timeout=DEADLINE_S) as client,
        client.stream(
            "POST", f"{server.url}/graphql", json=listening, headers={"accept": "text/event-stream"}
        ) as events,
    ):
        await talk.say("subscribe", id="a", payload=listening)
        parts = events.aiter_bytes()
        await anext(parts)

        server.process.send_signal(signal.SIGTERM)
        left = b"".join([part async for part in parts])
        closed = await talk.closed()

    assert (closed[0], b"complete" in left) == (1012, False)
    assert server.wait() == 0
    assert "Traceback" not in server.text


def test_help_tells_the_options() -> None:
    told = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "200"})

    assert "--fresh" in told.stdout
