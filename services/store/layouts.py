"""Documents that are all alike, read field by field from their BSON: no object is made for a document.

Where each field has the same place in each document, a field of all of them is a slice of the bytes. That is how a
series comes: thousands of documents, which to decode is most of what a read of them costs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import bson

# What an array in BSON has before each document: its type, and its place as a text that ends with a zero.
_DOCUMENT, _END = b"\x03", b"\x00"


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields of documents that are alike, each as the bytes of all its values, one after the other."""

    fields: Mapping[str, bytes]

    def numbers(self, field: str) -> list[int]:
        """The values of a field of whole numbers."""
        return memoryview(self.fields[field]).cast("i").tolist()


class Layout:
    """Documents like the example: its fields in its order, whole numbers as int32, texts as long, in ASCII."""

    def __init__(self, example: Mapping[str, int | str]) -> None:
        self._template = bson.encode(example)
        self._places: dict[str, range] = {}
        fixed = set(range(len(self._template)))
        at = 4
        for name, value in example.items():
            # A type, the name and a zero; a text has its length before it, and a zero after it.
            at += len(name) + 2 + (4 if isinstance(value, str) else 0)
            self._places[name] = range(at, at + (len(value) if isinstance(value, str) else 4))
            fixed -= set(self._places[name])
            at = self._places[name].stop + isinstance(value, str)
        self._fixed = sorted(fixed)
        self._texts = [name for name, value in example.items() if isinstance(value, str)]

    def columns(self, array: bytes) -> Columns | None:
        """The documents of a BSON array by field; None where one is unlike the example."""
        parts: dict[str, list[bytes]] = {name: [] for name in self._places}
        end = len(array) - 1
        count, digits, at = 0, 1, 4
        while at < end:
            # While the places in the array have as many digits, each document is as far from the one before.
            head = len(_DOCUMENT) + digits + len(_END)
            stride = head + len(self._template)
            fitting = min(10**digits - count, (end - at) // stride)
            part = array[at : at + fitting * stride]
            if not fitting or not self._are_alike(part, head, stride, fitting):
                return None
            for name, places in self._places.items():
                parts[name].append(_column(part, [head + place for place in places], stride, fitting))
            count, digits, at = 10**digits, digits + 1, at + len(part)
        fields = {name: b"".join(found) for name, found in parts.items()}
        return Columns(fields) if all(fields[name].isascii() for name in self._texts) else None

    def _are_alike(self, part: bytes, head: int, stride: int, count: int) -> bool:
        if part[::stride] != _DOCUMENT * count or part[head - 1 :: stride] != _END * count:
            return False
        return all(part[head + place :: stride] == self._template[place : place + 1] * count for place in self._fixed)


def _column(part: bytes, places: list[int], stride: int, count: int) -> bytes:
    """What stands at these places of each document, one document after the other."""
    column = bytearray(len(places) * count)
    for index, place in enumerate(places):
        column[index :: len(places)] = part[place::stride]
    return bytes(column)
