from collections.abc import Iterator
from datetime import timedelta

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from commands.__main__ import app
from tests.builders import NOW, Document

STORED = {
    "_id": "account",
    "user_id": "17841405793187218",
    "username": "kisum.agency",
    "token": "gAAAAsealed",
    "expiresAt": NOW + timedelta(days=60),
    "renewedAt": NOW,
    "sandbox": False,
}


@pytest.fixture
def accounts(mongodb: str) -> Iterator["MongoClient[Document]"]:
    """A client of the databases that the command reads, which have no prefix."""
    with MongoClient[Document](mongodb) as client:
        yield client
        client.auth.instagram.delete_many({})


def run(mongodb: str, verb: str) -> Result:
    return CliRunner().invoke(app, ["instagram-account", verb], env={"DB_MONGO_PROD_KISUM": mongodb})


def test_the_account_is_shown_and_its_token_is_not(mongodb: str, accounts: "MongoClient[Document]") -> None:
    accounts.auth.instagram.insert_one(STORED)

    result = run(mongodb, "show")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "account            @kisum.agency (17841405793187218)",
        "token holds until  2027-01-19T08:00:00.000Z",
        "renewed            2026-11-20T08:00:00.000Z",
        "token is stored    encrypted",
    ]


def test_what_an_older_version_stored_is_shown_as_what_it_is(mongodb: str, accounts: "MongoClient[Document]") -> None:
    accounts.auth.instagram.insert_one({"access_token": "IGAAclear", "sandbox": True})

    result = run(mongodb, "show")

    assert "in the clear" in result.stdout
    assert "played by          the sandbox" in result.stdout
    assert "IGAA" not in result.stdout


def test_the_account_is_forgotten(mongodb: str, accounts: "MongoClient[Document]") -> None:
    accounts.auth.instagram.insert_one(STORED)

    result = run(mongodb, "forget")

    assert result.exit_code == 0
    assert result.stdout.startswith("Forgotten: @kisum.agency (17841405793187218).")
    assert list(accounts.auth.instagram.find()) == []


@pytest.mark.parametrize("verb", ["show", "forget"])
@pytest.mark.usefixtures("accounts")
def test_no_account_is_one_line_and_exit_code_1(mongodb: str, verb: str) -> None:
    result = run(mongodb, verb)

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "No Instagram account is connected.\n")


@pytest.mark.parametrize("verb", ["show", "forget"])
def test_a_database_away_is_told(verb: str) -> None:
    result = CliRunner().invoke(
        app,
        ["instagram-account", verb],
        env={"DB_MONGO_PROD_KISUM": "mongodb://127.0.0.1:9", "MONGODB_TIMEOUT_MS": "200"},
    )

    assert type(result.exception).__name__ == "StoreUnavailable"
