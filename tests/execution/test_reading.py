from dataclasses import dataclass

import pytest

from execution.reading import read_off


@dataclass
class Box:
    height: int


@pytest.mark.parametrize("source", [Box(3), {"height": 3}], ids=["an object", "a mapping"])
def test_a_plain_field_is_read_off_objects_and_mappings(source: object) -> None:
    assert read_off(source, "height") == 3
