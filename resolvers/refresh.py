"""Refreshes that are asked for."""

from collections.abc import Sequence
from typing import Annotated

from strawberry import argument

from resolvers.context import Context
from services.freshness import require_refresh
from services.model.refresh import RequestedRefresh


async def refresh_artist_stats(
    context: Context,
    parents: Sequence[None],
    *,
    fields: frozenset[str],
    ids: Annotated[list[int], argument(description="Kisum's ids of the artists, at most 500.")],
) -> list[list[RequestedRefresh]]:
    """What became of each request, for each parent: the root is the only one."""
    require_refresh(context.caller)
    artists = await context.services.artists.many(ids, fields=frozenset())
    return [context.services.refreshes.ask(ids, artists)] * len(parents)
