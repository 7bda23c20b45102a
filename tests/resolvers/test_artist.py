import pytest

from resolvers.artist import artist, artist_by_platform, artists, search_artists, top_artists
from resolvers.context import Context
from services.errors import BadInput
from services.metrics import Metric
from services.model.artist import Artist
from services.platforms import Platform
from tests.builders import artist_document, stats_document
from tests.conftest import Commands, Database
from tests.indexing import index_artists

NAME = frozenset({"name"})


async def test_an_artist_is_read_as_far_as_it_was_asked_for(context: Context, database: Database) -> None:
    await database.artists(artist_document())

    assert await artist(context, [None], fields=NAME, id=61) == [Artist(61, name="Nova Ruiz")]


async def test_an_artist_is_read_once_for_all_parents(context: Context, database: Database, commands: Commands) -> None:
    await database.artists(artist_document())

    found = await artist(context, [None, None], fields=NAME, id=61)

    assert found == [Artist(61, name="Nova Ruiz")] * 2
    assert commands.names == ["find"]


@pytest.mark.parametrize("artist_id", [404, 0, -1, 2**31], ids=["none of that id", "0", "negative", "over int32"])
async def test_an_artist_that_does_not_exist_is_none(context: Context, artist_id: int) -> None:
    assert await artist(context, [None], fields=NAME, id=artist_id) == [None]


async def test_artists_come_in_the_order_asked_with_duplicates_in_their_places(
    context: Context, database: Database, commands: Commands
) -> None:
    await database.artists(artist_document(61), artist_document(7, name="Abel"))

    found = await artists(context, [None], fields=NAME, ids=[7, 404, 61, 7])

    assert found == [[Artist(7, name="Abel"), None, Artist(61, name="Nova Ruiz"), Artist(7, name="Abel")]]
    assert commands.names == ["find"]


async def test_a_popularity_asked_for_reads_whether_there_can_be_one(context: Context, database: Database) -> None:
    await database.artists(artist_document(external_data={"soundcharts_uuid": "a-uuid"}))

    found = await artist(context, [None], fields=frozenset({"popularity", "stats"}), id=61)

    assert found == [Artist(61, soundcharts_uuid="a-uuid")]


async def test_more_than_500_artists_are_refused(context: Context) -> None:
    with pytest.raises(BadInput, match="501 ids"):
        await artists(context, [None], fields=NAME, ids=[1] * 501)


async def test_artists_that_are_found_are_read_as_far_as_they_were_asked_for(
    context: Context, database: Database
) -> None:
    await database.artists(artist_document())
    await index_artists(context.services.store)

    assert await search_artists(context, [None], fields=NAME, text="ruiz") == [[Artist(61, name="Nova Ruiz")]]


async def test_the_number_of_artists_that_are_found_is_bounded_by_the_limit(
    context: Context, database: Database
) -> None:
    await database.artists(*(artist_document(artist_id) for artist_id in range(1, 31)))
    await index_artists(context.services.store)

    found, few = [
        await search_artists(context, [None], fields=frozenset(), text="nova", **limit) for limit in ({}, {"limit": 3})
    ]

    assert (len(found[0]), len(few[0])) == (20, 3)


async def test_an_artist_is_read_by_its_id_on_a_platform(context: Context, database: Database) -> None:
    await database.artists(artist_document())
    await index_artists(context.services.store)

    found = await artist_by_platform(
        context, [None], fields=NAME, platform=Platform.SPOTIFY, id="4q3ewBCX7sLwd24euuV69X"
    )

    assert found == [Artist(61, name="Nova Ruiz")]
    assert await artist_by_platform(context, [None], fields=NAME, platform=Platform.DEEZER, id="27") == [None]


async def test_the_top_artists_are_read_as_far_as_they_were_asked_for(context: Context, database: Database) -> None:
    await database.artists(artist_document(61), artist_document(62, name="Sol Vega"))
    await database.stats(stats_document(61), stats_document(62, spotify_followers=2_000_000))

    found = await top_artists(context, [None], fields=NAME, metric=Metric("spotify_followers"), limit=1)

    assert found == [[Artist(62, name="Sol Vega")]]
