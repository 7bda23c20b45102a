"""An unexpected fault is masked on both surfaces, and its id leads to the line of the log that has its cause."""

import io
import json
import sys
from typing import Any

import httpx
import pytest

import logs
from tests.builders import Document, artist_document, stats_document
from tests.conftest import Database

CAUSE = "Failed to parse number 'Nova Ruiz'"
MASK = "Something went wrong on our side."
QUERY = "{ artist(id: 61) { id } }"

Log = io.StringIO


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    """What is written to the log."""
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    logs.set_up_logs(level="info", log_format="json")
    return stderr


@pytest.fixture
async def _broken_artists(database: Database) -> None:
    """Artists are a view that MongoDB itself fails at: nothing that was foreseen."""
    await database.insert("kisum_data.people", artist_document())
    await make_view(database, "kisum_data.artists_v2", of="people", stage={"$set": {"id": {"$toInt": "$name"}}})


@pytest.fixture
async def _broken_stats(database: Database) -> None:
    """So are the stats of two artists."""
    await database.artists(artist_document(61), artist_document(62))
    await database.insert("data_analyst.numbers", stats_document(61), stats_document(62))
    await make_view(
        database,
        "data_analyst.artist_data",
        of="numbers",
        stage={"$set": {"spotify_followers": {"$toInt": "$last_refresh_source"}}},
    )


async def make_view(database: Database, name: str, *, of: str, stage: Document) -> None:
    in_database, _, collection = name.partition(".")
    await database.client[database.prefix + in_database].create_collection(collection, viewOn=of, pipeline=[stage])


def causes(log: Log, error_id: str) -> list[dict[str, Any]]:
    """The lines that tell the cause of the fault of this id."""
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [line for line in lines if line.get("error_id") == error_id]


@pytest.mark.usefixtures("_broken_artists")
async def test_a_problem_documents_request_id_leads_to_the_cause(client: httpx.AsyncClient, log: Log) -> None:
    answer = await client.get("/analyst/artists/61/stats")

    assert (answer.status_code, answer.json()["detail"]) == (500, MASK)
    assert "Nova" not in answer.text
    (line,) = causes(log, answer.json()["requestId"])
    assert line["event"] == "unexpected_error"
    assert CAUSE in line["exception"]
    assert line["request_id"] == answer.headers["x-request-id"] == answer.json()["requestId"]


@pytest.mark.usefixtures("_broken_artists")
async def test_a_graphql_errors_id_leads_to_the_cause(client: httpx.AsyncClient, log: Log) -> None:
    answer = await client.post("/graphql", json={"query": QUERY})

    (error,) = answer.json()["errors"]
    assert (answer.json()["data"], error["message"]) == ({"artist": None}, MASK)
    assert "Nova" not in answer.text
    (line,) = causes(log, error["extensions"]["errorId"])
    assert line["event"] == "unexpected_error"
    assert line["path"] == ["artist"]
    assert CAUSE in line["exception"]
    assert line["request_id"] == answer.headers["x-request-id"]


@pytest.mark.usefixtures("_broken_stats")
async def test_one_fault_has_one_id_and_one_line_however_many_rows_it_spoils(
    client: httpx.AsyncClient, log: Log
) -> None:
    answer = await client.post(
        "/graphql", json={"query": "{ artists(ids: [61, 62]) { name stats(storedOnly: true) { spotifyFollowers } } }"}
    )

    first, second = answer.json()["errors"]
    assert first["extensions"]["errorId"] == second["extensions"]["errorId"]
    assert len(causes(log, first["extensions"]["errorId"])) == 1


async def test_a_fault_that_was_foreseen_has_no_id(client: httpx.AsyncClient, log: Log) -> None:
    answer = await client.post("/graphql", json={"query": "{ artists(ids: [%s]) { id } }" % ("1," * 501)})

    (error,) = answer.json()["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "unexpected_error" not in log.getvalue()
