"""An event loop whose time is turned: where nothing is left to do it is at once as late as what waits for the time."""

import asyncio
import selectors
from collections.abc import Awaitable
from typing import Any

import pytest

from services.transport import ProviderError

TURNED_TIME = pytest.mark.asyncio(loop_factories=["turned"])
BEGINNING_S = 1000.0


class _Turned(selectors.DefaultSelector):
    """Waits for nothing that has a time."""

    passed_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout:
            self.passed_s += timeout
            timeout = 0
        return super().select(timeout)


class TurnedLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._turned = _Turned()
        super().__init__(self._turned)

    def time(self) -> float:
        return BEGINNING_S + self._turned.passed_s


def now() -> float:
    return asyncio.get_running_loop().time()


def passed_s() -> float:
    """The seconds since the loop began."""
    return round(now() - BEGINNING_S, 6)


async def ended(call: Awaitable[Any]) -> tuple[float, Any]:
    """When the call ended, and with what: its value, or the kind of its fault."""
    try:
        outcome = await call
    except ProviderError as fault:
        outcome = type(fault)
    return passed_s(), outcome


async def others_go_on() -> None:
    """Let every other task come to where it waits."""
    for _ in range(20):
        await asyncio.sleep(0)
