"""What no file of the project says, and how its modules are named and cut."""

import re
from pathlib import Path

import pytest

from settings import ROOT
from tests.house.project import product_modules, project_files

MAX_LINES = 300
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}

MACHINE_PATHS = re.compile(r"(?<![\w.~/-])/(?:home|Users|root|work|tmp)/\w")
REGISTRIES = re.compile(r"(?i)\b(?:pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org)\b")


needs_git = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="git lists the project's files")


def texts() -> list[Path]:
    """The files of the project that are text."""
    return [path for path in project_files() if b"\0" not in (ROOT / path).read_bytes()[:8192]]


@needs_git
@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRIES], ids=["a machine's path", "a registry's host"])
def test_no_file_says(pattern: re.Pattern[str]) -> None:
    said = {
        str(path): found.group()
        for path in texts()
        if (found := pattern.search((ROOT / path).read_text(encoding="utf-8", errors="replace")))
    }

    assert said == {}


@needs_git
def test_no_module_has_a_name_that_says_nothing() -> None:
    python = [path for path in project_files() if path.suffix == ".py"]

    assert [str(path) for path in python if VAGUE_NAMES & {path.stem, *path.parent.parts}] == []


@pytest.mark.parametrize("path", product_modules(), ids=str)
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= MAX_LINES
