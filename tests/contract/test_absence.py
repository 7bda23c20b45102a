"""Absence is an answer, not an error: null, and why stands in statsHealth and meta."""

from typing import Any

import httpx

from tests.builders import artist_document, stats_document
from tests.conftest import Database

QUERY = """
{
  artist(id: 61) {
    stats { spotifyFollowers }
    statsHealth { id exists fresh updatedAt lastRefreshSource lastRefreshError }
    popularity { items { date } meta { fresh lastDate error } summary { current { value } } sparkline(points: 2) }
  }
}
"""


async def ask(client: httpx.AsyncClient, query: str = QUERY) -> Any:
    return (await client.post("/graphql", json={"query": query})).json()


async def test_an_unknown_artist_is_null(client: httpx.AsyncClient) -> None:
    assert await ask(client, "{ artist(id: 7) { id } }") == {"data": {"artist": None}}


async def test_ids_that_no_artist_can_have_are_unknown(client: httpx.AsyncClient) -> None:
    assert await ask(client, "{ artists(ids: [0, -1, -2147483648]) { id } }") == {"data": {"artists": [None] * 3}}


async def test_an_artist_without_numbers_has_nulls_and_reasons(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document())

    assert await ask(client) == {
        "data": {
            "artist": {
                "stats": None,
                "statsHealth": {
                    "id": 61,
                    "exists": False,
                    "fresh": False,
                    "updatedAt": None,
                    "lastRefreshSource": None,
                    "lastRefreshError": "No provider is configured.",
                },
                "popularity": {
                    "items": [],
                    "meta": {"fresh": False, "lastDate": None, "error": "No provider is configured."},
                    "summary": None,
                    "sparkline": [None, None],
                },
            }
        }
    }


async def test_an_artist_unknown_to_soundcharts_has_no_popularity(
    client: httpx.AsyncClient, database: Database
) -> None:
    await database.artists(artist_document(external_data={"soundcharts_uuid": None}))

    assert await ask(client, "{ artist(id: 61) { popularity { items { date } } } }") == {
        "data": {"artist": {"popularity": None}}
    }


async def test_a_document_that_only_records_a_failure_does_not_exist(
    client: httpx.AsyncClient, database: Database
) -> None:
    await database.artists(artist_document())
    await database.stats({"artist_id": 61, "last_refresh_error": "Songstats: 500."})

    artist = (await ask(client))["data"]["artist"]

    assert artist["stats"] is None
    assert artist["statsHealth"]["exists"] is False
    assert artist["statsHealth"]["lastRefreshError"] == "Songstats: 500."


async def test_a_document_without_metrics_exists_with_every_metric_null(
    client: httpx.AsyncClient, database: Database
) -> None:
    await database.artists(artist_document())
    document = stats_document()
    await database.stats({key: document[key] for key in ("artist_id", "updatedAt")})

    artist = (await ask(client))["data"]["artist"]

    assert artist["stats"] == {"spotifyFollowers": None}
    assert artist["statsHealth"]["exists"] is True


async def test_a_value_without_its_origin_is_of_unknown_source(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document(provenance=None))

    answer = await ask(
        client, "{ artist(id: 61) { stats { provenance(metrics: [YOUTUBE_VIEWS]) { metric source at fresh } } } }"
    )

    assert answer["data"]["artist"]["stats"]["provenance"] == [
        {"metric": "YOUTUBE_VIEWS", "source": "unknown", "at": None, "fresh": False}
    ]
