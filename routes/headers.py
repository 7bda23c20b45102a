"""A request's headers as the server has them: names in lower case, both bytes."""

from starlette.types import Scope


def header(scope: Scope, name: bytes) -> str | None:
    """The first value of the header, whose name is given in lower case."""
    for found, value in scope["headers"]:
        if found == name:
            text: str = value.decode("latin-1")
            return text
    return None
