"""Artists at the root of a query."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from strawberry import argument

from execution.batching import foretells
from execution.sharing import shared
from resolvers.context import Context
from resolvers.selection import of_artist
from services.artist import MAX_ARTISTS
from services.errors import BadInput
from services.metrics import Metric
from services.model.artist import Artist
from services.platforms import Platform


async def _artists_of_calls(
    context: Context, calls: Sequence[Mapping[str, Any]], *, fields: frozenset[str]
) -> list[Artist | None]:
    return await context.services.artists.many([call["id"] for call in calls], fields=of_artist(fields))


@shared(at_root=_artists_of_calls)
@foretells(lambda *, id: (id,))
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


async def _lists_of_calls(
    context: Context, calls: Sequence[Mapping[str, Any]], *, fields: frozenset[str]
) -> list[list[Artist | None] | BadInput]:
    return await context.services.artists.several([call["ids"] for call in calls], fields=of_artist(fields))


@shared(at_root=_lists_of_calls)
@foretells(lambda *, ids: tuple(ids) if len(ids) <= MAX_ARTISTS else ())
async def artists(
    context: Context,
    parents: Sequence[None],
    *,
    fields: frozenset[str],
    ids: Annotated[list[int], argument(description="Kisum's ids of the artists, at most 500.")],
) -> list[list[Artist | None]]:
    """The artists in the order asked, for each parent: the root is the only one."""
    return [await context.services.artists.many(ids, fields=of_artist(fields))] * len(parents)


async def artist_by_platform(
    context: Context,
    parents: Sequence[None],
    *,
    fields: frozenset[str],
    platform: Annotated[Platform, argument(description="The platform whose id it is.")],
    id: Annotated[str, argument(description="The artist's id there, or the name of its account or page.")],
) -> list[Artist | None]:
    """The artist with the id on the platform, for each parent: the root is the only one."""
    return [await context.services.search.by_platform(platform, id, fields=of_artist(fields))] * len(parents)


async def search_artists(
    context: Context,
    parents: Sequence[None],
    *,
    fields: frozenset[str],
    text: Annotated[
        str,
        argument(
            description="A name or the beginning of one, words of a name, or the address of an artist's page; "
            "at most 200 characters. Case, diacritics and punctuation don't count."
        ),
    ],
    limit: Annotated[int, argument(description="How many artists to give at most, 1 to 100.")] = 20,
) -> list[list[Artist]]:
    """The artists that the text means, the best matches first, for each parent: the root is the only one."""
    return [await context.services.search.find(text, limit=limit, fields=of_artist(fields))] * len(parents)


async def top_artists(
    context: Context,
    parents: Sequence[None],
    *,
    fields: frozenset[str],
    metric: Annotated[Metric, argument(description="The metric to order by.")],
    limit: Annotated[int, argument(description="How many artists to give at most, 1 to 500.")] = 50,
) -> list[list[Artist]]:
    """The artists with the greatest values, for each parent: the root is the only one."""
    return [await context.services.search.top(metric, limit=limit, fields=of_artist(fields))] * len(parents)
