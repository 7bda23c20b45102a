"""How many streams are open at once in this process, and their end when it is asked to stop."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import telemetry
from services.errors import RateLimited


class Places:
    """So many places for what stays open; telemetry tells how many are taken."""

    def __init__(self, limit: int, *, what: str) -> None:
        self._limit = limit
        self._what = what
        self._gauge = telemetry.STREAMS_OPEN.labels(what.lower())
        self._taken = 0

    @contextmanager
    def taken(self) -> Iterator[None]:
        """A place for as long as the context lasts; raises RateLimited where there is none."""
        if self._taken >= self._limit:
            raise RateLimited(f"There is room for {self._limit} {self._what} at once: try again in a moment.")
        self._taken += 1
        self._gauge.inc()
        try:
            yield
        finally:
            self._taken -= 1
            self._gauge.dec()


@contextmanager
def told_of_stop(stopping: asyncio.Event) -> Iterator[None]:
    """Sets the event once a signal asks this process to stop, beside what the server does about it.

    A server tells its app of the stop only when all answers have ended, which those without an end never would.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    found = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopping.set)
        handler = found[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    # Where nothing of Python's handles the signal, it ends the process by itself.
    handled = {number: handler for number, handler in found.items() if callable(handler)}
    for number in handled:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in handled.items():
            signal.signal(number, handler)
