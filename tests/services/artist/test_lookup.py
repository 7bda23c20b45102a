import pytest

from services import Services
from services.artist import MAX_ARTISTS
from services.errors import BadInput, NotFound
from services.model.artist import Artist
from tests.builders import artist_document
from tests.conftest import Commands, Database

NAME = frozenset({"name"})


async def test_artists_come_in_the_order_asked_with_duplicates_in_their_places(
    services: Services, database: Database
) -> None:
    await database.artists(*(artist_document(artist_id, name=f"Artist {artist_id}") for artist_id in (1, 2, 3)))

    found = await services.artists.many([3, 1, 99, 3], fields=NAME)

    assert found == [Artist(3, "Artist 3"), Artist(1, "Artist 1"), None, Artist(3, "Artist 3")]


@pytest.mark.parametrize("unknown", [0, -1, 2**31, 2**63], ids=["zero", "negative", "past int32", "past int64"])
async def test_an_id_that_no_artist_can_have_is_unknown_among_others(
    services: Services, database: Database, unknown: int
) -> None:
    await database.artists(artist_document(61))

    found = await services.artists.many([unknown, 61], fields=NAME)

    assert found == [None, Artist(61, "Nova Ruiz")]


async def test_the_highest_id_is_one(services: Services, database: Database) -> None:
    await database.artists(artist_document(2**31 - 1))

    assert await services.artists.many([2**31 - 1], fields=NAME) == [Artist(2**31 - 1, "Nova Ruiz")]


@pytest.mark.parametrize("ids", [[], [0, -5]], ids=["none", "impossible ones alone"])
async def test_ids_that_need_no_answer_ask_nothing(services: Services, commands: Commands, ids: list[int]) -> None:
    assert await services.artists.many(ids, fields=NAME) == [None] * len(ids)
    assert commands.names == []


@pytest.mark.parametrize("count", [1, 50, MAX_ARTISTS])
async def test_artists_are_one_command_however_many(
    services: Services, database: Database, commands: Commands, count: int
) -> None:
    ids = range(1, count + 1)
    await database.artists(*(artist_document(artist_id) for artist_id in ids))

    found = await services.artists.many(ids, fields=NAME)

    assert [artist.id for artist in found if artist] == list(ids)
    assert commands.names == ["find"]


async def test_more_artists_than_are_answered_at_once_are_refused(services: Services, commands: Commands) -> None:
    with pytest.raises(BadInput, match=r"^501 ids are asked for: at most 500 are answered at once\.$"):
        await services.artists.many([61] * 501, fields=NAME)

    assert commands.names == []


async def test_several_lists_are_one_command_and_one_that_is_too_long_is_refused_alone(
    services: Services, database: Database, commands: Commands
) -> None:
    await database.artists(*(artist_document(artist_id, name=f"Artist {artist_id}") for artist_id in (1, 2)))

    first, refused, second = await services.artists.several([[2, 99], [61] * 501, [1, 2]], fields=NAME)

    assert (first, second) == ([Artist(2, "Artist 2"), None], [Artist(1, "Artist 1"), Artist(2, "Artist 2")])
    assert isinstance(refused, BadInput)
    assert commands.names == ["find"]


async def test_one_artist_is_answered_by_itself(services: Services, database: Database) -> None:
    await database.artists(artist_document(61))

    assert await services.artists.one(61, fields=NAME) == Artist(61, "Nova Ruiz")


async def test_one_artist_that_is_unknown_is_not_found(services: Services) -> None:
    with pytest.raises(NotFound, match=r"^No artist 61\.$"):
        await services.artists.one(61, fields=NAME)
