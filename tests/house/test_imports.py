"""Who may import whom: the contracts of import-linter in pyproject.toml, and the modules that it can't see into."""

import subprocess
import sys
from pathlib import Path

import pytest

from settings import ROOT
from tests.house.project import PACKAGES, ROOT_MODULES, imported_roots

LINTER = Path(sys.executable).with_name("lint-imports")

# What a module beside the packages, or one that is started by itself, may import of ours.
ALLOWED: dict[str, set[str]] = {
    "collectors.py": set(),
    "crowds.py": set(),
    "telemetry.py": {"collectors"},
    "logs.py": {"telemetry"},
    "settings.py": set(),
    "services/store/guard.py": set(),
    "app.py": {"execution", "logs", "routes", "schema", "services", "settings", "telemetry"},
}


def test_imports_go_the_way_that_the_house_has_them_go() -> None:
    found = subprocess.run([LINTER, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stdout + found.stderr
    assert "0 broken" in found.stdout


@pytest.mark.parametrize("path", ALLOWED)
def test_a_module_that_the_linter_does_not_see_into_imports_no_more_than_it_may(path: str) -> None:
    ours = {*PACKAGES, *ROOT_MODULES, "tests", "sandbox"}

    assert imported_roots(Path(path)) & ours <= ALLOWED[path]
