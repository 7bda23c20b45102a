import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from commands.__main__ import app
from commands.charts.rebuild import ELSEWHERE
from services.charts.rebuild import SUBJECT
from services.leases import Leases
from services.store import open_store
from tests.builders import Document, chart_document, chart_row, listeners_row


@pytest.fixture
def charts(mongodb: str) -> Iterator[Any]:
    """Charts in the database that the command reads, which has no prefix."""
    with MongoClient[Document](mongodb) as client:
        client.charts.billboard.insert_one(chart_document(chart_row(), chart_row(5)))
        client.charts.kworb_spotify_listeners.insert_one(listeners_row())
        yield client.charts
        for name in ("billboard", "kworb_spotify_listeners", "artist_chart_presence"):
            client.charts.drop_collection(name)
        client.data_analyst.refresh_state.delete_many({})


def run(mongodb: str, *options: str) -> Result:
    return CliRunner().invoke(app, ["charts", "rebuild", *options], env={"DB_MONGO_PROD_KISUM": mongodb})


def test_the_index_is_built_and_what_it_has_told(mongodb: str, charts: Any) -> None:
    told = run(mongodb)

    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout.startswith("3 rows in ")
    state = charts.artist_chart_presence.find_one({"_id": "state"})
    assert charts.artist_chart_presence.count_documents({"_id.generation": state["generation"]}) == 3


@pytest.mark.usefixtures("charts")
def test_programs_are_told_the_same(mongodb: str) -> None:
    told = json.loads(run(mongodb, "--json").stdout)

    assert (set(told), told["rows"]) == ({"rows", "seconds"}, 3)


async def test_who_finds_another_process_at_it_is_told_so(mongodb: str, charts: Any) -> None:
    async with open_store(mongodb) as store:
        leases = Leases(store)
        lease = await leases.take(SUBJECT, ttl=timedelta(minutes=1))
        assert lease is not None

    told = await asyncio.to_thread(run, mongodb)

    assert (told.exit_code, told.stdout, told.stderr) == (1, "", f"{ELSEWHERE}\n")
    assert charts.artist_chart_presence.find_one({"_id": "state"}) is None
