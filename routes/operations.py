"""What those who run the server ask: is it alive, is it ready, how does it do."""

import asyncio

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from typing_extensions import TypedDict

import telemetry
from routes.answers import JSONAnswer
from routes.requests import services_of

_NOT_KEPT = {"Cache-Control": "no-store"}


class StatusAnswer(TypedDict):
    """That all is well; otherwise a problem is answered."""

    status: str


async def healthz(request: Request) -> JSONAnswer[StatusAnswer]:
    """Alive: the process answers, whatever the state of the database."""
    return JSONAnswer({"status": "ok"}, headers=_NOT_KEPT)


async def readyz(request: Request) -> JSONAnswer[StatusAnswer]:
    """Ready: MongoDB answers. Otherwise a problem of status 503."""
    await services_of(request.scope).check()
    return JSONAnswer({"status": "ready"}, headers=_NOT_KEPT)


async def metrics(request: Request) -> PlainTextResponse:
    """How it does: telemetry as Prometheus reads it, of all workers whichever of them answers."""
    # Beside the event loop: to read what many workers counted takes its time.
    text, media_type = await asyncio.to_thread(telemetry.exposition)
    return PlainTextResponse(text, headers=_NOT_KEPT, media_type=media_type)
