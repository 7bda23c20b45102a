"""Processes that stand still, their connections open, and go on afterwards."""

import os
import signal
import subprocess
import time
from pathlib import Path

DEADLINE_S = 30.0
_PAUSE_S = 0.001


def stop(pid: int) -> None:
    """Have the process stand still; return once all of it does: a signal is sent, and then taken thread by thread."""
    os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + DEADLINE_S
    while _states(pid) != {"T"}:
        assert time.monotonic() < deadline, f"process {pid} still runs after {DEADLINE_S:.0f} s"
        time.sleep(_PAUSE_S)


def go_on(pid: int) -> None:
    os.kill(pid, signal.SIGCONT)


def _states(pid: int) -> set[str]:
    """What its threads do, each a letter; T is to be stopped."""
    threads = Path(f"/proc/{pid}/task")
    if threads.is_dir():
        return {_state(thread) for thread in threads.iterdir()}
    told = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=True)  # noqa: S607
    return {told.stdout.strip()[:1]}


def _state(thread: Path) -> str:
    try:
        told = (thread / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "X"
    # The name that comes before it, in brackets, may hold anything.
    return told.rpartition(")")[2].split()[0]
