"""Numbers as tables have them: with or without marks between thousands, and `34.0` for 34."""

import re

from services.charts.pages.cells import millions, whole

__all__ = ["count", "millions"]

_WITH_ZEROS = re.compile(r"\.0+$")
_NONE = frozenset({"na", "nan", "none", "null"})


def count(text: str) -> int | None:
    """A whole number; None for what says nothing. Raises PageChanged."""
    plain = _WITH_ZEROS.sub("", text.strip())
    return None if plain.lower() in _NONE else whole(plain)
