"""`serve`: the server in the foreground, with a MongoDB of its own where none is configured."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn
from urllib.parse import urlsplit

import typer
import uvicorn

import logs
from commands.database import data_folder, published
from commands.sandbox import running_sandbox
from commands.token_key import kept_token_key
from commands.workers import run_workers
from routes.body import MAX_BYTES
from routes.gate import LOOPBACK_NAMES
from routes.protocol import HttpProtocol
from services import embedded_mongodb, open_services
from services.demo import DemoLoad, DemoLoader
from settings import Settings, SettingsInvalid, load_settings, version

BACKLOG = 2048


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on, before HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on, before PORT; 0 takes a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that serve, before WORKERS.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Empty the embedded MongoDB before it starts.")] = False,
) -> None:
    """Serve until SIGINT or SIGTERM.

    Without DB_MONGO_PROD_KISUM a MongoDB is started for it, and real demo artists are loaded into it once.
    """
    for name, value in (("HOST", host), ("PORT", port), ("WORKERS", workers)):
        if value is not None:
            os.environ[name] = str(value)
    settings = load_settings()
    logs.set_up_logs(level=settings.log_level, log_format=settings.log_format)
    if fresh and settings.db_mongo_prod_kisum:
        raise SettingsInvalid("DB_MONGO_PROD_KISUM: set, so there is no embedded MongoDB that --fresh could empty")
    # By default the one would end this process before it has stopped what it started, the other with a traceback.
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, _exit)
    with _listening(settings) as listener, _database(settings, fresh=fresh) as told_database:
        # From here on a client waits for the workers, instead of being refused.
        listener.listen(BACKLOG)
        typer.echo(_banner(settings, _address(listener), told_database), err=True)
        _run(settings, listener)


@contextmanager
def _database(settings: Settings, *, fresh: bool) -> Iterator[list[str]]:
    """A MongoDB for the workers; what the banner tells of it."""
    if settings.db_mongo_prod_kisum:
        yield ["database   the one of DB_MONGO_PROD_KISUM"]
        return
    folder = data_folder(settings)
    with (
        embedded_mongodb(folder, fresh=fresh) as uri,
        running_sandbox(settings.sandbox_port) as bases,
        published(folder, uri, bases),
    ):
        # The workers read them from their environment, as they do all settings.
        os.environ["EMBEDDED_MONGODB_URI"] = uri
        os.environ["SANDBOX_BASES"] = json.dumps(bases)
        if not settings.instagram_token_keys:
            os.environ["INSTAGRAM_TOKEN_KEYS"] = kept_token_key(folder)
        demo = asyncio.run(_load_demo(load_settings()))
        loaded = "loaded now" if demo.loaded else "loaded before"
        yield [
            f"database   its own MongoDB, in {_homely(folder)}",
            f"artists    {demo.artists} real ones ({loaded}; demo/SOURCES.md names the sources)",
            *_told_sandbox(bases),
        ]


def _told_sandbox(bases: Mapping[str, str]) -> list[str]:
    if not bases:
        return []
    address = urlsplit(next(iter(bases.values())))
    return [
        f"providers  played by a sandbox, {address.scheme}://{address.netloc}, where no credentials are set:",
        "           its numbers are made up, and signed sandbox:…",
    ]


async def _load_demo(settings: Settings) -> DemoLoad:
    # The workers keep what is kept beside the requests; begun here, it would be left half done.
    async with open_services(settings, read_only=True) as services:
        return await DemoLoader(services.store).load()


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """The bound socket: taken before anything is started, so that a taken port is told at once."""
    host = settings.host if settings.has_keys or settings.host in LOOPBACK_NAMES else "127.0.0.1"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.set_inheritable(True)
        try:
            listener.bind((host, settings.port))
        except OSError as error:
            cause = error.strerror or type(error).__name__
            raise SettingsInvalid(f"HOST, PORT: {host}, port {settings.port} can't be listened on ({cause})") from error
        yield listener


def _run(settings: Settings, listener: socket.socket) -> None:
    config = uvicorn.Config(
        "commands.workers:worker" if settings.workers > 1 else "app:from_environment",
        factory=True,
        workers=settings.workers,
        http=HttpProtocol,
        loop="auto",
        ws_max_size=MAX_BYTES,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_timeout_s,
    )
    server = uvicorn.Server(config)
    if settings.workers > 1:
        run_workers(config, [listener])
    else:
        server.run(sockets=[listener])
        if not server.started:
            sys.exit(1)


def _banner(settings: Settings, address: str, told_database: list[str]) -> str:
    if settings.has_keys:
        keys = f"{len(settings.musicdata_internal_api_key)}, and {len(settings.read_only_api_keys)} that may only read"
    else:
        keys = "none, so this machine alone is served; set MUSICDATA_INTERNAL_API_KEY to serve others"
        if settings.host not in LOOPBACK_NAMES:
            keys += f" (HOST={settings.host} waits for that)"
    lines = [f"graphql    {address}/graphql", *told_database, f"keys       {keys}"]
    return "\n".join([f"Kisum MusicData Analyst {version()}", *(f"  {line}" for line in lines)])


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _homely(folder: Path) -> str:
    try:
        return f"~/{folder.relative_to(Path.home())}"
    except ValueError:
        return str(folder)


def _exit(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)
