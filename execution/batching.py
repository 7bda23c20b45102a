"""Batch functions, and how the ordinary execution feeds them: one parent at a time, gathered by a dataloader.

A batch function is `(context, parents, *, <arguments>, fields) -> list`, where `parents` goes by the name of what they
are: all parents of a level in, as many answers out in their order, `fields` the names that the selection needs of an
answer. An answer that is an exception becomes the error of its parent alone.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, Protocol

import strawberry
from aiodataloader import DataLoader

from execution.selection import selected

BatchFunction = Callable[..., Awaitable[Sequence[Any]]]


class HasLoads(Protocol):
    """A context that carries the loads of its request."""

    @property
    def loads(self) -> "Loads":
        """The loads of the request."""
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
        self.selections: dict[Hashable, frozenset[str]] = {}

    def load(
        self, function: BatchFunction, parent: Any, *, fields: frozenset[str], arguments: Mapping[str, Any]
    ) -> Awaitable[Any]:
        """The function's answer for one parent."""
        key = (function, _frozen(arguments))
        queue = self._queues.get(key)
        if queue is None:
            queue = self._queues[key] = DataLoader(self._calls(function, arguments), cache=False)
        return queue.load((parent, fields))

    async def load_many(self, function: BatchFunction, parents: Sequence[Any], *, fields: frozenset[str]) -> list[Any]:
        """The function's answers for many parents; shared with what else asks it in this tick."""
        return await asyncio.gather(*(self.load(function, parent, fields=fields, arguments={}) for parent in parents))

    def _calls(
        self, function: BatchFunction, arguments: Mapping[str, Any]
    ) -> Callable[[list[tuple[Any, frozenset[str]]]], Any]:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"

        async def call(keys: list[tuple[Any, frozenset[str]]]) -> list[Any]:
            parents = {id(parent): parent for parent, _ in keys}
            if self._observe:
                self._observe(name, len(parents))
            fields = frozenset[str]().union(*{fields for _, fields in keys})
            answers = await function(self._context, list(parents.values()), fields=fields, **arguments)
            found = dict(zip(parents, answers, strict=True))
            return [found[id(parent)] for parent, _ in keys]

        return call


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


def _frozen(value: Any) -> Hashable:
    """A value of arguments as something to look a queue up by."""
    if isinstance(value, Mapping):
        return tuple((name, _frozen(item)) for name, item in value.items())
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    found: Hashable = value
    return found
