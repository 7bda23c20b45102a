"""The mongod of a run of the tests, in which each test makes databases of its own and drops them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory
from typing import Any

from pymongo import MongoClient

from services.store.embedded import embedded_mongodb
from tests.builders import Document

# Where Linux keeps files in memory: every write waits for them.
IN_MEMORY, ROOM_BYTES = Path("/dev/shm"), 4 * 2**30  # noqa: S108 - the folder in it has a name of its own
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
    roomy = IN_MEMORY.is_dir() and disk_usage(IN_MEMORY).free > ROOM_BYTES
    place = TemporaryDirectory(prefix="kisum-tests-", dir=IN_MEMORY if roomy else None)
    with place as folder, embedded_mongodb(Path(folder)) as uri:
        with MongoClient[Document](uri) as client:
            client.admin.command("setParameter", 1, **PARAMETERS)
        yield uri
