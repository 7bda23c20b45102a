"""A request's headers as the server has them: names in lower case, both bytes."""

from starlette.types import Scope

# The first value of each header by its name, made once for a request.
_FIRST = "kisum.headers"


def header(scope: Scope, name: bytes) -> str | None:
    """The first value of the header, whose name is given in lower case."""
    first: dict[bytes, bytes] | None = scope.get(_FIRST)
    if first is None:
        first = scope[_FIRST] = dict(reversed(scope["headers"]))
    value = first.get(name)
    return None if value is None else value.decode("latin-1")
