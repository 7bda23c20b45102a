import subprocess
import sys

import pytest
from typer.testing import CliRunner

from commands.__main__ import app
from settings import ROOT


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "commands", *arguments], cwd=ROOT, env=variables, capture_output=True, text=True
    )


@pytest.mark.parametrize("command", ["serve", "generate", "explain", "compat", "charts", "instagram-account"])
def test_every_command_is_listed_and_tells_of_itself(command: str) -> None:
    listed, told = (CliRunner().invoke(app, [*of, "--help"]) for of in ((), (command,)))

    assert command in listed.stdout
    assert (told.exit_code, told.stderr) == (0, "")
    assert "Usage" in told.stdout


def test_help_writes_nothing_beside_it() -> None:
    told = run("--help")

    assert (told.returncode, told.stderr) == (0, "")
    assert "serve" in told.stdout


def test_a_fault_that_a_person_can_mend_is_one_line() -> None:
    told = run("serve", PORT="eight")

    assert told.returncode == 2
    assert told.stderr.startswith("error: PORT: ")
    assert told.stderr.count("\n") == 1
