from pathlib import Path

import pytest
import typer

from commands import generate
from services.errors import Code
from services.metrics import METRICS
from settings import ROOT


@pytest.fixture
def stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that follows from a table, and doesn't yet."""
    path = tmp_path / "docs" / "table.md"
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "_FILES", {path: lambda: "as the table has it\n"})
    return path


def test_a_stale_file_is_written(stale: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generate.generate(check=False)

    assert stale.read_text() == "as the table has it\n"
    assert capsys.readouterr().out == "written: docs/table.md\n"


def test_a_file_in_step_is_left_alone(stale: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generate.generate(check=False)
    capsys.readouterr()

    generate.generate(check=True)

    assert capsys.readouterr().out == ""


def test_a_check_writes_nothing_and_fails(stale: Path) -> None:
    with pytest.raises(typer.Exit):
        generate.generate(check=True)

    assert not stale.exists()


def test_the_readme_keeps_what_is_around_its_settings() -> None:
    text = generate.generated_text(ROOT / "README.md")

    assert text.startswith("# Kisum MusicData Analyst")
    assert text.count(generate.SETTINGS_BEGIN) == text.count(generate.SETTINGS_END) == 1
    assert "| `PORT` | `8000` |" in text
    assert "EMBEDDED_MONGODB_URI" not in text


def test_every_metric_and_every_code_is_documented() -> None:
    metrics = generate.generated_text(ROOT / "docs" / "metrics.md")
    errors = generate.generated_text(ROOT / "docs" / "errors.md")

    assert all(f"`{row.field}` | `{row.rest_key}` | `{row.name}`" in metrics for row in METRICS)
    assert all(f"| `{code}` |" in errors for code in Code)
