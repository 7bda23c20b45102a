"""The way that nearly all requests take, past the look through the routes: GraphQL by POST. Pure ASGI."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send


class Straight:
    """Hands a POST to the route of just this path; what else comes goes on to the app, which finds its route."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute], path: str) -> None:
        self._app = app
        self._path = path
        (self._route,) = (route for route in routes if isinstance(route, Route) and route.path == path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == self._path:
            scope["route"] = self._route
            await self._route.app(scope, receive, send)
        else:
            await self._app(scope, receive, send)
