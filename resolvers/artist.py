"""Artists at the root of a query."""

from collections.abc import Sequence
from typing import Annotated

from strawberry import argument

from resolvers.context import Context
from resolvers.selection import of_artist
from services.model.artist import Artist


async def artist(
    context: Context,
    parents: Sequence[None],
    *,
    fields: frozenset[str],
    id: Annotated[int, argument(description="Kisum's id of the artist.")],
) -> list[Artist | None]:
    """The artist, for each parent: the root is the only one."""
    found = await context.services.artists.many([id], fields=of_artist(fields))
    return found * len(parents)


async def artists(
    context: Context,
    parents: Sequence[None],
    *,
    fields: frozenset[str],
    ids: Annotated[list[int], argument(description="Kisum's ids of the artists, at most 500.")],
) -> list[list[Artist | None]]:
    """The artists in the order asked, for each parent: the root is the only one."""
    return [await context.services.artists.many(ids, fields=of_artist(fields))] * len(parents)
