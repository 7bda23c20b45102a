"""Documents in the shapes that exist in the wild never break an answer: what is unusable is null."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from bson import Decimal128, Int64

from tests.builders import artist_document, point_document, stats_document
from tests.conftest import Database

EVERYTHING = """
{
  artist(id: 61) {
    id name sortName image country genres
    platforms { platform id }
    stats { id spotifyFollowers youtubeViews updatedAt fresh lastRefreshSource provenance { metric source at } }
    statsHealth { exists fresh updatedAt lastRefreshSource lastRefreshError }
    popularity { items { date value } meta { lastDate } summary { peak { value } years { average } } sparkline }
    months: popularity(interval: MONTH) { items { date value } }
  }
}
"""


async def ask(client: httpx.AsyncClient) -> Any:
    answer = (await client.post("/graphql", json={"query": EVERYTHING})).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["artist"]


@pytest.mark.parametrize(
    "changes",
    [
        {"platforms": None},
        {"platforms": []},
        {"platforms": {"spotify": None, "youtube": "UC1", "myspace": {"id": "x"}, "deezer": {"id": 27}}},
        {"streamingPlatforms": {"spotify": {"id": None}, "tidal": {"id": 1.5}}},
        {"name": None, "sortName": 5, "image": {"url": None}, "country": ["ES"], "genres": None},
        {"name": "", "genres": ["pop", None, 3, " "], "image": {"small": "x"}},
        {"external_data": None},
        {"external_data": "none"},
        {"id": 61.0},
        {"id": Int64(61)},
    ],
    ids=lambda changes: "+".join(changes),
)
async def test_artists_of_every_shape_are_answered(
    client: httpx.AsyncClient, database: Database, changes: dict[str, Any]
) -> None:
    await database.artists(artist_document(**changes))

    artist = await ask(client)

    assert artist["id"] == 61


async def test_streaming_platforms_alone_are_enough(client: httpx.AsyncClient, database: Database) -> None:
    document = artist_document(streamingPlatforms={"deezer": {"id": "27"}})
    del document["platforms"]
    await database.artists(document)

    assert (await ask(client))["platforms"] == [{"platform": "DEEZER", "id": "27"}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12.0, 12),
        (Int64(12), 12),
        (2**53 + 1, 2**53 + 1),
        (0, None),
        (-1, None),
        (1.5, None),
        ("12", None),
        (True, None),
        ([], None),
        (Decimal128("12"), None),
        (float("nan"), None),
        (float("inf"), None),
    ],
    ids=str,
)
async def test_numbers_of_every_type_are_answered(
    client: httpx.AsyncClient, database: Database, value: Any, expected: int | None
) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document(spotify_followers=value))

    assert (await ask(client))["stats"]["spotifyFollowers"] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 11, 19, 8, tzinfo=UTC), "2026-11-19T08:00:00.000Z"),
        ("2026-11-19T08:00:00Z", "2026-11-19T08:00:00.000Z"),
        ("2026-11-19T09:00:00+01:00", "2026-11-19T08:00:00.000Z"),
        ("2026-11-19 08:00:00", "2026-11-19T08:00:00.000Z"),
        ("2026-11-19", "2026-11-19T00:00:00.000Z"),
        ("soon", None),
        (1763539200, None),
        (None, None),
    ],
    ids=str,
)
async def test_times_of_every_type_are_answered(
    client: httpx.AsyncClient, database: Database, value: Any, expected: str | None
) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document(updatedAt=value))

    artist = await ask(client)

    assert artist["statsHealth"]["updatedAt"] == expected
    assert (artist["stats"] or {}).get("updatedAt") == expected


@pytest.mark.parametrize(
    "provenance",
    [None, [], "viberate", {"spotify_followers": "viberate"}, {"spotify_followers": {"source": 1}}, {"x": {}}],
    ids=str,
)
async def test_origins_of_every_shape_are_answered(
    client: httpx.AsyncClient, database: Database, provenance: Any
) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document(provenance=provenance))

    origins = (await ask(client))["stats"]["provenance"]

    assert {origin["source"] for origin in origins} == {"unknown"}


@pytest.mark.parametrize(
    ("date", "value"),
    [
        (None, 50),
        ("", 50),
        ("soon", 50),
        ("2026-02-30", 50),
        (20261101, 50),
        ("2026-11-01", None),
        ("2026-11-01", "50"),
        ("2026-11-01", 0),
        ("2026-11-01", 101),
        ("2026-11-01", -3),
        ("2026-11-01", 49.5),
        ("2026-11-01", float("nan")),
        ("2026-11-01", [50]),
        ("2026-11-01", {"v": 50}),
    ],
    ids=str,
)
async def test_one_unusable_point_spoils_nothing(
    client: httpx.AsyncClient, database: Database, date: Any, value: Any
) -> None:
    await database.artists(artist_document())
    await database.points(point_document("2026-10-15", 71), point_document(date, value))

    popularity = (await ask(client))["popularity"]

    assert popularity["items"] == [{"date": "2026-10-15", "value": 71}]
    assert popularity["summary"] == {"peak": {"value": 71}, "years": [{"average": 71.0}]}


async def test_days_of_both_notations_are_one_series(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document())
    await database.points(
        point_document(datetime(2026, 11, 2, tzinfo=UTC), 72.0),
        point_document("2026-11-01", 71),
        point_document("2026-11-02", Int64(70), source="other"),
        point_document("2026-11-03T00:00:00+01:00", 73),
    )

    artist = await ask(client)

    assert artist["popularity"]["items"] == [
        {"date": "2026-11-01", "value": 71},
        {"date": "2026-11-02", "value": 72},
        {"date": "2026-11-03", "value": 73},
    ]
    assert artist["months"]["items"] == [{"date": "2026-11-01", "value": 72}]
