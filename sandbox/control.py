"""The sandbox's own routes, below `/_sandbox`: faults, calls, the log, whom it knows, and Instagram's tokens."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.calls import Calls
from sandbox.faults import Faults, WrongKnob
from sandbox.logins import RENEWED_FROM, Condition
from sandbox.named import NAMED
from sandbox.protocol import Provider
from sandbox.world import World

PREFIX = "/_sandbox"
# What Instagram's tokens can be made, beside their conditions: old enough to be renewed.
AGED = "aged"


def bases(providers: tuple[Provider, ...], url: str) -> dict[str, str]:
    """The address of each provider: what stands in its documentation before the paths."""
    return {provider.name: f"{url}/{provider.name}{provider.base}" for provider in providers}


class Control:
    """Sets faults, and tells what happened."""

    def __init__(self, world: World, providers: tuple[Provider, ...], faults: Faults, calls: Calls) -> None:
        self._world = world
        self._providers = providers
        self._faults = faults
        self._calls = calls

    def app(self) -> Starlette:
        """The routes."""
        routes: tuple[tuple[str, str, Callable[[Request], Awaitable[Response]]], ...] = (
            ("GET", "", self._index),
            ("GET", "/artists", self._artists),
            ("GET", "/faults", self._told_faults),
            ("DELETE", "/faults", self._clear_faults),
            ("PUT", "/faults/{provider}", self._put_fault),
            ("GET", "/calls", self._told_calls),
            ("DELETE", "/calls", self._reset_calls),
            ("GET", "/requests", self._requests),
            ("PUT", "/instagram-account/{what}", self._turn_tokens),
        )
        return Starlette(routes=[Route(PREFIX + path, handler, methods=[method]) for method, path, handler in routes])

    async def _index(self, request: Request) -> Response:
        url = f"{request.url.scheme}://{request.url.netloc}"
        now = self._world.clock().isoformat()
        return _json({"bases": bases(self._providers, url), "seed": self._world.seed, "now": now})

    async def _artists(self, request: Request) -> Response:
        artists = self._world.directory.artists
        return _json([{"id": artist.id, "name": artist.name, "ids": artist.ids} for artist in artists])

    async def _told_faults(self, request: Request) -> Response:
        named = [{"number": fault.number, "name": fault.name, "does": fault.does} for fault in NAMED]
        return _json({"named": named, "set": self._faults.told()})

    async def _put_fault(self, request: Request) -> Response:
        provider = request.path_params["provider"]
        if provider not in {known.name for known in self._providers}:
            return _json({"error": f"No such provider: {provider}."}, 404)
        try:
            self._faults.put(provider, orjson.loads(await request.body()))
        except (orjson.JSONDecodeError, WrongKnob) as error:
            return _json({"error": str(error)}, 400)
        return _json({"set": self._faults.told()})

    async def _clear_faults(self, request: Request) -> Response:
        self._faults.clear()
        return Response(status_code=204)

    async def _told_calls(self, request: Request) -> Response:
        return _json(self._calls.told())

    async def _reset_calls(self, request: Request) -> Response:
        self._calls.reset()
        return Response(status_code=204)

    async def _requests(self, request: Request) -> Response:
        return _json({"requests": [entry.told() for entry in self._calls.log]})

    async def _turn_tokens(self, request: Request) -> Response:
        what, logins = request.path_params["what"], self._world.logins
        if what == AGED:
            logins.age(RENEWED_FROM)
        elif what in set(Condition):
            logins.turn(Condition(what))
        else:
            return _json({"error": f"Tokens are {AGED}, {', '.join(Condition)}, and never {what}."}, 404)
        return Response(status_code=204)


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
