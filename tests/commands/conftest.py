"""The server as a user starts it: a process of its own, with a MongoDB of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from settings import ROOT

DEADLINE_S = 60.0


@dataclass
class Command:
    """A running command, and what it has written to stderr so far."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _ended: bool = False

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def wait_for(self, pattern: str) -> "re.Match[str]":
        """The first match in what is written, waited for; fails when the command ends before."""
        with self._news:
            self._news.wait_for(lambda: self._ended or re.search(pattern, self.text), DEADLINE_S)
        found = re.search(pattern, self.text)
        assert found, f"{pattern!r} was never written:\n{self.text}"
        return found

    def end(self, signal_number: int = signal.SIGTERM) -> int:
        """The exit code after the signal."""
        self.process.send_signal(signal_number)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(DEADLINE_S)
        self._reader.join(DEADLINE_S)
        return code

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self._news:
                self.lines.append(line)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()


@dataclass
class Server(Command):
    """A server that answers."""

    @property
    def url(self) -> str:
        return self.wait_for(r"graphql +(\S+)/graphql")[1]

    def started(self) -> "Server":
        self.wait_for("Application startup complete")
        return self

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, timeout=DEADLINE_S)


StartServer = Callable[..., Server]


def _environment(changes: Mapping[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LOG_FORMAT": "json", **changes}


@pytest.fixture
def start() -> Iterator[StartServer]:
    """Starts `python -m commands serve` with options and variables; ends what still runs."""
    with started_servers() as start:
        yield start


@contextmanager
def started_servers() -> Iterator[StartServer]:
    """What starts servers, for as long as the context lasts; then it ends those that still run."""
    running: list[Server] = []

    def start(*options: str, **variables: str) -> Server:
        process = subprocess.Popen(
            [sys.executable, "-m", "commands", "serve", *options],
            cwd=ROOT,
            env=_environment({"PORT": "0"} | variables),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        server = Server(process)
        running.append(server)
        return server

    try:
        yield start
    finally:
        for server in running:
            if server.process.poll() is None:
                server.process.kill()
            server.wait()
            assert server.process.stderr
            server.process.stderr.close()


@pytest.fixture
def data_dir(tmp_path: Path) -> str:
    return str(tmp_path / "data")
