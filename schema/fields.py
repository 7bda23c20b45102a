"""`field("description", …)`: no field without a description, and each of one of four kinds.

A plain field is read off the model object by its name; `read` is a function of the object (and of the field's
arguments) without I/O; `item` is a key of a mapping that the object carries, whose values are written as they stand;
a plain field with `rows` is a list of mappings with these keys in this order, whose values are written as they stand;
`batch` is a batch function of `resolvers/`. Which it is stands in the field's metadata, so that another execution can
call the functions itself.
"""

from collections.abc import Callable
from typing import Any

import strawberry

from execution.batching import BatchFunction, batch_resolver, with_arguments_of
from execution.streams import StreamFunction, stream_resolver


def field(
    description: str,
    *,
    batch: BatchFunction | None = None,
    read: Callable[..., Any] | None = None,
    item: tuple[str, str] | None = None,
    rows: tuple[str, ...] | None = None,
) -> Any:
    """A field; the annotation on the class is its type, whatever the function returns."""
    read = _item_reader(*item) if item else read
    resolver = batch_resolver(batch) if batch else _read_resolver(read) if read else None
    metadata = {"batch": batch, "read": read, "item": item, "rows": rows}
    if resolver is None:
        return strawberry.field(description=description, metadata=metadata)
    return strawberry.field(resolver=resolver, description=description, metadata=metadata)


def stream(description: str, function: StreamFunction) -> Any:
    """A field of the subscriptions' root; the annotation on the class is the type of an event."""
    return strawberry.subscription(resolver=stream_resolver(function), description=description)


def _item_reader(mapping: str, key: str) -> Callable[[Any], Any]:
    def read(source: Any) -> Any:
        return getattr(source, mapping).get(key)

    return read


def _read_resolver(read: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(root: Any, **arguments: Any) -> Any:
        return read(root, **arguments)

    return with_arguments_of(read, resolve, ("root",))
