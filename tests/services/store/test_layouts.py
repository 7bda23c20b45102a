from typing import Any

import bson
import pytest
from bson import Int64
from hypothesis import given
from hypothesis import strategies as st

from services.store.layouts import Columns, Layout
from tests.builders import Document

LAYOUT = Layout({"id": 0, "day": "0000-00-00", "value": 0})

INT32 = st.integers(-(2**31), 2**31 - 1)
DAYS = st.text(st.characters(codec="ascii"), min_size=10, max_size=10)
ALIKE = st.lists(st.builds(lambda *values: dict(zip(("id", "day", "value"), values, strict=True)), INT32, DAYS, INT32))


def array(documents: list[Document]) -> bytes:
    """The documents as BSON has them in an array."""
    return bson.encode({str(place): document for place, document in enumerate(documents)})


def columns(documents: list[Any]) -> Columns:
    found = LAYOUT.columns(array(documents))
    assert found is not None
    return found


def document(number: int = 7, day: str = "2026-11-01") -> Document:
    return {"id": number, "day": day, "value": 2 * number}


@given(ALIKE)
def test_the_fields_of_documents_that_are_alike_are_read(documents: list[Document]) -> None:
    found = columns(documents)

    assert found.numbers("id") == [one["id"] for one in documents]
    assert found.numbers("value") == [one["value"] for one in documents]
    assert found.fields["day"] == "".join(one["day"] for one in documents).encode()


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 1001, 10_001])
def test_as_many_as_there_are_are_read(count: int) -> None:
    assert columns([document(number) for number in range(count)]).numbers("id") == list(range(count))


@pytest.mark.parametrize(
    "other",
    [
        {"id": 7, "day": "2026-11-01"},
        {"id": 7, "day": "2026-11-01", "value": 14, "more": 1},
        {"id": 7, "value": 14, "day": "2026-11-01"},
        {"id": 7, "day": "2026-11-01", "valuE": 14},
        {"id": Int64(7), "day": "2026-11-01", "value": 14},
        {"id": 7, "day": "2026-11-01", "value": 14.0},
        {"id": 7, "day": "2026-11-01", "value": None},
        {"id": 7, "day": "2026-11-1", "value": 14},
        {"id": 7, "day": "2026-11-01T", "value": 14},
        {"id": 7, "day": "2026-11-é", "value": 14},
        {"id": 7, "day": b"2026-11-01", "value": 14},
        {},
    ],
    ids=repr,
)
@pytest.mark.parametrize("place", [0, 5, 10, 119])
def test_documents_of_which_one_is_unlike_the_others_are_not_read(other: Document, place: int) -> None:
    documents = [document(number) for number in range(120)]
    documents[place] = other

    assert LAYOUT.columns(array(documents)) is None


@pytest.mark.parametrize("other", [7, "text", None, [document()]])
def test_what_is_no_document_is_not_read(other: object) -> None:
    assert LAYOUT.columns(array([document(), other])) is None  # type: ignore[list-item]
