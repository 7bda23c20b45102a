"""A package's `__init__.py` is its door: it says which names others may use, and they exist."""

import importlib
from pathlib import Path

import pytest

from tests.house.project import PACKAGES, imported_roots, product_modules

DOORS = [path for path in product_modules() if path.name == "__init__.py"]
# Doors that hand names of their rooms on.
OPEN = [path for path in DOORS if imported_roots(path) & set(PACKAGES)]


def door(path: Path) -> object:
    return importlib.import_module(".".join(path.parent.parts))


@pytest.mark.parametrize("path", DOORS, ids=lambda path: str(path.parent))
def test_a_door_says_what_the_room_is_for(path: Path) -> None:
    assert (door(path).__doc__ or "").strip()


@pytest.mark.parametrize("path", OPEN, ids=lambda path: str(path.parent))
def test_a_door_names_what_others_may_use_and_it_exists(path: Path) -> None:
    named = getattr(door(path), "__all__", [])

    assert named
    assert [name for name in named if not hasattr(door(path), name)] == []
