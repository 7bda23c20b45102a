"""Commands over the run's mongod: they read databases without a prefix, which are emptied of charts afterwards."""

from collections.abc import Callable, Iterator

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from commands.__main__ import app
from tests.builders import Document, artist_document

RunCharts = Callable[..., Result]


@pytest.fixture
def charts(mongodb: str) -> Iterator[MongoClient[Document]]:
    """The databases, with one artist in them."""
    with MongoClient[Document](mongodb, tz_aware=True) as client:
        client.kisum_data.artists_v2.insert_one(artist_document())
        yield client
        client.kisum_data.artists_v2.delete_one({"id": 61})
        client.drop_database("charts")
        client.data_analyst.refresh_state.delete_many({"_id": {"$regex": "^(page|charts):"}})


@pytest.fixture
def run_charts(mongodb: str) -> RunCharts:
    """Runs `charts` with these arguments over the run's mongod."""

    def run(*arguments: str, **variables: str) -> Result:
        return CliRunner().invoke(app, ["charts", *arguments], env={"DB_MONGO_PROD_KISUM": mongodb, **variables})

    return run
