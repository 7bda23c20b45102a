"""Answers as bytes of JSON."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response


class JSONAnswer(Response):
    """A value as JSON; datetimes are for the caller to write."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The value's bytes."""
        return orjson.dumps(content)


def data(content: Mapping[str, Any], **beside: Any) -> JSONAnswer:
    """The REST surface's envelope: the content under `data`, and what stands beside it."""
    return JSONAnswer({"data": content, **beside})
