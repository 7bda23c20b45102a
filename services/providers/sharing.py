"""Calls that several artists share: a token that all need, or one question about many of them."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Generic, TypeVar

from services.transport import ProviderUnavailable

K = TypeVar("K")
T = TypeVar("T")


class SharedCall(Generic[T]):
    """A call that several wait for. It begins at once, and is given up only when all of them have gone."""

    def __init__(self, call: Coroutine[Any, Any, T]) -> None:
        self._task = asyncio.get_running_loop().create_task(call)
        self._task.add_done_callback(_taken_note_of)
        self._waiting = 0
        self._given_up = False

    @property
    def is_over(self) -> bool:
        """Whether it's too late to wait for it."""
        return self._given_up or self._task.done()

    async def result(self, *, deadline: float) -> T:
        """What the call gives, or raises. Raises ProviderUnavailable at the deadline, on the event loop's clock."""
        self._waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                await asyncio.wait({self._task})
        except TimeoutError:
            raise ProviderUnavailable("took too long") from None
        finally:
            self._waiting -= 1
            if not self._waiting and not self._task.done():
                self._given_up = True
                self._task.cancel()
        return self._task.result()


class Gathering(Generic[K, T]):
    """Makes one call of the questions that come within a moment of each other."""

    def __init__(
        self,
        ask: Callable[[Sequence[K], float], Coroutine[Any, Any, Mapping[K, T]]],
        *,
        most: int,
        window: timedelta = timedelta(milliseconds=10),
    ) -> None:
        self._ask = ask
        self._most = most
        self._window = window
        self._batch: _Batch[K, T] | None = None

    async def get(self, key: K, *, deadline: float) -> T | None:
        """What is said of the key, None where nothing is. Raises what the call raises, for all of its keys."""
        if self._batch is None or not self._batch.is_open:
            self._batch = _Batch(self._ask, self._most, self._window)
        answers = await self._batch.add(key, deadline=deadline)
        return answers.get(key)


class _Batch(Generic[K, T]):
    def __init__(
        self,
        ask: Callable[[Sequence[K], float], Coroutine[Any, Any, Mapping[K, T]]],
        most: int,
        window: timedelta,
    ) -> None:
        self._most = most
        self._keys: dict[K, None] = {}
        self._deadline = 0.0
        self._full = asyncio.Event()
        self._closed = False
        self._call = SharedCall(self._gather(ask, window))

    @property
    def is_open(self) -> bool:
        return not self._closed and not self._call.is_over

    async def add(self, key: K, *, deadline: float) -> Mapping[K, T]:
        self._keys[key] = None
        self._deadline = max(self._deadline, deadline)
        if len(self._keys) == self._most:
            self._closed = True
            self._full.set()
        return await self._call.result(deadline=deadline)

    async def _gather(
        self, ask: Callable[[Sequence[K], float], Coroutine[Any, Any, Mapping[K, T]]], window: timedelta
    ) -> Mapping[K, T]:
        with suppress(TimeoutError):
            async with asyncio.timeout(window.total_seconds()):
                await self._full.wait()
        self._closed = True
        return await ask(list(self._keys), self._deadline)


def _taken_note_of(task: asyncio.Task[Any]) -> None:
    """Asks for the fault of a call that nobody waits for any more, lest asyncio reports it as forgotten."""
    if not task.cancelled():
        task.exception()
