"""Subscriptions over the whole schema: an event's selection is answered as a query's is."""

import asyncio
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import orjson
import strawberry

from execution.executor import Request
from execution.streams import Streams
from resolvers.context import Context
from schema import format_errors
from services import Services
from services.freshness import Caller
from tests.builders import NOW, artist_document, stats_document
from tests.conftest import Commands, Database
from tests.talking import end_refresh

LONG_AGO = (NOW - timedelta(days=365)).isoformat()


async def first_event(schema: strawberry.Schema, services: Services, selection: str) -> Any:
    query = f'subscription {{ artistStatsRefreshed(ids: [61, 62], since: "{LONG_AGO}") {selection} }}'
    context = Context(services, Caller(may_refresh=True))
    streams = Streams(schema, format_errors=format_errors)
    async with asyncio.timeout(30), aclosing(streams.answers(Request(query), context)) as answers:
        return orjson.loads((await anext(answers)).body)


async def test_an_event_is_the_artist_as_it_is_stored(
    schema: strawberry.Schema, services: Services, database: Database
) -> None:
    await database.artists(artist_document())
    await database.stats(stats_document(last_refresh_error="songstats: away"))
    await end_refresh(services.store, 61)

    event = await first_event(
        schema, services, "{ id country stats { spotifyFollowers fresh } statsHealth { lastRefreshError } }"
    )

    assert event == {
        "data": {
            "artistStatsRefreshed": {
                "id": 61,
                "country": "ES",
                "stats": {"spotifyFollowers": 1_204_331, "fresh": True},
                "statsHealth": {"lastRefreshError": "songstats: away"},
            }
        }
    }


async def test_an_event_asks_for_what_is_selected_alone(
    schema: strawberry.Schema, services: Services, database: Database, commands: Commands
) -> None:
    await database.artists(artist_document())
    await end_refresh(services.store, 61)

    await first_event(schema, services, "{ id name }")

    asked = next(command for command in commands.sent if command.get("find") == "artists_v2")
    assert asked["projection"].keys() <= {"_id", "id", "name"}


async def test_a_refresh_is_not_asked_for_in_an_event(
    schema: strawberry.Schema, services: Services, database: Database
) -> None:
    await database.artists(artist_document())
    await end_refresh(services.store, 61)

    event = await first_event(schema, services, "{ id stats(refresh: true) { fresh } }")

    assert event["data"] == {"artistStatsRefreshed": {"id": 61, "stats": None}}
    assert event["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
