"""Generated files are in step with the tables that they follow from."""

from pathlib import Path

import pytest

from commands.generate import generated
from settings import ROOT

FILES = generated()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_generated_file_is_fresh(path: Path) -> None:
    assert path.is_file(), "run `make generate`"
    assert path.read_text(encoding="utf-8") == FILES[path], f"{path.name} is stale: run `make generate`"
