"""The gate: API keys before what is not public, and loopback alone where no key is configured. Pure ASGI."""

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from routes.graphql import refused
from routes.headers import header
from routes.problems import problem
from routes.requests import CALLER
from services.errors import Forbidden, ServiceError, Unauthenticated
from services.freshness import Caller

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
GRAPHQL_PATH = "/graphql"
_AUTHORIZATION = b"authorization"
_HEADERS = frozenset({b"x-internal-api-key", b"x-api-key", _AUTHORIZATION})

# As the bytes that were sent: a key may be of another alphabet than Latin-1.
RawHeaders = Iterable[tuple[bytes, bytes]]

MAY_DO_ALL = Caller(may_refresh=True)
MAY_READ = Caller(may_refresh=False)


class Keys:
    """The keys that are valid, as digests. A comparison takes as long whatever is offered and whichever key it is."""

    def __init__(self, *, full: Iterable[SecretStr], read_only: Iterable[SecretStr]) -> None:
        self._callers = [
            *((_digest(key.get_secret_value().encode()), MAY_DO_ALL) for key in full),
            *((_digest(key.get_secret_value().encode()), MAY_READ) for key in read_only),
        ]

    def __bool__(self) -> bool:
        return bool(self._callers)

    def caller(self, headers: RawHeaders) -> Caller:
        """Who asks; of several keys offered the strongest counts. Raises Unauthenticated, unless none is configured."""
        if not self._callers:
            return MAY_DO_ALL
        found: Caller | None = None
        for name, value in headers:
            if name in _HEADERS and (offered := value if name != _AUTHORIZATION else _bearer(value)) is not None:
                digest = _digest(offered)
                for known, caller in self._callers:
                    if hmac.compare_digest(known, digest) and found is not MAY_DO_ALL:
                        found = caller
        if found is None:
            raise Unauthenticated("A valid key is needed: X-Internal-API-Key, x-api-key or Authorization: Bearer.")
        return found


class Gate:
    """Lets a request through to the app with its caller in the scope, or refuses it."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        try:
            scope[CALLER] = self._keys.caller(scope["headers"])
        except Unauthenticated as error:
            await _refusal(scope, error)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class LoopbackOnly:
    """Where no key is configured: answers this machine alone, and under loopback's own names.

    A page elsewhere that has its name resolve to 127.0.0.1 would be let in by the address; its name gives it away. Nor
    does a browser keep such a page from opening a WebSocket to us; its origin, which browsers tell, does.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] == "lifespan" or _is_local(scope):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await WebSocketClose(WS_1008_POLICY_VIOLATION)(scope, receive, send)
            return
        error = Forbidden(
            "No key is configured, so this server answers its own machine alone, as localhost or 127.0.0.1. "
            "With MUSICDATA_INTERNAL_API_KEY set it serves others."
        )
        await _refusal(scope, error)(scope, receive, send)


def _refusal(scope: Scope, error: ServiceError) -> Response:
    """The refusal in the form that the client accepts: GraphQL's errors at its address, else a problem document."""
    accepted = Headers(scope=scope).get("accept", "")
    if scope["path"] == GRAPHQL_PATH and "application/problem+json" not in accepted:
        return refused(scope, error)
    return problem(scope, error.code, str(error))


def _is_local(scope: Scope) -> bool:
    peer = scope.get("client")
    name = _host_name(header(scope, b"host") or "")
    if not (peer is None or _is_loopback(peer[0])) or name not in LOOPBACK_NAMES:
        return False
    return scope["type"] != "websocket" or _is_of_no_other_origin(Headers(scope=scope))


def _is_of_no_other_origin(headers: Headers) -> bool:
    """Whether no page asks, or one of this server."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


@lru_cache(maxsize=1024)
def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _host_name(host: str) -> str:
    """The name that the client asked for, without its port."""
    return host.partition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0].lower()


def _bearer(value: bytes) -> bytes | None:
    scheme, _, token = value.partition(b" ")
    return token.strip() if scheme.lower() == b"bearer" else None


def _digest(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()
