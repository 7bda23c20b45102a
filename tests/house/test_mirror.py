"""The mirror: a module that does something has its tests at the same path under tests/."""

import ast
from pathlib import Path

import pytest

from settings import ROOT
from tests.house.project import product_modules, syntax


def behaves(path: Path) -> bool:
    """Whether the module has a function; tables, types and protocols without one have nothing to test."""
    functions = (node for node in ast.walk(syntax(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(not is_declaration(function) for function in functions)


def is_declaration(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the function is a protocol's: a docstring and an ellipsis at most."""
    return all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in function.body)


# A package's door is tested with the rooms behind it.
MODULES = [path for path in product_modules() if path.name != "__init__.py" and behaves(path)]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_has_its_tests_at_the_same_path(module: Path) -> None:
    mirrored = Path("tests") / module.parent / f"test_{module.stem.strip('_')}.py"

    assert (ROOT / mirrored).is_file(), f"{module} has no {mirrored}"
