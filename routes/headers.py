"""A request's headers as the server has them: names in lower case, both bytes."""

from collections.abc import Mapping

from starlette.types import Scope

_READ = "kisum.headers"


def headers_of(scope: Scope) -> Mapping[bytes, bytes]:
    """The first value of each header, by its name; made once for a request."""
    found: dict[bytes, bytes] | None = scope.get(_READ)
    if found is None:
        found = scope[_READ] = dict(reversed(scope["headers"]))
    return found


def header(scope: Scope, name: bytes) -> str | None:
    """The first value of the header, whose name is given in lower case."""
    value = (scope.get(_READ) or headers_of(scope)).get(name)
    return None if value is None else value.decode("latin-1")
