from itertools import repeat
from typing import NamedTuple

from services.model.columns import rows


class Box(NamedTuple):
    height: int
    label: str | None = None


def test_rows_are_made_of_columns() -> None:
    assert list(rows(Box, [1, 2], repeat("fragile"))) == [Box(1, "fragile"), Box(2, "fragile")]


def test_rows_are_of_their_type() -> None:
    (box,) = rows(Box, [3], [None])

    assert (type(box), box.height, box.label) == (Box, 3, None)
