"""Answers: as JSON or as a picture, and unless the client has them already."""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Generic, TypeVar

import orjson
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from routes.requests import version_of

Content = TypeVar("Content")
Answer = TypeVar("Answer", bound=Response)

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Long = Annotated[int, Field(json_schema_extra={"format": "int64"})]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]

# A client may keep the answer and has to ask each time whether it still holds; nobody between may keep it.
KEPT = {"Cache-Control": "private, no-cache"}

_OF_PICTURES = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
_ENTITY_TAG = re.compile(r'"[^"]*"')


class JSONAnswer(Response, Generic[Content]):
    """A value as JSON; datetimes are for the caller to write."""

    media_type = "application/json"

    def __init__(self, content: Content, *, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(content, status_code, headers)

    def render(self, content: Any) -> bytes:
        """The value's bytes."""
        return orjson.dumps(content)


class SVGAnswer(Response):
    """A picture; opened by itself it may do no more than look as it is told to."""

    media_type = "image/svg+xml"

    def __init__(self, content: str) -> None:
        super().__init__(content, headers=_OF_PICTURES)


class NotModified(Response):
    """What the client has is what it would be answered."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__(status_code=304, headers=headers)


def unless_known(request: Request, facts: Any, answer: Callable[[], Answer]) -> Answer | NotModified:
    """The answer with its entity tag, or that the client has it; then the answer is never made.

    `facts` is all that the answer follows from beside the code, in types that JSON has, dataclasses and datetimes.
    """
    headers = KEPT | {"ETag": _entity_tag(version_of(request.scope), facts)}
    if _is_known(request, headers["ETag"]):
        return NotModified(headers)
    made = answer()
    made.headers.update(headers)
    return made


def _entity_tag(*facts: Any) -> str:
    """A weak one: a proxy may compress the bytes."""
    digest = hashlib.blake2b(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS), digest_size=12)
    return f'W/"{digest.hexdigest()}"'


def _is_known(request: Request, tag: str) -> bool:
    """Whether the tags that the request tells have this one, be they weak or strong."""
    told = ",".join(request.headers.getlist("if-none-match"))
    return told.strip() == "*" or tag.removeprefix("W/") in _ENTITY_TAG.findall(told)
