"""Artists are found by name, by id and by audience, over the running app and an index that it keeps in step."""

import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from services import indexes_kept
from services.demo.documents import demo_documents
from services.demo.load import FOLDER, read_files
from services.store import open_store
from settings import Settings
from tests.builders import artist_document, point_document, stats_document
from tests.conftest import Clock, Commands, Database
from tests.indexing import index_artists
from tests.services.conftest import eventually

Ask = Callable[..., Awaitable[Any]]

# Names of the demo data that are typed otherwise than they are written.
TYPED = {
    "Beyoncé": "beyonce",
    "AC/DC": "acdc",
    "A$AP Rocky": "asap rocky",
    "P!nk": "pink",
    "The Notorious B.I.G.": "notorious big",
    "Tyler, The Creator": "tyler the creator",
    "The Weeknd": "weeknd",
}
EVERYTHING = """
query Find($text: String!) {
  searchArtists(text: $text, limit: 100) {
    id name platforms { platform id url }
    stats(storedOnly: true) { spotifyFollowers provenance { source } }
    statsHealth { fresh }
    popularity { items { value } }
  }
}
"""


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Ask:
    async def ask(query: str, **variables: Any) -> Any:
        return (await client.post("/graphql", json={"query": query, "variables": variables})).json()

    return ask


@pytest.fixture
async def index(mongodb: str, database: Database) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Fills the index from what is stored."""
    async with open_store(mongodb, prefix=database.prefix, read_only=True) as store:
        yield lambda: index_artists(store)


async def names(ask: Ask, text: str) -> list[str]:
    answer = await ask("query($text: String!) { searchArtists(text: $text) { name } }", text=text)
    return [artist["name"] for artist in answer["data"]["searchArtists"]]


async def test_artists_are_found_whole_with_all_their_fields(
    ask: Ask, index: Callable[[], Awaitable[None]], database: Database
) -> None:
    await database.artists(artist_document(61, platforms={"tiktok": {"id": "nova"}, "genius": {"id": "498"}}))
    await database.stats(stats_document(61))
    await database.points(point_document("2026-11-18", 71))
    await index()

    assert await ask(EVERYTHING, text="NOVA ruíz") == {
        "data": {
            "searchArtists": [
                {
                    "id": 61,
                    "name": "Nova Ruiz",
                    "platforms": [
                        {"platform": "TIKTOK", "id": "nova", "url": "https://www.tiktok.com/@nova"},
                        {"platform": "GENIUS", "id": "498", "url": None},
                    ],
                    "stats": {
                        "spotifyFollowers": 1_204_331,
                        "provenance": [
                            {"source": "viberate"},
                            {"source": "native(spotify_listeners)"},
                            {"source": "unknown"},
                        ],
                    },
                    "statsHealth": {"fresh": True},
                    "popularity": {"items": [{"value": 71}]},
                }
            ]
        }
    }


@pytest.mark.parametrize("count", [1, 50, 100])
async def test_a_search_costs_the_same_commands_however_many_are_found(
    ask: Ask, index: Callable[[], Awaitable[None]], database: Database, commands: Commands, count: int
) -> None:
    ids = list(range(1, count + 1))
    await database.artists(*(artist_document(artist_id) for artist_id in ids))
    await database.stats(*(stats_document(artist_id) for artist_id in ids))
    await index()
    commands.sent.clear()

    answer = await ask(EVERYTHING, text="nova")

    assert [artist["id"] for artist in answer["data"]["searchArtists"]] == ids
    # The index by whole names, beginnings and words; artists; stats and health; points.
    assert sorted(commands.names) == ["aggregate"] * 3 + ["find"] * 3


async def test_an_artist_is_found_by_its_id_on_a_platform_and_an_unknown_one_is_null(
    ask: Ask, index: Callable[[], Awaitable[None]], database: Database
) -> None:
    await database.artists(artist_document())
    await index()

    answer = await ask(
        """{
          known: artistByPlatform(platform: SPOTIFY, id: "4q3ewBCX7sLwd24euuV69X") { id }
          unknown: artistByPlatform(platform: SPOTIFY, id: "4q3e") { id }
          elsewhere: artistByPlatform(platform: DEEZER, id: "4q3ewBCX7sLwd24euuV69X") { id }
        }"""
    )

    assert answer == {"data": {"known": {"id": 61}, "unknown": None, "elsewhere": None}}


async def test_the_top_artists_are_ranked_by_any_metric(ask: Ask, database: Database, commands: Commands) -> None:
    await database.artists(*(artist_document(number, name=f"Nova {number}") for number in (1, 2, 3)))
    await database.stats(*(stats_document(number, deezer_fans=value) for number, value in ((1, 5), (2, None), (3, 9))))
    commands.sent.clear()

    answer = await ask("{ topArtists(metric: DEEZER_FANS) { name stats(storedOnly: true) { deezerFans } } }")

    assert answer["data"]["topArtists"] == [
        {"name": "Nova 3", "stats": {"deezerFans": 9}},
        {"name": "Nova 1", "stats": {"deezerFans": 5}},
    ]
    assert commands.names == ["find"] * 3


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('{ searchArtists(text: "") { id } }', "The text is blank"),
        ('{ searchArtists(text: "a", limit: 101) { id } }', "limit is 101: it is a number from 1 to 100."),
        (f'{{ searchArtists(text: "{"a" * 201}") {{ id }} }}', "The text has 201 characters"),
        ("{ topArtists(metric: DEEZER_FANS, limit: 501) { id } }", "limit is 501: it is a number from 1 to 500."),
    ],
    ids=["blank", "too many", "too long", "too many ranked"],
)
async def test_what_can_not_be_searched_for_is_bad_input(ask: Ask, query: str, message: str) -> None:
    (error,) = (await ask(query))["errors"]

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith(message)


async def test_before_the_index_is_there_nobody_is_found_and_nothing_fails(ask: Ask, database: Database) -> None:
    await database.artists(artist_document())

    assert await names(ask, "zzz") == []


async def test_an_artist_that_is_written_while_the_server_runs_is_found(
    ask: Ask, database: Database, make_settings: Callable[..., Settings], clock: Clock
) -> None:
    async def is_found() -> bool:
        return await names(ask, "nova") == ["Nova Ruiz"]

    async with indexes_kept(make_settings(), clock=clock, prefix=database.prefix):
        await database.artists(artist_document())

        await eventually(is_found)


@pytest.fixture
async def demo(database: Database, index: Callable[[], Awaitable[None]]) -> dict[int, str]:
    """The names of the demo artists, who are stored and indexed."""
    artists = demo_documents(read_files(FOLDER)).artists
    await database.artists(*artists)
    await index()
    return {artist["id"]: artist["name"] for artist in artists}


async def test_the_demo_artists_are_found_as_people_type_them_and_by_their_pages(
    ask: Ask, demo: dict[int, str]
) -> None:
    found = {name: (await names(ask, typed))[:1] for name, typed in TYPED.items()}

    assert found == {name: [name] for name in TYPED}
    assert await names(ask, "https://open.spotify.com/intl-es/artist/06HL4z0CvFAxyc27GXpf02") == ["Taylor Swift"]


async def test_every_demo_artist_is_found_by_its_plain_name_among_those_of_the_same_name(
    ask: Ask, demo: dict[int, str]
) -> None:
    query = "query($text: String!) { searchArtists(text: $text, limit: 3) { id } }"
    missed = {}
    for artist_id, name in demo.items():
        plain = "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
        if plain != name or not name.replace(" ", "").isalnum():
            answer = await ask(query, text=plain.upper())
            if artist_id not in [found["id"] for found in answer["data"]["searchArtists"]]:
                missed[artist_id] = name

    assert missed == {}
