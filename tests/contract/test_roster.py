"""A roster of N artists costs a fixed number of MongoDB round trips, whatever N."""

from typing import Any

import httpx
import pytest

from tests.builders import artist_document, point_document, stats_document
from tests.conftest import Commands, Database

ROSTER = """
query Roster($ids: [Int!]!) {
  artists(ids: $ids) {
    id
    name
    platforms { platform id }
    stats { spotifyFollowers youtubeViews updatedAt fresh provenance { metric source at fresh } }
    listeners: stats(storedOnly: true) { spotifyMonthlyListeners }
    statsHealth { exists fresh updatedAt lastRefreshError }
    popularity { items { date value } meta { fresh lastDate error } sparkline(points: 10) }
    weekly: popularity(interval: WEEK) { items { date value } summary { current { value } years { year average } } }
  }
}
"""


async def stored(database: Database, count: int) -> list[int]:
    ids = list(range(1, count + 1))
    await database.artists(*(artist_document(i) for i in ids))
    await database.stats(*(stats_document(i) for i in ids))
    await database.points(*(point_document(f"2026-11-{day:02}", 50 + day, artist_id=i) for i in ids for day in (1, 2)))
    return ids


async def ask(client: httpx.AsyncClient, ids: list[int]) -> Any:
    answer = (await client.post("/graphql", json={"query": ROSTER, "variables": {"ids": ids}})).json()
    assert "errors" not in answer, answer["errors"][:1]
    return answer["data"]["artists"]


@pytest.mark.parametrize("count", [1, 50, 500])
async def test_a_roster_costs_the_same_commands_whatever_its_size(
    client: httpx.AsyncClient, database: Database, commands: Commands, count: int
) -> None:
    ids = await stored(database, count)

    rows = await ask(client, ids)

    assert [row["id"] for row in rows] == ids
    assert all(row["stats"]["spotifyFollowers"] and row["popularity"]["items"] for row in rows)
    # Artists; stats and health, whatever their aliases; points. The newest day, sparkline, weeks, their summary.
    assert sorted(commands.names) == ["aggregate"] * 4 + ["find"] * 3


@pytest.mark.parametrize("count", [1, 500])
async def test_stats_and_health_are_one_find(
    client: httpx.AsyncClient, database: Database, commands: Commands, count: int
) -> None:
    ids = await stored(database, count)

    await client.post(
        "/graphql",
        json={
            "query": "query($ids: [Int!]!) { artists(ids: $ids) { stats { spotifyFollowers } statsHealth { fresh } } }",
            "variables": {"ids": ids},
        },
    )

    # Both at once, in whichever order they get there.
    assert sorted(command["find"] for command in commands.sent) == ["artist_data", "artists_v2"]


async def test_mongodb_is_asked_for_no_more_than_the_selection_needs(
    client: httpx.AsyncClient, database: Database, commands: Commands
) -> None:
    await stored(database, 1)

    await client.post("/graphql", json={"query": "{ artist(id: 1) { name stats { deezerFans } } }"})

    artists, stats = sorted(commands.sent, key=lambda command: str(command["find"]), reverse=True)
    assert artists["projection"] == {"_id": 0, "id": 1, "name": 1}
    assert stats["projection"] == {"_id": 0, "artist_id": 1, "deezer_fans": 1, "updatedAt": 1}


async def test_the_order_asked_is_kept_with_duplicates_in_their_places(
    client: httpx.AsyncClient, database: Database
) -> None:
    await stored(database, 3)

    rows = await ask(client, [3, 1, 3, 99, 2])

    assert [row and row["id"] for row in rows] == [3, 1, 3, None, 2]
    assert rows[0] == rows[2]


async def test_an_empty_roster_is_an_empty_list(client: httpx.AsyncClient, commands: Commands) -> None:
    assert await ask(client, []) == []
    assert commands.names == []
