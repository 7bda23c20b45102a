"""What the tests of the services share: waiting for what happens by itself, and reading counters."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from prometheus_client import REGISTRY
from pymongo import MongoClient

from tests.builders import Document

DEADLINE_S = 30.0


@pytest.fixture(scope="session", autouse=True)
def _journal_without_delay(mongodb: str) -> None:
    """A write waits for the journal, which mongod flushes ten times a second: to drop a test's databases took most."""
    with MongoClient[Document](mongodb) as client:
        client.admin.command("setParameter", 1, journalCommitInterval=2)


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return as soon as it holds; fails when it never does."""
    deadline = time.monotonic() + DEADLINE_S
    while not await holds():
        assert time.monotonic() < deadline, f"not so after {DEADLINE_S:.0f} s"
        await asyncio.sleep(0.01)


def counted(name: str, **labels: str) -> float:
    """What the counter stands at."""
    return REGISTRY.get_sample_value(name, labels) or 0.0
