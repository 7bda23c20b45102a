from typing import Any

from services import Services
from tests.builders import artist_document, chart_document, chart_row, listeners_row
from tests.conftest import Commands, Database
from tests.indexing import index_artists, index_charts
from tests.schema.conftest import Ask

PRESENCE = """
query Presence($ids: [Int!]!, $families: [ChartFamily!], $limit: Int! = 100) {
  artists(ids: $ids) {
    chartPresence(families: $families) {
      chartCount
      families
      scrapedAtMax
      charts {
        source label family rank entryCount scrapedAt
        placements(limit: $limit) { rank scope title date matchedBy }
      }
    }
  }
}
"""
NOVA = {
    "chartCount": 2,
    "families": ["BILLBOARD", "SPOTIFY_LISTENERS"],
    "scrapedAtMax": "2026-11-19T08:00:00.000Z",
    "charts": [
        {
            "source": "billboard",
            "label": "Billboard charts",
            "family": "BILLBOARD",
            "rank": None,
            "entryCount": 2,
            "scrapedAt": "2026-11-19T08:00:00.000Z",
            "placements": [
                {"rank": 4, "scope": "hot-100", "title": "Luz", "date": "2026-11-14", "matchedBy": "NAME"},
                {"rank": 71, "scope": "hot-100", "title": None, "date": "2026-11-14", "matchedBy": "ARTIST_ID"},
            ],
        },
        {
            "source": "kworb_spotify_listeners",
            "label": "Spotify's monthly listeners",
            "family": "SPOTIFY_LISTENERS",
            "rank": 12,
            "entryCount": 1,
            "scrapedAt": "2026-11-18T08:00:00.000Z",
            "placements": [{"rank": 12, "scope": None, "title": None, "date": None, "matchedBy": "ARTIST_ID"}],
        },
    ],
}
NOWHERE = {"chartCount": 0, "families": [], "scrapedAtMax": None, "charts": []}


async def stored(database: Database) -> None:
    await database.artists(artist_document(), artist_document(62, name="Ana", sortName=None, platforms={}))
    rows = [chart_row(71, title=None, artist_id=61), chart_row(4), chart_row(5, artist="Bo")]
    await database.insert("charts.billboard", chart_document(*rows))
    await database.insert("charts.kworb_spotify_listeners", listeners_row())


async def presences(ask: Ask, *ids: int, **variables: Any) -> list[Any]:
    answer = await ask(PRESENCE, ids=ids, **variables)
    assert "errors" not in answer
    return [artist and artist["chartPresence"] for artist in answer["data"]["artists"]]


async def test_presence_is_answered_whole(ask: Ask, database: Database) -> None:
    await stored(database)

    assert await presences(ask, 61, 62, 63) == [NOVA, NOWHERE, None]


async def test_the_index_answers_the_same(ask: Ask, database: Database, services: Services) -> None:
    await stored(database)
    await index_artists(services.store)
    await index_charts(services.store)

    assert await presences(ask, 61, 62, 61) == [NOVA, NOWHERE, NOVA]


async def test_families_and_the_number_of_placements_are_those_asked_for(ask: Ask, database: Database) -> None:
    await stored(database)

    (found,) = await presences(ask, 61, families=["BILLBOARD"], limit=1)

    assert (found["chartCount"], found["families"]) == (1, ["BILLBOARD"])
    assert [placement["rank"] for placement in found["charts"][0]["placements"]] == [4]


async def test_a_limit_out_of_bounds_is_bad_input(ask: Ask, database: Database) -> None:
    await stored(database)

    answer = await ask(PRESENCE, ids=[61], limit=1001)

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "from 1 to 1000" in answer["errors"][0]["message"]


async def test_a_roster_costs_the_same_commands_whatever_its_size(
    ask: Ask, database: Database, services: Services, commands: Commands
) -> None:
    ids = range(1, 501)
    await database.artists(*(artist_document(number, name=f"Nova {number}", platforms={}) for number in ids))
    rows = [chart_row(number, artist=f"Nova {number} feat. Ana") for number in ids]
    await database.insert("charts.billboard", chart_document(*rows), chart_document(*rows, date="2026-11-21"))
    await index_artists(services.store)
    await index_charts(services.store)
    commands.sent.clear()

    found = await presences(ask, *ids)

    assert [presence["charts"][0]["entryCount"] for presence in found] == [2] * 500
    # Artists, state, groups, known names, places.
    assert commands.names == ["find", "find", "aggregate", "find", "aggregate"]


async def test_who_asks_for_no_placements_reads_none(
    ask: Ask, database: Database, services: Services, commands: Commands
) -> None:
    await stored(database)
    await index_charts(services.store)
    commands.sent.clear()

    await ask("{ artist(id: 61) { chartPresence { charts { source rank entryCount } } } }")

    assert [command.get("find") or command.get("aggregate") for command in commands.sent] == [
        "artists_v2",
        "artist_chart_presence",
        "artist_chart_presence",
    ]
