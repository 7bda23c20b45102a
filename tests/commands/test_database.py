from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from commands.database import data_folder, database_to_read, published
from services import EmbeddedMongoUnavailable, embedded_mongodb
from settings import Settings, SettingsInvalid
from tests.builders import Document

MakeSettings = Callable[..., Settings]


@pytest.fixture
def nothing_configured(make_settings: MakeSettings, tmp_path: Path) -> Settings:
    return make_settings(embedded_mongodb_uri=None, data_dir=tmp_path)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[str]:
    """The address of an embedded database in the folder, as long as the test lasts."""
    with embedded_mongodb(tmp_path) as uri:
        yield uri


def test_a_configured_database_is_the_one_to_read(make_settings: MakeSettings) -> None:
    settings = make_settings(db_mongo_prod_kisum="mongodb://somewhere")

    with database_to_read(settings) as found:
        assert found == settings


def test_a_server_that_runs_is_asked_where_its_database_is(nothing_configured: Settings, running: str) -> None:
    bases = {"viberate": "http://127.0.0.1:9/viberate"}

    with published(data_folder(nothing_configured), running, bases), database_to_read(nothing_configured) as found:
        assert (found.mongodb_uri, found.sandbox_bases) == (running, bases)


def test_what_nobody_runs_is_started_and_its_data_is_there(nothing_configured: Settings, tmp_path: Path) -> None:
    with embedded_mongodb(tmp_path) as uri, MongoClient[Document](uri) as client:
        client.kisum_data.artists_v2.insert_one({"id": 61})

    with database_to_read(nothing_configured) as found, MongoClient[Document](found.mongodb_uri) as client:
        assert client.kisum_data.artists_v2.count_documents({}) == 1


def test_a_database_whose_address_is_not_told_is_not_guessed(nothing_configured: Settings, running: str) -> None:
    with (
        pytest.raises(EmbeddedMongoUnavailable, match="Another run uses the data"),
        database_to_read(nothing_configured),
    ):
        pass


def test_where_nothing_was_ever_stored_nothing_is_begun(nothing_configured: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=f"there is no data in {tmp_path}"), database_to_read(nothing_configured):
        pass

    assert list(tmp_path.iterdir()) == []


def test_an_address_is_gone_when_its_database_is(tmp_path: Path) -> None:
    with published(tmp_path, "mongodb://127.0.0.1:1/", {}):
        (path,) = tmp_path.iterdir()
        assert "mongodb://127.0.0.1:1/" in path.read_text()

    assert list(tmp_path.iterdir()) == []
