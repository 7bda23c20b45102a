import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from services.store import guard
from tests.services.conftest import DEADLINE_S

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals, and waiting for pipes, are POSIX")

SAYS_THAT_IT_RUNS = "print('runs', flush=True)"
RUNS = f"import time; {SAYS_THAT_IT_RUNS}; time.sleep(600)"
IGNORES_SIGTERM = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {RUNS}"
ENDS_WITH_7_WHEN_ASKED = f"import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); {RUNS}"
IMPATIENT_GUARD = f"""
import runpy, sys
guard = runpy.run_path({guard.__file__!r})
guard["main"].__globals__["STOP_TIMEOUT_S"] = 0.1
sys.exit(guard["main"](sys.argv[1:]))
"""

Guard = subprocess.Popen[bytes]
Guarded = Callable[..., Guard]


@pytest.fixture
def guarded() -> Iterator[Guarded]:
    """Starts Python code under a guard, and returns once it runs."""
    started: list[Guard] = []

    def start(code: str, *, under: tuple[str, ...] = (guard.__file__,)) -> Guard:
        process = subprocess.Popen(
            [sys.executable, "-I", *under, sys.executable, "-I", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        started.append(process)
        assert said(process) == b"runs\n"
        return process

    yield start
    for process in started:
        with process:
            process.kill()


def said(process: Guard) -> bytes:
    """The next that the command writes; nothing once it has ended, and the guard too."""
    assert process.stdout
    ready, _, _ = select.select([process.stdout], [], [], DEADLINE_S)
    assert ready, f"silent, and not ended, after {DEADLINE_S:.0f} s"
    found: bytes = process.stdout.read(100)
    return found


def test_a_guard_ends_with_the_exit_code_of_its_command(guarded: Guarded) -> None:
    process = guarded(f"{SAYS_THAT_IT_RUNS}; raise SystemExit(3)")

    assert process.wait(DEADLINE_S) == 3


def test_a_command_ends_when_its_standard_input_closes(guarded: Guarded) -> None:
    process = guarded(RUNS)

    assert process.stdin
    process.stdin.close()

    assert said(process) == b""


def test_a_command_that_ignores_being_asked_is_killed(guarded: Guarded) -> None:
    process = guarded(IGNORES_SIGTERM, under=("-c", IMPATIENT_GUARD))

    assert process.stdin
    process.stdin.close()

    assert said(process) == b""


@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT], ids=lambda wanted: wanted.name)
def test_a_guard_that_is_asked_to_end_asks_its_command_and_waits_for_it(
    guarded: Guarded, wanted: signal.Signals
) -> None:
    process = guarded(ENDS_WITH_7_WHEN_ASKED)

    process.send_signal(wanted)

    assert said(process) == b""
    assert process.wait(DEADLINE_S) == 7


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells a child of its parent's death on Linux alone")
def test_a_command_ends_when_its_guard_is_killed(guarded: Guarded) -> None:
    process = guarded(RUNS)

    process.kill()

    assert said(process) == b""
