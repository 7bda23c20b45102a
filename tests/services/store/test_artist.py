from typing import Any

import pytest
from bson import Int64

from services.model.artist import Artist, PlatformId
from services.platforms import Platform
from services.store import Store
from services.store.artist import STORED
from tests.builders import SOUNDCHARTS_UUID, artist_document
from tests.conftest import Commands, Database
from tests.services.conftest import counted

ALL = frozenset(STORED)
EXTERNAL_IDS = ("viberate_uuid", "songstats_id", "soundcharts_uuid")


async def read(store: Store, fields: frozenset[str] = ALL) -> Artist:
    return (await store.artists.find_many([61], fields=fields))[61]


async def test_a_whole_document_is_read_whole(store: Store, database: Database) -> None:
    await database.artists(artist_document())

    assert await read(store) == Artist(
        id=61,
        name="Nova Ruiz",
        sort_name="Ruiz, Nova",
        image="https://images.example/61.jpg",
        country="ES",
        genres=("pop", "flamenco"),
        platforms=(
            PlatformId(Platform.SPOTIFY, "4q3ewBCX7sLwd24euuV69X"),
            PlatformId(Platform.YOUTUBE, "UCmBA_wu8xGg1OfOkfW13Q0Q"),
        ),
        viberate_uuid="fb092561-f572-49ed-b75e-b4853f65aa09",
        songstats_id="z0xl1iq2",
        soundcharts_uuid=SOUNDCHARTS_UUID,
    )


@pytest.mark.parametrize("field", sorted(ALL))
async def test_a_field_alone_is_read_alone(store: Store, database: Database, field: str) -> None:
    await database.artists(artist_document())
    whole = await read(store)

    alone = await read(store, frozenset({field}))

    assert alone == Artist(**({"id": 61} | {field: getattr(whole, field)}))
    assert alone != Artist(61)


async def test_no_more_is_asked_of_mongodb_than_the_fields(store: Store, commands: Commands) -> None:
    await store.artists.find_many([61], fields=frozenset({"name", "soundcharts_uuid"}))

    (sent,) = commands.sent
    assert sent["projection"] == {"_id": 0, "id": 1, "name": 1, "external_data.soundcharts_uuid": 1}


async def test_artists_are_counted(store: Store, database: Database) -> None:
    before = await store.artists.count()

    await database.artists(*map(artist_document, (61, 62, 63)))

    assert (before, await store.artists.count()) == (0, 3)


async def test_an_unknown_artist_is_not_among_those_found(store: Store, database: Database) -> None:
    await database.artists(artist_document(61), artist_document(62))

    found = await store.artists.find_many([62, 63], fields=ALL)

    assert list(found) == [62]


@pytest.mark.parametrize("stored_id", [61, 61.0, Int64(61)], ids=repr)
async def test_an_id_of_any_number_type_is_found(store: Store, database: Database, stored_id: Any) -> None:
    await database.artists(artist_document(stored_id))

    artist = await read(store)

    assert (artist.id, type(artist.id)) == (61, int)


async def test_an_id_that_is_no_number_is_no_artist(store: Store, database: Database) -> None:
    await database.artists(artist_document() | {"id": "61"}, artist_document() | {"id": [61]})

    assert await store.artists.find_many([61], fields=ALL) == {}


async def test_a_document_with_nothing_but_its_id_is_an_artist(store: Store, database: Database) -> None:
    await database.artists({"id": 61})

    assert await read(store) == Artist(id=61)


@pytest.mark.parametrize("nothing", [None, "", " ", 5, [], {}, True], ids=repr)
async def test_fields_that_hold_nothing_usable_are_absent(store: Store, database: Database, nothing: Any) -> None:
    unusable = dict.fromkeys(("name", "sortName", "image", "country", "genres", "platforms", "external_data"), nothing)
    await database.artists(artist_document(**unusable))

    assert await read(store) == Artist(id=61)


@pytest.mark.parametrize(
    ("stored", "genres"),
    [
        (["pop", "flamenco"], ("pop", "flamenco")),
        ("pop", ("pop",)),
        (["pop", None, 3, "  ", " rock "], ("pop", "rock")),
        ({"main": "pop"}, ()),
    ],
    ids=["a list", "one text", "a list with gaps", "a sub-document"],
)
async def test_genres_are_those_that_are_texts(
    store: Store, database: Database, stored: Any, genres: tuple[str, ...]
) -> None:
    await database.artists(artist_document(genres=stored))

    assert (await read(store)).genres == genres


@pytest.mark.parametrize(
    ("stored", "image"),
    [
        ({"url": "https://images.example/1.jpg"}, "https://images.example/1.jpg"),
        ({"url": None}, None),
        ({"small": "https://images.example/1.jpg"}, None),
        (["https://images.example/1.jpg"], None),
    ],
    ids=repr,
)
async def test_an_image_is_an_address_or_holds_one(
    store: Store, database: Database, stored: Any, image: str | None
) -> None:
    await database.artists(artist_document(image=stored))

    assert (await read(store)).image == image


@pytest.mark.parametrize(
    ("stored", "found"),
    [
        ({"spotify": {"id": "4q3e"}}, [("spotify", "4q3e")]),
        ({"spotify": "4q3e"}, [("spotify", "4q3e")]),
        ({"deezer": {"id": 27}}, [("deezer", "27")]),
        ({"deezer": {"id": Int64(2**40)}}, [("deezer", "1099511627776")]),
        ({"deezer": {"id": 27.0}}, [("deezer", "27")]),
        ({"appleMusic": {"id": "1"}}, [("apple_music", "1")]),
        ({"Apple-Music": {"id": "1"}}, [("apple_music", "1")]),
        ({"spotify": None, "deezer": {"id": None}, "tidal": {"id": ""}, "qq": {}, "kuwo": ["1"]}, []),
        ({"tidal": {"id": "2"}, "spotify": {"id": "1"}}, [("spotify", "1"), ("tidal", "2")]),
    ],
    ids=repr,
)
async def test_platform_ids_are_read_in_every_form_and_in_the_order_of_the_table(
    store: Store, database: Database, stored: Any, found: list[tuple[str, str]]
) -> None:
    await database.artists(artist_document(platforms=stored))

    assert [(entry.platform.value, entry.id) for entry in (await read(store)).platforms] == found


@pytest.mark.parametrize(
    ("platforms", "streaming_platforms", "found"),
    [
        (None, {"spotify": {"id": "s"}}, ["s"]),
        ({"spotify": {"id": "p"}}, {"spotify": {"id": "s"}}, ["p"]),
        ({"spotify": {"id": None}}, {"spotify": {"id": "s"}}, ["s"]),
        ({"deezer": {"id": "p"}}, {"spotify": {"id": "s"}}, ["s", "p"]),
        ({"spotify": {"id": "p"}}, "none", ["p"]),
    ],
    ids=["it alone", "both", "an empty one first", "one platform each", "not a sub-document"],
)
async def test_streaming_platforms_fill_what_platforms_lacks(
    store: Store, database: Database, platforms: Any, streaming_platforms: Any, found: list[str]
) -> None:
    await database.artists(artist_document(platforms=platforms, streamingPlatforms=streaming_platforms))

    assert [entry.id for entry in (await read(store)).platforms] == found


async def test_an_id_says_which_field_of_the_document_it_stands_in(store: Store, database: Database) -> None:
    await database.artists(
        artist_document(
            platforms={"spotify": {"id": "p"}}, streamingPlatforms={"spotify": {"id": "s"}, "deezer": {"id": "s"}}
        )
    )

    assert [(entry.id, entry.place) for entry in (await read(store)).platforms] == [
        ("p", "platforms"),
        ("s", "streamingPlatforms"),
    ]


async def test_a_platform_that_is_unknown_is_left_out_and_counted(store: Store, database: Database) -> None:
    await database.artists(artist_document(platforms={"myspace": {"id": "x"}, "spotify": {"id": "4q3e"}}))
    before = counted("kisum_unknown_platforms_total")

    artist = await read(store)

    assert [entry.platform for entry in artist.platforms] == [Platform.SPOTIFY]
    assert counted("kisum_unknown_platforms_total") == before + 1


@pytest.mark.parametrize(
    "external_data", [None, "none", [], dict.fromkeys(EXTERNAL_IDS, 5), dict.fromkeys(EXTERNAL_IDS, "")], ids=repr
)
async def test_external_data_of_a_wrong_type_holds_no_ids(store: Store, database: Database, external_data: Any) -> None:
    await database.artists(artist_document(external_data=external_data))

    artist = await read(store)

    assert [getattr(artist, name) for name in EXTERNAL_IDS] == [None, None, None]


@pytest.mark.parametrize("document_id", [61, "61", {"a": 1}, 6.5], ids=repr)
async def test_whatever_the_documents_own_key_is_it_is_not_read(
    store: Store, database: Database, document_id: Any
) -> None:
    await database.artists(artist_document(_id=document_id))

    assert (await read(store)).name == "Nova Ruiz"
