"""Chance that is the same in every run: numbers that follow from what they are about, and from the seed."""

from hashlib import blake2b
from statistics import NormalDist

_NORMAL = NormalDist()


def unit(*about: object) -> float:
    """A number from 0 to 1, evenly spread."""
    digest = blake2b("\0".join(map(str, about)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def between(low: float, high: float, *about: object) -> float:
    """A number from `low` to `high`, evenly spread."""
    return low + (high - low) * unit(*about)


def bell(*about: object) -> float:
    """A number around 0, normally spread with a deviation of 1, never beyond 2.5."""
    return max(-2.5, min(2.5, _NORMAL.inv_cdf(min(max(unit(*about), 1e-9), 1 - 1e-9))))
