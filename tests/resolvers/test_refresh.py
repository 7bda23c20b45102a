import asyncio
from contextlib import aclosing
from datetime import timedelta

import pytest

from resolvers.context import Context
from resolvers.refresh import ended_refreshes, refresh_artist_stats
from routes.gate import MAY_DO_ALL, MAY_READ
from services import Services
from services.errors import BadInput, Forbidden
from services.model.artist import Artist
from services.model.refresh import RefreshRequest
from tests.builders import NOW, artist_document
from tests.conftest import Commands, Database
from tests.talking import end_refresh


async def test_each_artist_is_told_what_became_of_it(services: Services, database: Database) -> None:
    await database.artists(artist_document())

    (found,) = await refresh_artist_stats(Context(services, MAY_DO_ALL), [None], fields=frozenset(), ids=[7, 61])

    assert [(one.artist_id, one.state, one.error) for one in found] == [
        (7, RefreshRequest.REFUSED, "No artist 7."),
        (61, RefreshRequest.REFUSED, "No provider is configured."),
    ]


async def test_who_may_only_read_may_not_refresh(services: Services) -> None:
    with pytest.raises(Forbidden):
        await refresh_artist_stats(Context(services, MAY_READ), [None], fields=frozenset(), ids=[61])


async def test_too_many_are_told(services: Services) -> None:
    with pytest.raises(BadInput, match="501 ids"):
        await refresh_artist_stats(Context(services, MAY_DO_ALL), [None], fields=frozenset(), ids=list(range(1, 502)))


async def test_more_are_not_listened_for_than_are_answered_at_once(services: Services) -> None:
    with pytest.raises(BadInput, match="501 ids are asked for: at most 500 are listened for at once"):
        await ended_refreshes(Context(services, MAY_READ), fields=frozenset(), ids=list(range(1, 502)))


async def test_artists_are_given_as_their_refreshes_end_and_none_that_is_unknown(
    services: Services, database: Database
) -> None:
    await database.artists(artist_document())
    await end_refresh(services.store, 7)
    await end_refresh(services.store, 61, error="viberate: away")

    ended = await ended_refreshes(
        Context(services, MAY_READ), fields=frozenset({"name"}), ids=[7, 61], since=NOW - timedelta(days=365)
    )

    async with aclosing(ended), asyncio.timeout(30):
        assert await anext(ended) == Artist(61, "Nova Ruiz")


async def test_the_artists_of_all_that_wait_are_one_find(
    services: Services, database: Database, commands: Commands
) -> None:
    ids = [61, 62, 63]
    await database.artists(*map(artist_document, ids))
    for artist_id in ids:
        await end_refresh(services.store, artist_id)

    ended = await ended_refreshes(
        Context(services, MAY_READ), fields=frozenset(), ids=ids, since=NOW - timedelta(days=365)
    )

    async with aclosing(ended), asyncio.timeout(30):
        assert sorted([(await anext(ended)).id for _ in ids]) == ids
    assert [command["find"] for command in commands.sent if "find" in command].count("artists_v2") == 1
