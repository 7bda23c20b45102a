"""How two answers to one request differ: status, content type, keys, types, and on demand values. No I/O.

Types are JSON's, int and float apart. What the elements of a list have is taken together: it is compared by kind, not
one by one, and where one list is empty there is nothing to compare.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

NOT_JSON = object()
MAX_SHOWN = 60
_NULL, _OBJECT = "null", "object"
_TYPES = {type(None): _NULL, bool: "bool", int: "int", float: "float", str: "string", list: "list", dict: _OBJECT}


class Kind(StrEnum):
    """What differs."""

    STATUS = "status"
    CONTENT_TYPE = "content_type"
    ONLY_OLD = "only_old"
    ONLY_NEW = "only_new"
    TYPE = "type"
    NULLABLE = "nullable"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; `body` is read JSON, or NOT_JSON."""

    status: int
    content_type: str
    body: object


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, where in the body (`data.items[].value`; the body itself is empty), and how it is on each side."""

    kind: Kind
    path: str
    old: str
    new: str


def compare(old: Answer, new: Answer, *, values: bool = False) -> list[Difference]:
    """The differences. Of two answers with different statuses nothing else is compared."""
    if old.status != new.status:
        return [Difference(Kind.STATUS, "", str(old.status), str(new.status))]
    found: list[Difference] = []
    if old.content_type != new.content_type:
        found.append(Difference(Kind.CONTENT_TYPE, "", old.content_type, new.content_type))
    found += _compare_shapes(_shape([old.body]), _shape([new.body]), "")
    if values:
        found += _first_of_each_path(_compare_values(old.body, new.body, ""))
    return found


@dataclass(slots=True)
class _Shape:
    """What stands at one place: the types, the shapes by key of the objects, the shape of the lists' elements."""

    types: set[str] = field(default_factory=set)
    keys: "dict[str, _Shape]" = field(default_factory=dict)
    elements: "_Shape | None" = None

    def told(self) -> str:
        return " or ".join(sorted(self.types))


def _shape(values: Iterable[object]) -> _Shape:
    shape, by_key, elements = _Shape(), dict[str, list[object]](), list[object]()
    for value in values:
        shape.types.add(_type(value))
        if isinstance(value, dict):
            for key, inner in value.items():
                by_key.setdefault(key, []).append(inner)
        elif isinstance(value, list):
            elements += value
    shape.keys = {key: _shape(inner) for key, inner in by_key.items()}
    shape.elements = _shape(elements) if elements else None
    return shape


def _compare_shapes(old: _Shape, new: _Shape, path: str) -> Iterator[Difference]:
    if old.types != new.types:
        kind = Kind.TYPE if _differ(old.types - {_NULL}, new.types - {_NULL}) else Kind.NULLABLE
        yield Difference(kind, path, old.told(), new.told())
    if _OBJECT in old.types & new.types:
        for key in {**old.keys, **new.keys}:
            inner, olds, news = _joined(path, key), old.keys.get(key), new.keys.get(key)
            if olds and news:
                yield from _compare_shapes(olds, news, inner)
            elif olds:
                yield Difference(Kind.ONLY_OLD, inner, olds.told(), "")
            elif news:
                yield Difference(Kind.ONLY_NEW, inner, "", news.told())
    if old.elements and new.elements:
        yield from _compare_shapes(old.elements, new.elements, f"{path}[]")


def _differ(old: set[str], new: set[str]) -> bool:
    """Whether there are values on both sides, of different types."""
    return bool(old and new and old != new)


def _compare_values(old: object, new: object, path: str) -> Iterator[Difference]:
    """The values that differ where the types don't."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in filter(new.__contains__, old):
            yield from _compare_values(old[key], new[key], _joined(path, key))
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            yield Difference(Kind.VALUE, f"{path}[]", f"length {len(old)}", f"length {len(new)}")
        for olds, news in zip(old, new, strict=False):
            yield from _compare_values(olds, news, f"{path}[]")
    elif type(old) is type(new) and old != new:
        yield Difference(Kind.VALUE, path, _shown(old), _shown(new))


def _first_of_each_path(differences: Iterable[Difference]) -> Iterable[Difference]:
    """One of a list's elements that differ in the same way stands for them."""
    first: dict[str, Difference] = {}
    for difference in differences:
        first.setdefault(difference.path, difference)
    return first.values()


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _type(value: object) -> str:
    return _TYPES.get(type(value), "not JSON")
