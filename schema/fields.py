"""`field("description", …)`: no field without a description, and each of one of three kinds.

A plain field is read off the model object by its name; `read` is a function of the object (and of the field's
arguments) without I/O; `batch` is a batch function of `resolvers/`. Which it is stands in the field's metadata, so
that another execution can call the functions itself.
"""

from collections.abc import Callable
from typing import Any

import strawberry

from execution.batching import BatchFunction, batch_resolver, with_arguments_of
from execution.streams import StreamFunction, stream_resolver


def field(description: str, *, batch: BatchFunction | None = None, read: Callable[..., Any] | None = None) -> Any:
    """A field; the annotation on the class is its type, whatever the function returns."""
    resolver = batch_resolver(batch) if batch else _read_resolver(read) if read else None
    metadata = {"batch": batch, "read": read}
    if resolver is None:
        return strawberry.field(description=description, metadata=metadata)
    return strawberry.field(resolver=resolver, description=description, metadata=metadata)


def stream(description: str, function: StreamFunction) -> Any:
    """A field of the subscriptions' root; the annotation on the class is the type of an event."""
    return strawberry.subscription(resolver=stream_resolver(function), description=description)


def read_off(source: Any, name: str) -> Any:
    """The value of a plain field: points are mappings, all else are objects."""
    return source[name] if type(source) is dict else getattr(source, name)


def _read_resolver(read: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(root: Any, **arguments: Any) -> Any:
        return read(root, **arguments)

    return with_arguments_of(read, resolve, ("root",))
