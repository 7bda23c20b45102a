from datetime import timedelta

import httpx
import pytest

from tests.builders import NOW, artist_document, chart_document, chart_row, listeners_row
from tests.conftest import Commands, Database

PRESENCE = "/analyst/artists/61/chart-presence"


async def test_presence_has_every_key_of_the_contract(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document())
    await database.insert("charts.kworb_spotify_listeners", listeners_row(scrapedAt=NOW))
    await database.insert("charts.billboard", chart_document(chart_row(71, title=None), chart_row(4), chart=None))

    answer = await client.get(PRESENCE)

    assert answer.json() == {
        "data": {
            "artistId": 61,
            "name": "Nova Ruiz",
            "spotifyId": "4q3ewBCX7sLwd24euuV69X",
            "chartCount": 2,
            "families": ["billboard", "spotify_listeners"],
            "scrapedAtMax": "2026-11-20T08:00:00.000Z",
            "charts": [
                {
                    "source": "billboard",
                    "label": "Billboard charts",
                    "family": "billboard",
                    "entryCount": 2,
                    "placements": [
                        {"rank": 4, "scope": None, "title": "Luz", "date": "2026-11-14"},
                        {"rank": 71, "scope": None, "title": None, "date": "2026-11-14"},
                    ],
                },
                {
                    "source": "kworb_spotify_listeners",
                    "label": "Spotify's monthly listeners",
                    "family": "spotify_listeners",
                    "rank": 12,
                    "entryCount": 1,
                },
            ],
        }
    }


async def test_an_artist_in_no_chart_has_none(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document(name=None, platforms=None))

    answer = await client.get(PRESENCE)

    assert answer.json() == {
        "data": {
            "artistId": 61,
            "name": None,
            "spotifyId": None,
            "chartCount": 0,
            "families": [],
            "scrapedAtMax": None,
            "charts": [],
        }
    }


async def test_an_only_row_without_a_rank_is_told_as_a_placement(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document())
    await database.insert("charts.billboard", chart_document(chart_row("first")))

    (chart,) = (await client.get(PRESENCE)).json()["data"]["charts"]

    assert "rank" not in chart
    assert chart["placements"] == [{"rank": None, "scope": "hot-100", "title": "Luz", "date": "2026-11-14"}]


async def test_an_unknown_artist_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await client.get(PRESENCE)

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("artist_id", ["abc", "2147483648", "6.1"])
async def test_an_id_that_is_no_int32_is_bad_input(client: httpx.AsyncClient, artist_id: str) -> None:
    answer = await client.get(f"/analyst/artists/{artist_id}/chart-presence")

    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(
    "changed",
    [
        {"rank": 11},
        {"scrapedAt": NOW + timedelta(days=1)},
        {"artist_id": 7},
    ],
    ids=lambda changed: "".join(changed),
)
async def test_each_thing_that_is_told_is_heeded_by_the_tag(
    client: httpx.AsyncClient, database: Database, changed: dict[str, object]
) -> None:
    await database.artists(artist_document())
    await database.insert("charts.kworb_spotify_listeners", listeners_row())
    first = (await client.get(PRESENCE)).headers["etag"]

    await database.collection("charts.kworb_spotify_listeners").update_one({}, {"$set": changed})

    assert (await client.get(PRESENCE)).headers["etag"] != first


async def test_placements_are_read_where_there_are_several_alone(
    client: httpx.AsyncClient, database: Database, commands: Commands
) -> None:
    await database.artists(artist_document())

    await client.get(PRESENCE)

    assert not any(command.get("aggregate") for command in commands.sent)
