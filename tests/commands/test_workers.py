import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.commands.conftest import DEADLINE_S, Server, StartServer

HEALTH = "/analyst/artists/7/stats/health"
COUNT = 'kisum_requests_total{method="GET",route="/analyst/artists/{artist_id}/stats/health",status="404"}'


@pytest.fixture
def server(start: StartServer, mongodb: str, tmp_path: Path) -> Iterator[Server]:
    """Two workers over the run's mongod, whose temporary files are in a folder of the test's own."""
    server = start("--workers", "2", DB_MONGO_PROD_KISUM=mongodb, TMPDIR=str(tmp_path))
    server.wait_for("(?s)Application startup complete.*Application startup complete")
    yield server
    # Killed, it would leave its workers behind.
    if server.process.poll() is None:
        server.end()


def ask(server: Server, times: int) -> None:
    """Requests with a connection each, so that either worker may take them."""
    with (
        httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), timeout=DEADLINE_S) as client,
        ThreadPoolExecutor(8) as threads,
    ):
        answers = list(threads.map(lambda _: client.get(server.url + HEALTH).status_code, range(times)))
    assert answers == [404] * times


def counted(server: Server) -> int:
    found = re.search(re.escape(COUNT) + r" (\S+)", server.get("/metrics").text)
    return int(float(found[1])) if found else 0


def live_gauges(folder: Path) -> set[int]:
    """The workers whose gauges are told."""
    return {int(path.stem.rpartition("_")[2]) for path in folder.glob("kisum-telemetry-*/gauge_livesum_*.db")}


def test_whichever_worker_is_asked_tells_what_all_have_counted(server: Server) -> None:
    ask(server, 40)

    deadline = time.monotonic() + DEADLINE_S
    while counted(server) < 40:  # a request counts once its answer is sent
        assert time.monotonic() < deadline
    assert [counted(server) for _ in range(10)] == [40] * 10


def test_what_a_killed_worker_had_open_is_not_told_and_what_it_counted_is(server: Server, tmp_path: Path) -> None:
    ask(server, 40)
    first, second = before = live_gauges(tmp_path)

    os.kill(first, signal.SIGKILL)

    deadline = time.monotonic() + DEADLINE_S
    while (now := live_gauges(tmp_path)) == before or len(now) < 2:
        assert time.monotonic() < deadline, f"the gauges are still those of {now}"
    assert (first in now, second in now) == (False, True)
    assert counted(server) == 40


def test_the_workers_telemetry_is_removed_at_the_end(server: Server, tmp_path: Path) -> None:
    assert list(tmp_path.glob("kisum-telemetry-*"))

    assert server.end() == 0

    assert list(tmp_path.glob("kisum-telemetry-*")) == []
