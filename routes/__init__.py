"""The whole HTTP surface on one screen: every route, and whether the gate stands before it."""

from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from execution.executor import Executor
from execution.streams import Streams
from routes import charts, crontab, instagram_account, openapi, operations, pages, popularity, spreadsheets, stats
from routes.gate import Gate, Keys
from routes.graphql import GraphQLEndpoint
from routes.parameters import ARTIST_ID, ARTIST_IDS, GROWTH, MODE, PLATFORM, WINDOW
from routes.places import Places
from routes.row import Row
from routes.websocket import GraphQLSocket
from services.errors import Code

__all__ = ["PAGES", "ROUTES", "build_routes"]

# What OpenAPI describes.
ROUTES: tuple[Row, ...] = (
    Row(
        "/analyst/artists/{artist_id}/stats",
        stats.stats,
        takes=(ARTIST_ID, *MODE, GROWTH),
        tells=(Code.NOT_FOUND, Code.UPSTREAM_FAILED),
    ),
    Row("/analyst/artists/{artist_id}/stats/health", stats.stats_health, takes=(ARTIST_ID,), tells=(Code.NOT_FOUND,)),
    Row(
        "/analyst/artists/{artist_id}/chart-presence",
        charts.chart_presence,
        takes=(ARTIST_ID,),
        tells=(Code.NOT_FOUND,),
    ),
    Row(
        "/analyst/artists/{artist_id}/popularity",
        popularity.popularity,
        takes=(ARTIST_ID, PLATFORM, *WINDOW, *MODE),
        tells=(Code.NOT_FOUND,),
    ),
    # Before the summary, whose platform would take the ending in.
    Row(
        "/artists/{artist_id}/popularity/{platform}.svg",
        popularity.popularity_picture,
        takes=(ARTIST_ID, PLATFORM, *WINDOW),
        tells=(Code.NOT_FOUND,),
    ),
    Row(
        "/artists/{artist_id}/popularity/{platform}",
        popularity.popularity_summary,
        takes=(ARTIST_ID, PLATFORM),
        tells=(Code.NOT_FOUND,),
    ),
    Row("/artists.csv", spreadsheets.artists_csv, takes=(ARTIST_IDS,)),
    Row(
        "/instagram/refresh",
        instagram_account.refresh,
        tells=(Code.NOT_FOUND, Code.UPSTREAM_FAILED, Code.UNAVAILABLE),
        gated=False,
    ),
    Row("/instagram/me", instagram_account.me, tells=(Code.FORBIDDEN, Code.NOT_FOUND, Code.UPSTREAM_FAILED)),
    *(
        Row(
            f"/crontab/{site}",
            endpoint,
            tells=(Code.FORBIDDEN,),
            methods=("POST", "GET"),
            status=202,
        )
        for site, endpoint in (("kworb", crontab.kworb), ("billboard", crontab.billboard))
    ),
    Row("/healthz", operations.healthz, gated=False),
    Row("/readyz", operations.readyz, tells=(Code.UNAVAILABLE,), gated=False),
    Row("/metrics", operations.metrics, gated=False),
)
# What people look at.
PAGES: tuple[Row, ...] = (
    Row("/", pages.home, gated=False),
    Row("/docs", pages.docs, gated=False),
    Row("/openapi.json", openapi.served(ROUTES), gated=False),
    Row("/schema.graphql", pages.schema, gated=False),
    Row("/instagram/login", instagram_account.login, gated=False),
    Row("/instagram/callback", instagram_account.callback, gated=False),
)


def build_routes(keys: Keys, executor: Executor, streams: Streams, *, max_subscriptions: int) -> list[BaseRoute]:
    """The routes, the gate before those that it belongs to; the WebSocket takes its key after the connection."""
    subscriptions, sockets = (Places(max_subscriptions, what=what) for what in ("subscriptions", "WebSockets"))
    endpoint = GraphQLEndpoint(executor, streams, subscriptions)
    return [
        *(_route(row, keys) for row in (*ROUTES, *PAGES)),
        Route("/graphql", pages.GraphiQL(Gate(endpoint, keys))),
        WebSocketRoute("/graphql", GraphQLSocket(streams, keys, sockets, subscriptions)),
        Mount("/static", pages.PageFiles(directory=pages.STATIC)),
    ]


def _route(row: Row, keys: Keys) -> Route:
    route = Route(row.path, row.endpoint, methods=row.methods)
    if row.gated:
        route.app = Gate(route.app, keys)
    return route
