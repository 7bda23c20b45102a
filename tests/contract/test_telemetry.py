"""What a roster leaves in telemetry: what those who run the server watch."""

import httpx

from tests.builders import artist_document, stats_document
from tests.conftest import Database
from tests.services.conftest import counted

ROSTER = "query Roster { artists(ids: [61, 62, 63]) { name stats(storedOnly: true) { spotifyFollowers } } }"


async def ask(client: httpx.AsyncClient, query: str = ROSTER) -> None:
    await client.post("/graphql", json={"query": query, "operationName": "Roster"})


async def test_a_roster_is_one_batch_of_all_its_artists(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(*(artist_document(artist_id) for artist_id in (61, 62, 63)))
    await database.stats(*(stats_document(artist_id) for artist_id in (61, 62, 63)))
    sizes = "kisum_batch_size"
    before = counted(f"{sizes}_count", function="stats.stats"), counted(f"{sizes}_sum", function="stats.stats")

    await ask(client)

    assert counted(f"{sizes}_count", function="stats.stats") == before[0] + 1
    assert counted(f"{sizes}_sum", function="stats.stats") == before[1] + 3


async def test_what_it_asks_of_mongodb_is_counted(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document(61))
    before = counted("kisum_mongodb_commands_total", command="find", outcome="succeeded")

    await ask(client)

    assert counted("kisum_mongodb_commands_total", command="find", outcome="succeeded") == before + 2


async def test_errors_are_counted_by_their_code(client: httpx.AsyncClient) -> None:
    before = counted("kisum_errors_total", code="GRAPHQL_PARSE_FAILED")

    await ask(client, "{")

    assert counted("kisum_errors_total", code="GRAPHQL_PARSE_FAILED") == before + 1


async def test_it_is_all_told_at_metrics(client: httpx.AsyncClient, database: Database) -> None:
    await database.artists(artist_document(61))
    await ask(client)

    text = (await client.get("/metrics")).text

    for told in (
        'kisum_operation_duration_seconds_count{operation="Roster"} ',
        'kisum_batch_size_count{function="artist.artists"} ',
        'kisum_mongodb_commands_total{command="find",outcome="succeeded"} ',
        "kisum_mongodb_connections_open ",
        "kisum_event_loop_lag_seconds_count ",
    ):
        assert told in text
