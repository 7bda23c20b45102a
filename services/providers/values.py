"""What counts as a value, whatever the provider: a positive whole number of 64 bits, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# By stored name, the places in an answer where a metric stands: members joined by dots, the best place first.
Paths = Mapping[str, Sequence[str]]

LARGEST = 2**63 - 1
# A score that can't be higher, whoever says so.
LARGEST_OF = {"spotify_popularity": 100}


def count(value: object) -> int | None:
    """The value as a metric: an int, a float without a fraction, or a text of digits alone; else None, a gap.

    Gaps are 0, negative numbers, booleans, fractions, NaN, numbers beyond 64 bits, "n/a", "1.2M".
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        number = int(value) if value.isascii() and value.isdigit() and len(value) <= 19 else 0
    elif isinstance(value, float):
        number = int(value) if value.is_integer() else 0
    elif isinstance(value, int):
        number = value
    else:
        return None
    return number if 0 < number <= LARGEST else None


def counts(found: Mapping[str, object]) -> dict[str, int]:
    """The usable ones of the values by stored name."""
    return {
        name: number
        for name, value in found.items()
        if (number := count(value)) is not None and number <= LARGEST_OF.get(name, LARGEST)
    }


def values_at(paths: Paths, body: object) -> dict[str, int]:
    """The metrics by stored name: of each, the value at the first of its places that has a usable one."""
    values: dict[str, int] = {}
    for name, places in paths.items():
        for place in places:
            values = counts({name: pick(body, *place.split("."))}) | values
    return values


def pick(body: object, *path: str) -> Any:
    """What stands at the path of members, None where it breaks off."""
    for member in path:
        if not isinstance(body, Mapping):
            return None
        body = body.get(member)
    return body


def first_with(body: object, member: str) -> Iterator[Mapping[str, Any]]:
    """The objects within the body that have the member, the outer ones first."""
    level = [body]
    while level:
        yield from (found for found in level if isinstance(found, Mapping) and member in found)
        level = [inner for outer in level for inner in _inner(outer)]


def _inner(outer: object) -> list[Any]:
    if isinstance(outer, Mapping):
        return list(outer.values())
    return list(outer) if isinstance(outer, list) else []
