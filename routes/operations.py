"""What those who run the server ask: is it alive, is it ready."""

from starlette.requests import Request
from starlette.responses import Response

from routes.answers import JSONAnswer
from routes.requests import services_of

_NOT_KEPT = {"Cache-Control": "no-store"}


async def healthz(request: Request) -> Response:
    """Alive: the process answers, whatever the state of the database."""
    return JSONAnswer({"status": "ok"}, headers=_NOT_KEPT)


async def readyz(request: Request) -> Response:
    """Ready: MongoDB answers. Otherwise a problem of status 503."""
    await services_of(request.scope).check()
    return JSONAnswer({"status": "ready"}, headers=_NOT_KEPT)
