from tests.builders import artist_document
from tests.conftest import Database
from tests.schema.conftest import Ask

ALL = "{ artist(id: 61) { id name sortName image country genres platforms { platform id url } } }"


async def test_an_artist_is_answered_whole(ask: Ask, database: Database) -> None:
    await database.artists(artist_document())

    assert await ask(ALL) == {
        "data": {
            "artist": {
                "id": 61,
                "name": "Nova Ruiz",
                "sortName": "Ruiz, Nova",
                "image": "https://images.example/61.jpg",
                "country": "ES",
                "genres": ["pop", "flamenco"],
                "platforms": [
                    {
                        "platform": "SPOTIFY",
                        "id": "4q3ewBCX7sLwd24euuV69X",
                        "url": "https://open.spotify.com/artist/4q3ewBCX7sLwd24euuV69X",
                    },
                    {
                        "platform": "YOUTUBE",
                        "id": "UCmBA_wu8xGg1OfOkfW13Q0Q",
                        "url": "https://www.youtube.com/channel/UCmBA_wu8xGg1OfOkfW13Q0Q",
                    },
                ],
            }
        }
    }


async def test_an_artist_of_whom_nothing_is_stored_has_nulls_and_empty_lists(ask: Ask, database: Database) -> None:
    await database.artists({"id": 61})

    assert await ask(ALL) == {
        "data": {
            "artist": {
                "id": 61,
                "name": None,
                "sortName": None,
                "image": None,
                "country": None,
                "genres": [],
                "platforms": [],
            }
        }
    }


async def test_each_field_alone_is_answered_as_among_all(ask: Ask, database: Database) -> None:
    await database.artists(artist_document())
    fields = ["id", "name", "sortName", "image", "country", "genres", "platforms { platform id url }"]

    alone = [await ask(f"{{ artist(id: 61) {{ {field} }} }}") for field in fields]

    merged = {name: value for answer in alone for name, value in answer["data"]["artist"].items()}
    assert {"data": {"artist": merged}} == await ask(ALL)


async def test_an_unknown_artist_is_null_and_no_error(ask: Ask) -> None:
    assert await ask("{ artist(id: 404) { id name stats { fresh } } }") == {"data": {"artist": None}}


async def test_a_platform_that_the_enum_lacks_is_left_out(ask: Ask, database: Database) -> None:
    await database.artists(artist_document(platforms={"myspace": {"id": "1"}, "deezer": {"id": 27}}))

    assert await ask("{ artist(id: 61) { platforms { platform id } } }") == {
        "data": {"artist": {"platforms": [{"platform": "DEEZER", "id": "27"}]}}
    }


async def test_absence_of_stats_and_popularity_is_no_error(ask: Ask, database: Database) -> None:
    await database.artists(artist_document(external_data={}))

    answer = await ask(
        "{ artist(id: 61) { stats { fresh } statsHealth { exists lastRefreshError } popularity { meta { fresh } } } }"
    )

    assert answer == {
        "data": {
            "artist": {
                "stats": None,
                "statsHealth": {"exists": False, "lastRefreshError": "No provider is configured."},
                "popularity": None,
            }
        }
    }
