"""Refreshes that are asked for, and news of those that ended."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Annotated

from strawberry import UNSET, argument

from resolvers.context import Context
from resolvers.selection import of_artist
from services import Services
from services.artist import MAX_ARTISTS
from services.errors import BadInput
from services.freshness import require_refresh
from services.model.artist import Artist
from services.model.refresh import RequestedRefresh
from services.stats import subject_of


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


async def ended_refreshes(
    context: Context,
    *,
    fields: frozenset[str],
    ids: Annotated[list[int], argument(description="Kisum's ids of the artists, at most 500.")],
    since: Annotated[
        datetime | None,
        argument(description="First tell of those whose last attempt ended later than this."),
    ] = UNSET,
) -> AsyncGenerator[Artist]:
    """The artists whose refreshes end, as they do; with `since` first those that ended later than that.

    Raises BadInput, and while it goes on StoreUnavailable.
    """
    if len(ids) > MAX_ARTISTS:
        raise BadInput(f"{len(ids)} ids are asked for: at most {MAX_ARTISTS} are listened for at once.")
    return _ended(context.services, ids, since or None, of_artist(fields))


async def _ended(
    services: Services, ids: Sequence[int], since: datetime | None, fields: frozenset[str]
) -> AsyncGenerator[Artist]:
    subjects = {subject_of(artist_id): artist_id for artist_id in ids}
    async with services.news.listen(subjects, since=since) as news:
        while True:
            ended = [subjects[state.subject] for state in await news.all_next()]
            for artist in await services.artists.many(ended, fields=fields):
                if artist is not None:
                    yield artist
