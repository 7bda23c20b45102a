"""A row of the table of routes: an address, and all that is promised of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from routes.parameters import Parameter
from services.errors import Code

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Row:
    """One address and the handler that answers GET (and HEAD) there; what it answers is its return type.

    `tells` has the codes of problems beside those that follow: from the gate, from parameters, from defects. `methods`
    are those that it answers, the first the one to use; `status` is that of its answer.
    """

    path: str
    endpoint: Handler
    takes: tuple[Parameter[Any], ...] = ()
    tells: tuple[Code, ...] = ()
    gated: bool = True
    methods: tuple[str, ...] = ("GET",)
    status: int = 200
