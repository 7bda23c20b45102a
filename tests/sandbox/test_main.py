import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from settings import ROOT
from tests.sandboxes import running_sandbox

DEADLINE_S = 30.0


def start(*options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_cleanly(signal_number: signal.Signals) -> None:
    with start() as process:
        assert process.stdout
        process.stdout.readline()

        process.send_signal(signal_number)
        _, errors = process.communicate(timeout=DEADLINE_S)

    assert (process.returncode, errors) == (0, "")


def test_it_ends_with_its_stdin_even_while_somebody_waits() -> None:
    with running_sandbox("--end-with-stdin") as sandbox:
        sandbox.fault("deezer", delay_ms=600_000)
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{sandbox.bases['deezer']}/artist/1", timeout=0.2, trust_env=False)

    with pytest.raises(httpx.ConnectError):
        httpx.get(sandbox.url, trust_env=False)


def test_without_a_time_that_stands_still_it_has_the_real_one() -> None:
    with running_sandbox(now=None) as sandbox:
        told = datetime.fromisoformat(sandbox.control.get(f"{sandbox.url}/_sandbox").json()["now"])

    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)


def test_another_seed_makes_other_numbers() -> None:
    def seen(*options: str) -> object:
        with running_sandbox(*options) as sandbox:
            deezer_id = sandbox.artists()[1_000_001]["ids"]["deezer"]
            return httpx.get(f"{sandbox.bases['deezer']}/artist/{deezer_id}", trust_env=False).json()["nb_fan"]

    first, again, other = seen("--seed", "3"), seen("--seed", "3"), seen("--seed", "4")

    assert first == again != other


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--now", "yesterday"), "--now"),
        (("--now", "2026-11-20T08:00:00"), "without its zone"),
        (("--port", "http"), "--port"),
    ],
    ids=lambda options: " ".join(options) if isinstance(options, tuple) else "",
)
def test_an_option_that_cannot_be_read_is_told(options: tuple[str, ...], said: str) -> None:
    with start(*options) as process:
        _, errors = process.communicate(timeout=DEADLINE_S)

    assert process.returncode == 2
    assert said in errors


def test_a_taken_port_is_told_in_a_line() -> None:
    with running_sandbox() as sandbox, start("--port", str(httpx.URL(sandbox.url).port)) as process:
        _, errors = process.communicate(timeout=DEADLINE_S)

    assert process.returncode == 1
    assert errors.startswith("--port: 127.0.0.1, port ")
    assert len(errors.splitlines()) == 1
