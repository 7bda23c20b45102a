"""The project's own files, and the modules of its product."""

import ast
import subprocess
from functools import cache
from pathlib import Path

from settings import ROOT

PACKAGES = ("commands", "execution", "resolvers", "routes", "schema", "services")
ROOT_MODULES = ("app", "collectors", "crowds", "logs", "settings", "telemetry")


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that git keeps, by its path in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607  (the user's own git)
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    paths = (Path(name) for name in listed.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if (ROOT / path).is_file()))


@cache
def product_modules() -> tuple[Path, ...]:
    """Every Python file of the product, by its path in the repository."""
    nested = (path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return (*(Path(f"{name}.py") for name in ROOT_MODULES), *sorted(nested))


def imported_roots(path: Path) -> set[str]:
    """The top names that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def syntax(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))
