"""A request's body, read whole and no further than its limit."""

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from routes.headers import header
from services.errors import PayloadTooLarge

MAX_BYTES = 2**20


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The body; raises PayloadTooLarge over MAX_BYTES, before reading it where its length is told."""
    told = header(scope, b"content-length") or ""
    if told.isdecimal() and int(told) > MAX_BYTES:
        raise _too_large()
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BYTES:
            raise _too_large()
        parts.append(part)
        more = message.get("more_body", False)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large() -> PayloadTooLarge:
    return PayloadTooLarge(f"The body is over the limit of {MAX_BYTES} bytes.")
