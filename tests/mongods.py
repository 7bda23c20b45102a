"""The mongod of a run of the tests, in which each test makes databases of its own and drops them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import disk_usage, rmtree
from tempfile import TemporaryDirectory
from typing import Any

from filelock import FileLock
from pymongo import MongoClient

from services.store.embedded import embedded_mongodb
from tests.builders import Document

# Where Linux keeps files in memory: every write waits for them.
IN_MEMORY, ROOM_BYTES = Path("/dev/shm"), 4 * 2**30  # noqa: S108 - the folder in it has a name of its own
PREFIX = "kisum-tests-"
# By when a run has locked the folder that it made.
BEGUN_S = 60.0
# By itself it flushes the journal ten times a second, which every write waits for too, and keeps what was dropped for
# five minutes. Five seconds are longer than any test reads a snapshot.
PARAMETERS: dict[str, Any] = {"journalCommitInterval": 2, "minSnapshotHistoryWindowInSeconds": 5}
# What was dropped is closed at the next checkpoint, of which there is one a minute: in that time tests make more files
# than it may open, and then it aborts.
TESTS_BETWEEN_CHECKPOINTS = 100
CHECKPOINT = "fsync"


@contextmanager
def running_mongodb() -> Iterator[str]:
    """Its address, for as long as the context lasts."""
    _remove_what_killed_runs_left()
    roomy = IN_MEMORY.is_dir() and disk_usage(IN_MEMORY).free > ROOM_BYTES
    place = TemporaryDirectory(prefix=PREFIX, dir=IN_MEMORY if roomy else None)
    with place as folder, embedded_mongodb(Path(folder)) as uri:
        with MongoClient[Document](uri) as client:
            client.admin.command("setParameter", 1, **PARAMETERS)
        yield uri


def _remove_what_killed_runs_left() -> None:
    """Nobody else does, and it is memory."""
    for folder in IN_MEMORY.glob(f"{PREFIX}*"):
        # In use, gone meanwhile, or somebody else's.
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > BEGUN_S:
                with FileLock(folder / "lock", blocking=False):
                    rmtree(folder, ignore_errors=True)
