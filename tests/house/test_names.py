"""The app runs from its folder, not as a distribution, so its top names must be nobody else's."""

import importlib.util
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from settings import ROOT
from tests.house.project import PACKAGES, ROOT_MODULES


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_of_ours_is_the_one_that_is_imported(name: str) -> None:
    found = importlib.util.find_spec(name)

    assert found is not None
    assert found.origin is not None
    assert Path(found.origin) == ROOT / name / "__init__.py"


@pytest.mark.parametrize("name", ROOT_MODULES)
def test_a_module_of_ours_is_the_one_that_is_imported(name: str) -> None:
    found = importlib.util.find_spec(name)

    assert found is not None
    assert found.origin is not None
    assert Path(found.origin) == ROOT / f"{name}.py"


def test_nothing_that_is_installed_has_a_name_of_ours() -> None:
    assert {*PACKAGES, *ROOT_MODULES} & set(packages_distributions()) == set()


def test_every_package_beside_the_tests_is_named_here() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages - {"tests", "sandbox"} == set(PACKAGES)
