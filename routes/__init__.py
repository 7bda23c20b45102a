"""The whole HTTP surface on one screen: every route, and whether the gate stands before it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.routing import Route

from execution.executor import Executor
from routes import operations, popularity, stats
from routes.gate import Gate, Keys
from routes.graphql import GraphQLEndpoint

__all__ = ["ROUTES", "build_routes"]


@dataclass(frozen=True, slots=True)
class Row:
    """One address: a handler, or an ASGI app, that answers GET (and HEAD)."""

    path: str
    endpoint: Callable[..., Any]
    gated: bool = True


ROUTES: tuple[Row, ...] = (
    Row("/analyst/artists/{artist_id}/stats", stats.stats),
    Row("/analyst/artists/{artist_id}/stats/health", stats.stats_health),
    Row("/analyst/artists/{artist_id}/popularity", popularity.popularity),
    Row("/artists/{artist_id}/popularity/{platform}", popularity.popularity_summary),
    Row("/healthz", operations.healthz, gated=False),
    Row("/readyz", operations.readyz, gated=False),
)


def build_routes(keys: Keys, executor: Executor) -> list[Route]:
    """The routes, the gate before those that it belongs to."""
    routes = [_route(row, keys) for row in ROUTES]
    return [*routes, Route("/graphql", Gate(GraphQLEndpoint(executor), keys))]


def _route(row: Row, keys: Keys) -> Route:
    route = Route(row.path, row.endpoint, methods=["GET"])
    if row.gated:
        route.app = Gate(route.app, keys)
    return route
