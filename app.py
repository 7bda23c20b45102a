"""The app: settings, services and routes, put together."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime

from pymongo.monitoring import CommandListener
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

import logs
import telemetry
from execution.documents import Documents
from execution.streams import Streams
from routes import build_routes
from routes.access import AccessLog
from routes.gate import Keys, LoopbackOnly
from routes.lane import Lane
from routes.pages import About
from routes.places import told_of_stop
from routes.problems import routing_error, service_error
from routes.protocol import LANE
from schema import build_executor, build_schema, format_errors
from services import indexes_kept, open_services
from services.errors import ServiceError
from services.model.instants import utc_now
from settings import Settings, load_settings, version


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    prefix: str = "",
    listeners: Sequence[CommandListener] = (),
    keep_indexes: bool = False,
) -> Starlette:
    """The app under these settings; its services are opened when it starts and closed when it stops.

    With `keep_indexes` it also keeps in step what artists are searched by and where they stand in the charts, beside
    the requests.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, object]]:
        opened = open_services(settings, clock=clock, prefix=prefix, listeners=listeners)
        kept = indexes_kept(settings, clock=clock, prefix=prefix) if keep_indexes else nullcontext()
        app.state.stopping = asyncio.Event()
        async with telemetry.loop_lag_observed(), opened as services, kept:
            app.state.services = services
            with told_of_stop(app.state.stopping):
                yield {LANE: Lane(keys, executor, services)} if keys else {}

    keys = Keys(full=settings.musicdata_internal_api_key, read_only=settings.read_only_api_keys)
    documents = Documents()
    schema = build_schema(documents)
    executor = build_executor(schema, documents, compiled=settings.compiled_execution)
    streams = Streams(schema, format_errors=format_errors)
    routes = build_routes(keys, executor, streams, max_subscriptions=settings.max_subscriptions)
    app = _App(
        routes=routes,
        middleware=[
            Middleware(AccessLog),
            *([] if keys else [Middleware(LoopbackOnly)]),
        ],
        exception_handlers={ServiceError: service_error, HTTPException: routing_error},
        lifespan=lifespan,
    )
    app.state.clock = clock
    app.state.about = About(
        version=version(),
        embedded=settings.db_mongo_prod_kisum is None,
        sandbox=settings.db_mongo_prod_kisum is None and bool(settings.sandbox_bases),
        keyed=settings.has_keys,
    )
    return app


class _App(Starlette):
    def build_middleware_stack(self) -> ASGIApp:
        """Without Starlette's own last stop: what nobody foresaw, `AccessLog` answers."""
        stack: ASGIApp = ExceptionMiddleware(self.router, handlers=self.exception_handlers)
        for middleware, arguments, keywords in reversed(self.user_middleware):
            stack = middleware(stack, *arguments, **keywords)
        return stack


def from_environment() -> Starlette:
    """The app as the environment configures it: what each worker calls."""
    settings = load_settings()
    logs.set_up_logs(level=settings.log_level, log_format=settings.log_format)
    app = create_app(settings, keep_indexes=True)
    _spare_the_collector()
    return app


def _spare_the_collector() -> None:
    """Keep the garbage collector off what lives as long as the process, and off most requests.

    By itself it looks through everything after some hundred new objects: an answer of 500 artists makes thousands.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)
