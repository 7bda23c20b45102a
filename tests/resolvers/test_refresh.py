import pytest

from resolvers.context import Context
from resolvers.refresh import refresh_artist_stats
from routes.gate import MAY_DO_ALL, MAY_READ
from services import Services
from services.errors import BadInput, Forbidden
from services.model.refresh import RefreshRequest
from tests.builders import artist_document
from tests.conftest import Database


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
