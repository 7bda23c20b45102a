"""Each request counted and told in a line of the log, its id in the answer, and the last stop of what nobody foresaw.

Pure ASGI.
"""

import time

import structlog
from starlette.status import WS_1011_INTERNAL_ERROR
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

import logs
import telemetry
from routes.headers import header
from routes.problems import UNEXPECTED, problem
from services.errors import Code

REQUEST_ID = "X-Request-ID"
REQUEST_ID_HEADER = REQUEST_ID.lower().encode()
# What an orchestrator asks every few seconds is worth a line only when it fails.
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})

log = structlog.get_logger("access")


class AccessLog:
    """Counts every request that ends, and logs its method, route or operation, status, duration and id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, count it and log it."""
        if scope["type"] == "websocket":
            await self._connection(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0
        notes = telemetry.begin_request(header(scope, REQUEST_ID_HEADER))

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = (REQUEST_ID_HEADER, telemetry.request_id.get().encode("latin-1"))
                message["headers"] = [*message.get("headers", ()), given]
            await send(message)

        try:
            await self._app(scope, receive, noting_status)
        except Exception as error:
            log_unexpected(error)
            if not status:
                await problem(scope, Code.INTERNAL, UNEXPECTED)(scope, receive, noting_status)
        finally:
            route, took_s = getattr(scope.get("route"), "path", None), time.perf_counter() - began
            ended(scope["method"], scope["path"], route, status, took_s, notes)

    async def _connection(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a WebSocket answered to its end, and log it."""
        began = time.perf_counter()
        notes = telemetry.begin_request(header(scope, REQUEST_ID_HEADER))
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            log_unexpected(error)
            await WebSocketClose(WS_1011_INTERNAL_ERROR, UNEXPECTED)(scope, receive, send)
        finally:
            took_ms = round((time.perf_counter() - began) * 1000, 1)
            log.info("websocket", path=scope["path"], duration_ms=took_ms, **notes)


def log_unexpected(error: Exception) -> None:
    """Tell what nobody foresaw, under the request's id; from where it is caught."""
    log.error("unexpected_error", error_id=telemetry.request_id.get(), cause=type(error).__name__, exc_info=error)


def ended(method: str, path: str, route: str | None, status: int, took_s: float, notes: dict[str, object]) -> None:
    """Count a request that ended, and tell of it in the log; status 0: no answer."""
    _count(method, route, status, took_s, notes)
    if route in _QUIET and status < 400:
        return
    facts = {
        "method": method,
        "route": route,
        "path": path,
        "status": status or None,
        # To round() a number goes by way of its text.
        "duration_ms": int(took_s * 10_000 + 0.5) / 10,
        **notes,
    }
    logs.tell_request(log, facts)


def _count(method: str, route: str | None, status: int, took_s: float, notes: dict[str, object]) -> None:
    # How long a client listens says nothing of how long it waited.
    waited_s = None if notes.get("streamed") else took_s
    telemetry.observe_request(method=method, route=route, status=status, took_s=waited_s)
    # The GraphQL endpoint notes it, and no other.
    if "operation" in notes and waited_s is not None:
        name = notes["operation"]
        telemetry.observe_operation(name if isinstance(name, str) else None, waited_s)
