"""How a plain field is read off what a batch function returned."""

from typing import Any


def read_off(source: Any, name: str) -> Any:
    """The value of a plain field: points are mappings, all else are objects."""
    return source[name] if type(source) is dict else getattr(source, name)
