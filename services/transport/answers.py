"""What goes to a provider and what comes back."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import quote

from services.transport.faults import (
    ProviderError,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnreadable,
)
from services.transport.quotas import RETRY_AFTER, wait_told

_REFUSALS = frozenset({401, 403, 499})
_TOO_MANY, _UNAVAILABLE = 429, 503
_SHOWN = 60
# A word that may be a part of an address, and one that is too short to be a secret.
_ADDRESS = re.compile(r"\S*[/?=&@%]\S*")
_SHORT = 6


@dataclass(frozen=True, slots=True)
class Request:
    """A request to a provider. `path` is relative to its base URL, its parts quoted already (`quoted`)."""

    path: str
    method: str = "GET"
    params: Mapping[str, str | int] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    # Another address than the provider's own, such as the one that gives its tokens.
    base_url: str | None = None

    def redacted(self, text: str) -> str:
        """The text without what was sent beside the path: a provider may repeat a key where it complains of one."""
        sent = (*self.params.values(), *self.headers.values(), *(self.form or {}).values())
        words = {word for value in sent for word in str(value).split() if len(word) >= _SHORT}
        for word in sorted(words, key=len, reverse=True):
            text = text.replace(word, "…")
        return text


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer, whatever its status; header names in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def quoted(part: str) -> str:
    """One segment of a path, percent-encoded whole."""
    return quote(part, safe="")


def parsed(answer: Answer, *, is_secret: bool = False) -> Any:
    """The answer's JSON, whatever its content type says; raises ProviderUnreadable, with the first words it saw.

    Of an answer that `is_secret`, since it brings a token, nothing is told: it may be one that was cut off.
    """
    try:
        return json.loads(answer.body.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        seen = _seen(answer.body)
    if is_secret:
        raise ProviderUnreadable("answered no JSON")
    raise ProviderUnreadable(f"answered no JSON but {seen!r}" if seen else "answered nothing")


def fault_of(answer: Answer) -> ProviderError | None:
    """The fault that the status tells by itself; None for an answer of 2xx."""
    status = answer.status
    if 200 <= status < 300:
        return None
    if status in _REFUSALS:
        return ProviderRefused(f"refused the key, or what it may ask (status {status})")
    if status == _TOO_MANY or (status == _UNAVAILABLE and RETRY_AFTER in answer.headers):
        return ProviderThrottled(f"was asked too often (status {status})", retry_after=wait_told(answer.headers))
    if status >= 500:
        return ProviderUnavailable(f"has a fault of its own (status {status})")
    return ProviderUnreadable(f"answered {status}")


def _seen(body: bytes) -> str:
    """The beginning, printable and without addresses: an error page may repeat the one that was asked for."""
    beginning = body[: 4 * _SHOWN].decode(errors="replace")
    printable = "".join(char if char.isprintable() else " " for char in beginning)
    return " ".join(_ADDRESS.sub("…", printable).split())[:_SHOWN]


def _no_number(_constant: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
