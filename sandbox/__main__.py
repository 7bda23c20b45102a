"""`python -m sandbox`: starts the sandbox, and tells its addresses as one line of JSON on stdout.

Ends on SIGTERM and SIGINT; with `--end-with-stdin` also when its stdin is closed, as it is when its parent ends.
"""

import argparse
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import FrameType
from typing import NoReturn

import uvicorn

from sandbox.control import bases
from sandbox.providers import PROVIDERS
from sandbox.server import Sandbox
from sandbox.world import make_world

HOST = "127.0.0.1"
BACKLOG = 2048
# With this one the first artists of the demo are known to most providers.
SEED = 7


def main() -> None:
    """Serve until told to end."""
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, _exit)
    options = _options()
    world = make_world(seed=options.seed, clock=_clock(options.now))
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, options.port))
        except OSError as error:
            sys.exit(f"--port: {HOST}, port {options.port} can't be listened on ({error.strerror})")
        listener.listen(BACKLOG)
        _serve(Sandbox(world), listener, end_with_stdin=options.end_with_stdin)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Plays every provider over HTTP.")
    parser.add_argument("--port", type=int, default=0, help="the port to listen on; 0, the default, takes a free one")
    parser.add_argument("--seed", type=int, default=SEED, help="other numbers and gaps come from another seed")
    parser.add_argument("--now", type=_moment, help="a time that stands still, such as 2026-11-20T08:00:00Z")
    parser.add_argument("--end-with-stdin", action="store_true", help="end when stdin is closed")
    return parser.parse_args()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("a time without its zone")
    return moment.astimezone(UTC)


def _clock(still: datetime | None) -> Callable[[], datetime]:
    return (lambda: still) if still else (lambda: datetime.now(UTC))


def _serve(app: Sandbox, listener: socket.socket, *, end_with_stdin: bool) -> None:
    config = uvicorn.Config(
        app,
        http="httptools",
        loop="auto",
        lifespan="off",
        log_config=None,
        # Faults cut connections on purpose, which it reports as errors of the app.
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=0,
    )
    server = _Server(config)
    if end_with_stdin:
        threading.Thread(target=_end_with_stdin, args=(server,), daemon=True).start()
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Tells its addresses once it answers, and ends cleanly from then on."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            url = f"http://{HOST}:{listener.getsockname()[1]}"
            print(json.dumps({"url": url, "bases": bases(PROVIDERS, url)}), flush=True)  # noqa: T201


def _end_with_stdin(server: uvicorn.Server) -> None:
    # Not sys.stdin, whose lock would be held when the interpreter ends by a signal.
    while os.read(0, 4096):
        pass
    server.should_exit = True


def _exit(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    main()
