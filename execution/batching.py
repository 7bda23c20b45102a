"""Batch functions, and how the ordinary execution feeds them: one parent at a time, gathered by a dataloader.

A batch function is `(context, parents, *, <arguments>, fields) -> list`, where `parents` goes by the name of what they
are: all parents of a level in, as many answers out in their order, `fields` the names that the selection needs of an
answer. An answer that is an exception becomes the error of its parent alone.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import strawberry
from aiodataloader import DataLoader

from execution.selection import selected

BatchFunction = Callable[..., Awaitable[Sequence[Any]]]
# `(context, keys, *, fields)`: what is found, by key. A plain function may answer a future of what has begun.
LoadFunction = Callable[..., Awaitable[Mapping[Any, Any]]]


class HasLoads(Protocol):
    """A context that carries the loads of its request, or of several that are carried out as one."""

    @property
    def loads(self) -> "Loads":
        """The loads of the request."""
        ...

    @property
    def kin(self) -> Hashable:
        """What contexts have in common whose requests may be carried out as one."""
        ...

    def sibling(self) -> "HasLoads":
        """Another one of its kin, for such requests."""
        ...


class Loads:
    """The loads of one request: a queue for each batch function and its arguments.

    What is asked of one queue within a tick is one call, with each parent once and the union of the fields. `observe`
    is told of each call: the function's name and the number of parents.
    """

    def __init__(self, context: Any, *, observe: Callable[[str, int], None] | None = None) -> None:
        self._context = context
        self._observe = observe
        self._queues: dict[Hashable, DataLoader[Any, Any]] = {}
        self._groups: dict[LoadFunction, _Group] = {}
        self._ahead: dict[LoadFunction, _Ahead] = {}
        self.selections: dict[Hashable, frozenset[str]] = {}
        # Whether who is about to wait for long may: asked where several requests may be carried out as one.
        self.ask_to_wait: Callable[[], bool] | None = None

    def load(
        self, function: BatchFunction, parent: Any, *, fields: frozenset[str], arguments: Mapping[str, Any]
    ) -> Awaitable[Any]:
        """The function's answer for one parent."""
        key = (function, frozen(arguments))
        queue = self._queues.get(key)
        if queue is None:
            queue = self._queues[key] = DataLoader(self._calls(function, arguments), cache=False)
        return queue.load((parent, fields))

    async def load_many(self, function: LoadFunction, keys: Sequence[Any], *, fields: frozenset[str]) -> Sequence[Any]:
        """What the function finds for many keys, None where nothing; shared with what else asks it in this tick."""
        ahead = self._ahead.get(function)
        if ahead is not None and ahead.has(keys, fields):
            return await ahead.of(keys)
        group = self._groups.get(function)
        if group is None:
            group = self._groups[function] = _Group()
            asyncio.get_running_loop().call_soon(self._begin, function, group)
        found = await group.joined(keys, fields)
        return [found.get(key) for key in keys]

    def begin(self, function: LoadFunction, keys: Sequence[Any], *, fields: frozenset[str]) -> None:
        """Have the function asked for what `load_many` is going to be asked."""
        self._ahead[function] = _Ahead(keys, fields, self._called(function, keys, fields))

    def has_begun(self, function: LoadFunction) -> bool:
        """Whether the function was asked so, ahead of `load_many`."""
        return function in self._ahead

    def observe(self, function: Callable[..., Any], size: int) -> None:
        """Tell of a call with so many parents."""
        if self._observe:
            self._observe(name_of(function), size)

    def may_wait(self) -> bool:
        """Whether a batch function may wait for something else than the store; else it answers `Apart` instead."""
        return self.ask_to_wait is None or self.ask_to_wait()

    def close(self) -> None:
        """Give up what was begun and nobody asked for, and let go of what was found: the request is over.

        The context has its loads, and they have it: what is in such a circle stays until the garbage collector comes.
        """
        for ahead in self._ahead.values():
            ahead.end()
        self._ahead.clear()
        self._groups.clear()
        self._context = None

    def _calls(
        self, function: BatchFunction, arguments: Mapping[str, Any]
    ) -> Callable[[list[tuple[Any, frozenset[str]]]], Any]:
        async def call(keys: list[tuple[Any, frozenset[str]]]) -> list[Any]:
            parents = {id(parent): parent for parent, _ in keys}
            self.observe(function, len(parents))
            fields = frozenset[str]().union(*{fields for _, fields in keys})
            answers = await function(self._context, list(parents.values()), fields=fields, **arguments)
            found = dict(zip(parents, answers, strict=True))
            return [found[id(parent)] for parent, _ in keys]

        return call

    def _begin(self, function: LoadFunction, group: "_Group") -> None:
        # The request may be over by now.
        if self._groups.pop(function, None):
            self._called(function, list(group.keys), group.fields).add_done_callback(group.end)

    def _called(
        self, function: LoadFunction, keys: Sequence[Any], fields: frozenset[str]
    ) -> "asyncio.Future[Mapping[Any, Any]]":
        self.observe(function, len(keys))
        try:
            return asyncio.ensure_future(function(self._context, keys, fields=fields))
        except Exception as error:
            failed: asyncio.Future[Mapping[Any, Any]] = asyncio.get_running_loop().create_future()
            failed.set_exception(error)
            return failed


class _Group:
    """What several ask one function for within a tick."""

    def __init__(self) -> None:
        self.keys: dict[Hashable, None] = {}
        self.fields: frozenset[str] = frozenset()
        self._waiting: list[asyncio.Future[Mapping[Any, Any]]] = []

    def joined(self, keys: Sequence[Hashable], fields: frozenset[str]) -> "asyncio.Future[Mapping[Any, Any]]":
        self.keys.update(dict.fromkeys(keys))
        self.fields |= fields
        waiting: asyncio.Future[Mapping[Any, Any]] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        return waiting

    def end(self, asking: "asyncio.Future[Mapping[Any, Any]]") -> None:
        """Tell those who wait what was found."""
        fault = asyncio.CancelledError() if asking.cancelled() else asking.exception()
        for waiting in self._waiting:
            if waiting.done():
                continue
            if fault:
                waiting.set_exception(fault)
            else:
                waiting.set_result(asking.result())


class _Ahead:
    """What was asked before it was known who would want it."""

    def __init__(
        self, keys: Sequence[Any], fields: frozenset[str], asking: "asyncio.Future[Mapping[Any, Any]]"
    ) -> None:
        self._keys = list(keys)
        self._fields = fields
        self._asking = asking
        self._answers: list[Any] | None = None

    def has(self, keys: Sequence[Any], fields: frozenset[str]) -> bool:
        return fields <= self._fields and (keys == self._keys or set(keys) <= set(self._keys))

    async def of(self, keys: Sequence[Any]) -> Sequence[Any]:
        found = await self._asking
        if keys != self._keys:
            return [found.get(key) for key in keys]
        if self._answers is None:
            self._answers = [found.get(key) for key in keys]
        return self._answers

    def end(self) -> None:
        """Nobody wants it any more; an exception among it is nobody's either."""
        if not self._asking.done():
            self._asking.cancel()
        elif not self._asking.cancelled():
            self._asking.exception()


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a batch function is going to ask `load_many` for: of which function, with which fields."""

    function: LoadFunction
    needs: Callable[[frozenset[str]], frozenset[str]]


def foresees(
    function: LoadFunction, needs: Callable[[frozenset[str]], frozenset[str]]
) -> Callable[[BatchFunction], BatchFunction]:
    """Says of a batch function what it will ask `load_many` for, so that this can begin before its parents are found.

    The keys are those that the function above `foretells`.
    """

    def marked(asking: BatchFunction) -> BatchFunction:
        asking.foreseen = Foreseen(function, needs)  # type: ignore[attr-defined]
        return asking

    return marked


def foretells(keys: Callable[..., Sequence[Hashable]]) -> Callable[[BatchFunction], BatchFunction]:
    """Says of a batch function which keys its answers will have, by its arguments; none where it can't know."""

    def marked(asked: BatchFunction) -> BatchFunction:
        asked.foretold = keys  # type: ignore[attr-defined]
        return asked

    return marked


def follows(function: BatchFunction) -> Callable[[BatchFunction], BatchFunction]:
    """Says of a batch function that it waits for another where a selection asks for both."""

    def marked(waiting: BatchFunction) -> BatchFunction:
        waiting.follows = function  # type: ignore[attr-defined]
        return waiting

    return marked


@cache
def name_of(function: Callable[..., Any]) -> str:
    """What telemetry calls a batch function."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def batch_resolver(function: BatchFunction) -> Callable[..., Awaitable[Any]]:
    """A resolver for one parent, with the batch function's own arguments as its signature."""

    def resolve(root: Any, info: strawberry.Info[HasLoads, Any], **arguments: Any) -> Awaitable[Any]:
        loads = info.context.loads
        return loads.load(function, root, fields=selected(info._raw_info, loads.selections), arguments=arguments)

    return with_arguments_of(function, resolve, ("root", "info"))


def with_arguments_of(
    function: Callable[..., Any], resolver: Callable[..., Any], first: Sequence[str]
) -> Callable[..., Any]:
    """The resolver, looking to Strawberry as if `first` and the function's keywords (without `fields`) were its own."""
    plain = inspect.Parameter.POSITIONAL_OR_KEYWORD
    annotations = {"root": Any, "info": strawberry.Info}
    parameters = [inspect.Parameter(name, plain, annotation=annotations[name]) for name in first]
    own = inspect.signature(function).parameters.values()
    parameters += [p for p in own if p.kind is inspect.Parameter.KEYWORD_ONLY and p.name != "fields"]
    resolver.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    resolver.__annotations__ = {p.name: p.annotation for p in parameters}
    resolver.__name__ = function.__name__
    resolver.__module__ = function.__module__
    return resolver


def frozen(value: Any) -> Hashable:
    """A value of arguments as something to look a queue up by."""
    if isinstance(value, Mapping):
        return tuple((name, frozen(item)) for name, item in value.items())
    if isinstance(value, list):
        return tuple(map(frozen, value))
    found: Hashable = value
    return found
