"""In which charts does this artist stand, and where: every row of the contract's table, over both surfaces."""

from typing import Any

import httpx
import pytest
from bson import Int64

from services import Services
from tests.builders import Document, artist_document
from tests.conftest import Database
from tests.indexing import index_artists, index_charts

SPOTIFY_ID = "4q3ewBCX7sLwd24euuV69X"
AT = "2026-11-19T08:00:00.000Z"
NOVA = "Nova Ruiz"

# By collection: documents of it, each with what a row of it is found to be the artist's by. The rank is the number.
STORED: dict[str, dict[str, Document]] = {
    "kworb_spotify_top_artists": {"ARTIST_ID": {"artist_id": 61}, "SPOTIFY_ID": {"spotify_id": SPOTIFY_ID}},
    "kworb_spotify_listeners": {"ARTIST_ID": {"artist_id": 61.0}, "SPOTIFY_ID": {"spotifyId": SPOTIFY_ID}},
    "kworb_global_artists": {
        "ARTIST_ID": {"artist_id": Int64(61)},
        "SLUG": {"kworbSlug": "novaruiz"},
        "NAME": {"artist": "NOVA RUÍZ"},
    },
    "kworb_current_charts": {"ARTIST_ID": {"artist_id": 61}, "NAME": {"artist": NOVA}},
    "kworb_spotify_country_charts": {
        "ARTIST_ID": {"artist_id": 61, "artist": "Ana"},
        "SPOTIFY_ID": {"spotifyArtistId": SPOTIFY_ID},
        "NAME": {"artist": "nova-ruiz"},
    },
    "billboard": {
        "ARTIST_ID": {"artist": [{"id": 7, "name": "Ana"}, {"id": 61, "name": NOVA}]},
        "NAME": {"artist": [{"id": None, "name": NOVA}]},
    },
    "kworb_itunes_charts": {"ARTIST_ID": {"artist_id": 61}, "NAME": {"artist": f"{NOVA} feat. Ana"}},
    "kworb_apple_music_charts": {"NAME": {"artist": f"{NOVA} ft. Ana"}},
    "kworb_radio_charts": {"NAME": {"artist": f"{NOVA.upper()} f/ANA"}},
    "kworb_spotify_period_charts": {"NAME": {"artist": f"{NOVA} & Ana"}},
    "kworb_youtube_charts": {"NAME": {"artist": f"{NOVA}, Ana"}},
    "kworb_shazam_charts": {"NAME": {"artist": NOVA}},
    "kworb_deezer_charts": {"ARTIST_ID": {"artist_id": 61}},
}
FLAT = ("kworb_spotify_top_artists", "kworb_spotify_listeners", "kworb_global_artists", "kworb_current_charts")
# What is another's whatever it is called: its row stands in every collection too.
ANOTHERS = {
    "artist_id": 62,
    "artist": NOVA,
    "spotify_id": SPOTIFY_ID,
    "spotifyId": SPOTIFY_ID,
    "spotifyArtistId": SPOTIFY_ID,
    "kworbSlug": "novaruiz",
}
QUERY = """{ artist(id: 61) { chartPresence {
  chartCount families scrapedAtMax
  charts { source family rank entryCount scrapedAt placements { rank scope title date matchedBy } }
} } }"""


@pytest.fixture(params=["index", "scan"], autouse=True)
async def _stored(request: pytest.FixtureRequest, database: Database, services: Services) -> None:
    await database.artists(artist_document(), artist_document(62, name="Sol", platforms={}))
    for name, rows in STORED.items():
        ranked = [row | {"rank": rank, "title": "Luz"} for rank, row in enumerate((*rows.values(), ANOTHERS), 1)]
        if name in FLAT:
            await database.insert(f"charts.{name}", *(row | {"scrapedAt": AT} for row in ranked))
        else:
            await database.insert(f"charts.{name}", {"country": "es", "scrapedAt": AT, "data": ranked})
    await index_artists(services.store)
    if request.param == "index":
        await index_charts(services.store)


async def presence(client: httpx.AsyncClient) -> Any:
    return (await client.post("/graphql", json={"query": QUERY})).json()["data"]["artist"]["chartPresence"]


async def test_an_artist_is_found_by_every_key_of_every_collection(client: httpx.AsyncClient) -> None:
    found = await presence(client)

    assert {chart["source"]: [one["matchedBy"] for one in chart["placements"]] for chart in found["charts"]} == {
        name: list(rows) for name, rows in STORED.items()
    }
    assert [chart["source"] for chart in found["charts"]] == sorted(STORED)
    assert (found["chartCount"], found["scrapedAtMax"]) == (13, AT)
    assert sorted(found["families"]) == [
        "APPLE_MUSIC",
        "BILLBOARD",
        "CURRENT",
        "DEEZER",
        "GLOBAL_ARTISTS",
        "ITUNES",
        "RADIO",
        "SHAZAM",
        "SPOTIFY",
        "SPOTIFY_LISTENERS",
        "YOUTUBE",
    ]


async def test_rest_tells_the_same_in_its_own_words(client: httpx.AsyncClient) -> None:
    found = await presence(client)

    told = (await client.get("/analyst/artists/61/chart-presence")).json()["data"]

    assert (told["artistId"], told["name"], told["spotifyId"]) == (61, NOVA, SPOTIFY_ID)
    assert (told["chartCount"], told["scrapedAtMax"]) == (found["chartCount"], found["scrapedAtMax"])
    assert told["families"] == [family.lower() for family in found["families"]]
    for chart, row in zip(found["charts"], told["charts"], strict=True):
        assert (row["source"], row["family"], row["entryCount"]) == (
            chart["source"],
            chart["family"].lower(),
            chart["entryCount"],
        )
        assert row.get("rank") == chart["rank"]
        assert ("rank" in row) is (chart["entryCount"] == 1)
        places = [{name: one[name] for name in ("rank", "scope", "title", "date")} for one in chart["placements"]]
        assert row.get("placements") == (None if "rank" in row else places)
