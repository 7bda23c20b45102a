from collections.abc import Awaitable, Callable

import pytest

from services import Services
from services.artist.search import LONGEST_TEXT, MOST_FOUND, MOST_RANKED
from services.errors import BadInput
from services.metrics import Metric
from services.model.artist import Artist
from services.platforms import Platform
from tests.builders import artist_document, stats_document
from tests.conftest import Commands, Database
from tests.indexing import index_artists

NAME = frozenset({"name"})
LISTENERS = Metric("spotify_monthly_listeners")

Found = Callable[[str], Awaitable[list[str | None]]]


@pytest.fixture
def found(services: Services) -> Found:
    """The names that a text finds."""

    async def find(text: str) -> list[str | None]:
        return [artist.name for artist in await services.search.find(text, limit=20, fields=NAME)]

    return find


async def store_names(services: Services, database: Database, *names: str) -> None:
    """An artist for each name, of equal audience, indexed."""
    await database.artists(
        *(artist_document(number, name=name, sortName=None, platforms={}) for number, name in enumerate(names, 1))
    )
    await index_artists(services.store)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Beyoncé", "beyonce"),
        ("Beyoncé", "BEYON"),
        ("AC/DC", "acdc"),
        ("AC/DC", "ac dc"),
        ("ACDC", "ac/dc"),
        ("Sigur Rós", "ros"),
        ("The Weeknd", "weeknd"),
        ("Weeknd", "the weeknd"),
        ("Simon & Garfunkel", "simon and gar"),
        ("A$AP Rocky", "asap"),
        ("P!nk", "pink"),
        ("Yo!Majesty", "yo majesty"),
        ("Sunn O)))", "sunn o)))"),
        ("!!!", "!!!"),
        ("Чёрный Обелиск", "черный обел"),
        ("宇多田ヒカル", "宇多田 ヒカル"),
        ("Kanye & Jay-Z", "jayz"),
        ("Nova Ruiz", "ruiz nov"),
        ("The The", "the the"),
    ],
)
async def test_a_name_is_found_however_it_is_typed(
    services: Services, database: Database, found: Found, name: str, typed: str
) -> None:
    await store_names(services, database, name, "Somebody Else")

    assert await found(typed) == [name]


async def test_an_artist_is_found_by_its_sort_name(services: Services, database: Database, found: Found) -> None:
    await database.artists(artist_document(1, name="宇多田ヒカル", sortName="Utada, Hikaru"))
    await index_artists(services.store)

    assert await found("utada hik") == await found("Utada, Hikaru") == ["宇多田ヒカル"]


async def test_what_is_typed_is_never_a_pattern(services: Services, database: Database, found: Found) -> None:
    await store_names(services, database, "Nova Ruiz", "Novak", "N.*")

    patterns = (".", "$", "(", "*", "[a-z]", "nov.k", "^nova ruiz", "n.*")

    assert {typed: await found(typed) for typed in patterns} == {typed: [] for typed in patterns} | {
        "^nova ruiz": ["Nova Ruiz"],
        "n.*": ["N.*", "Nova Ruiz", "Novak"],
    }


async def test_whole_names_come_first_then_beginnings_then_words(
    services: Services, database: Database, found: Found
) -> None:
    names = ["Red Airplane", "Airbourne", "Air", "The Air"]
    await database.artists(*(artist_document(number, name=name, sortName=None) for number, name in enumerate(names, 1)))
    await database.stats(
        *(stats_document(number, spotify_monthly_listeners=10**size) for number, size in enumerate((8, 7, 1, 2), 1))
    )
    await index_artists(services.store)

    assert await found("air") == ["The Air", "Air", "Airbourne", "Red Airplane"]


async def test_among_equal_matches_the_greater_audience_comes_first(
    services: Services, database: Database, found: Found
) -> None:
    await database.artists(*(artist_document(number, name=f"Nova {number}", sortName=None) for number in range(1, 6)))
    await database.stats(
        stats_document(2, spotify_monthly_listeners=1000),
        stats_document(3, spotify_monthly_listeners=None, spotify_followers=None, deezer_fans=5_000_000),
        stats_document(4, spotify_monthly_listeners=0, spotify_followers=10),
    )
    await index_artists(services.store)

    assert await found("nova") == ["Nova 3", "Nova 2", "Nova 4", "Nova 1", "Nova 5"]


async def test_what_is_typed_beyond_the_longest_term_counts_too(
    services: Services, database: Database, found: Found
) -> None:
    long = "Supercalifragilisticexpialidocious"
    await store_names(services, database, f"{long} One", f"{long} Two", f"New {long}")

    assert await found(f"{long} t") == [f"{long} Two"]
    assert await found(f"new {long[:-1]}x") == []
    assert await found(f"{long} new") == [f"New {long}"]


async def test_no_more_artists_are_found_than_asked_for(services: Services, database: Database) -> None:
    await store_names(services, database, *(f"Nova {number}" for number in range(30)))

    found = await services.search.find("nova", limit=7, fields=NAME)

    assert [artist.id for artist in found] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    "address",
    [
        "https://open.spotify.com/intl-de/artist/4q3ewBCX7sLwd24euuV69X?si=1",
        "spotify:artist:4q3ewBCX7sLwd24euuV69X",
        "youtube.com/channel/UCmBA_wu8xGg1OfOkfW13Q0Q/",
        "https://www.instagram.com/NovaRuiz/",
    ],
)
async def test_an_artist_is_found_by_the_address_of_its_page(
    services: Services, database: Database, found: Found, address: str
) -> None:
    ids = artist_document()["platforms"] | {"instagram": {"id": "novaruiz"}}
    await database.artists(artist_document(platforms=ids), artist_document(62, platforms={}))
    await index_artists(services.store)

    assert await found(address) == ["Nova Ruiz"]


async def test_the_address_of_an_unknown_artist_finds_nobody(
    services: Services, database: Database, found: Found
) -> None:
    await store_names(services, database, "https open spotify com artist 06HL4z0CvFAxyc27GXpf02")

    assert await found("https://open.spotify.com/artist/06HL4z0CvFAxyc27GXpf02") == []


async def test_an_artist_that_has_gone_since_it_was_indexed_is_left_out(
    services: Services, database: Database, found: Found
) -> None:
    await store_names(services, database, "Nova One", "Nova Two")

    await database.collection("kisum_data.artists_v2").delete_one({"id": 1})

    assert await found("nova") == ["Nova Two"]


async def test_artists_are_answered_with_the_fields_asked_for(services: Services, database: Database) -> None:
    await database.artists(artist_document())
    await index_artists(services.store)

    assert await services.search.find("nova", limit=1, fields=frozenset({"country"})) == [Artist(61, country="ES")]


@pytest.mark.parametrize("text", ["", "  \n", "\N{ZERO WIDTH SPACE}"], ids=["empty", "blank", "invisible"])
async def test_a_blank_text_is_refused(services: Services, commands: Commands, text: str) -> None:
    with pytest.raises(BadInput, match="The text is blank"):
        await services.search.find(text, limit=20, fields=NAME)

    assert commands.sent == []


async def test_a_text_that_is_too_long_is_refused(services: Services) -> None:
    assert await services.search.find("x" * LONGEST_TEXT, limit=20, fields=NAME) == []

    with pytest.raises(BadInput, match="The text has 201 characters: at most 200 are searched for"):
        await services.search.find("x" * (LONGEST_TEXT + 1), limit=20, fields=NAME)


@pytest.mark.parametrize("limit", [0, -1, MOST_FOUND + 1])
async def test_a_limit_of_a_search_that_is_out_of_bounds_is_refused(services: Services, limit: int) -> None:
    with pytest.raises(BadInput, match=f"limit is {limit}: it is a number from 1 to 100"):
        await services.search.find("nova", limit=limit, fields=NAME)


@pytest.mark.parametrize("number", [1, 50, 100])
async def test_a_search_is_a_fixed_number_of_commands(
    services: Services, database: Database, commands: Commands, number: int
) -> None:
    await store_names(services, database, *(f"Nova Ruiz {index}" for index in range(number)))
    commands.sent.clear()

    found = await services.search.find("nova ruiz", limit=100, fields=NAME)

    assert len(found) == number
    assert sorted(commands.names) == ["aggregate", "aggregate", "aggregate", "find"]


async def test_an_artist_is_found_by_its_id_on_a_platform(
    services: Services, database: Database, commands: Commands
) -> None:
    await database.artists(
        artist_document(1, name="One", platforms={"deezer": {"id": 27}}),
        artist_document(2, name="Two", platforms={}, streamingPlatforms={"tiktok": {"id": "@Two"}}),
    )
    await index_artists(services.store)
    commands.sent.clear()

    assert await services.search.by_platform(Platform.DEEZER, "27", fields=NAME) == Artist(1, "One")
    assert await services.search.by_platform(Platform.TIKTOK, "two", fields=NAME) == Artist(2, "Two")
    assert commands.names == ["find"] * 4


@pytest.mark.parametrize("foreign_id", ["28", "", " ", "$ne", "2" * 5000])
async def test_an_id_that_nobody_has_is_nobodys(services: Services, database: Database, foreign_id: str) -> None:
    await database.artists(artist_document(1, platforms={"deezer": {"id": 27}}))
    await index_artists(services.store)

    assert await services.search.by_platform(Platform.DEEZER, foreign_id, fields=NAME) is None


async def test_of_several_artists_with_one_id_the_one_with_the_greatest_audience_is_found(
    services: Services, database: Database
) -> None:
    await database.artists(*(artist_document(number, name=f"Nova {number}") for number in (1, 2, 3)))
    await database.stats(stats_document(2))
    await index_artists(services.store)

    found = await services.search.by_platform(Platform.SPOTIFY, "4q3ewBCX7sLwd24euuV69X", fields=NAME)

    assert found == Artist(2, "Nova 2")


async def test_the_top_artists_are_those_with_the_greatest_values(
    services: Services, database: Database, commands: Commands
) -> None:
    await database.artists(*(artist_document(number, name=f"Nova {number}") for number in (1, 2, 3)))
    await database.stats(
        *(stats_document(number, spotify_monthly_listeners=value) for number, value in ((1, 5), (2, 2**40), (3, 7)))
    )

    found = await services.search.top(LISTENERS, limit=2, fields=NAME)

    assert found == [Artist(2, "Nova 2"), Artist(3, "Nova 3")]
    assert commands.names == ["find", "find"]


async def test_stats_of_nobody_rank_nobody(services: Services, database: Database) -> None:
    await database.stats(stats_document(1))

    assert await services.search.top(LISTENERS, limit=2, fields=NAME) == []


@pytest.mark.parametrize("limit", [0, MOST_RANKED + 1])
async def test_a_limit_of_a_ranking_that_is_out_of_bounds_is_refused(services: Services, limit: int) -> None:
    with pytest.raises(BadInput, match=f"limit is {limit}: it is a number from 1 to 500"):
        await services.search.top(LISTENERS, limit=limit, fields=NAME)
