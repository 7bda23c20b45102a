import json
from collections.abc import Iterator

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from commands.__main__ import app
from tests.builders import Document, artist_document

COLLECTIONS = ("kworb_itunes_charts", "kworb_radio_charts")


@pytest.fixture
def charts(mongodb: str) -> Iterator[None]:
    """Artists and charts in the databases that the command reads, which have no prefix."""
    with MongoClient[Document](mongodb) as client:
        client.kisum_data.artists_v2.insert_many(
            [artist_document(61), artist_document(62, name="Bo"), artist_document(63, name="BO")]
        )
        client.charts.kworb_itunes_charts.insert_one(
            {"data": [{"artist": "Nova Ruiz"}, {"artist": "Bo"}, {"artist": "Cy"}]}
        )
        client.charts.kworb_radio_charts.insert_one({"data": [{"artist": "Bo", "artist_id": 62}]})
        yield
        client.kisum_data.artists_v2.delete_many({"id": {"$in": [61, 62, 63]}})
        for name in COLLECTIONS:
            client.charts[name].delete_many({})


def run(mongodb: str, *options: str) -> Result:
    return CliRunner().invoke(app, ["charts", "enrich", *options], env={"DB_MONGO_PROD_KISUM": mongodb})


@pytest.mark.usefixtures("charts")
def test_people_are_told_what_each_collection_was_given_and_whose_names_are_ambiguous(mongodb: str) -> None:
    told = run(mongodb, *(f"--collection={name}" for name in COLLECTIONS))

    assert (told.exit_code, told.stderr) == (0, "")
    assert [line.split() for line in told.stdout.splitlines()] == [
        ["COLLECTION", "ROWS", "HAD", "AN", "ID", "GIVEN", "ONE", "AMBIGUOUS", "MISSED"],
        ["kworb_itunes_charts", "3", "0", "1", "1", "0"],
        ["kworb_radio_charts", "1", "1", "0", "0", "0"],
        [],
        ["AMBIGUOUS", "NAME", "ROWS", "COLLECTION", "ARTISTS"],
        ["Bo", "1", "kworb_itunes_charts", "62", "63"],
    ]


@pytest.mark.usefixtures("charts")
def test_programs_are_told_the_same_of_all_collections(mongodb: str) -> None:
    told = json.loads(run(mongodb, "--json").stdout)

    assert [one for one in told if one["rows"]] == [
        {
            "collection": "kworb_itunes_charts",
            "rows": 3,
            "carried": 0,
            "given": 1,
            "missedDocuments": 0,
            "ambiguous": [{"name": "Bo", "artistIds": [62, 63], "rows": 1}],
        },
        {
            "collection": "kworb_radio_charts",
            "rows": 1,
            "carried": 1,
            "given": 0,
            "missedDocuments": 0,
            "ambiguous": [],
        },
    ]
    assert len(told) == 13


def test_a_collection_that_is_none_is_refused_with_those_that_are(mongodb: str) -> None:
    told = run(mongodb, "--collection=kworb")

    assert told.exit_code == 2
    assert "kworb_shazam_charts" in told.stderr
