import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from commands.__main__ import app
from commands.explain import age, told
from commands.explanation import explained
from services import Services, open_services
from settings import ROOT, Settings
from tests.builders import NOW, Document, artist_document, point_document, stats_document
from tests.commands.conftest import StartServer
from tests.conftest import Database


@pytest.fixture
def stored(mongodb: str) -> Iterator[None]:
    """An artist in the databases that the command reads, which have no prefix."""
    with MongoClient[Document](mongodb) as client:
        client.kisum_data.artists_v2.insert_one(artist_document())
        client.data_analyst.artist_data.insert_one(stats_document())
        yield
        client.kisum_data.artists_v2.delete_one({"id": 61})
        client.data_analyst.artist_data.delete_one({"artist_id": 61})


def run(mongodb: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["explain", *arguments], env={"DB_MONGO_PROD_KISUM": mongodb})


@pytest.mark.usefixtures("stored")
def test_people_are_told_in_sections(mongodb: str) -> None:
    result = run(mongodb, "61")

    assert result.exit_code == 0
    assert result.stdout.startswith("Nova Ruiz (61)\n")


@pytest.mark.usefixtures("stored")
def test_programs_are_told_the_same_as_json(mongodb: str) -> None:
    result = run(mongodb, "61", "--json")

    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["artist"]["name"], told["stats"]["policy"]["subject"]) == ("Nova Ruiz", "stats")


def test_an_unknown_artist_is_one_line_and_exit_code_1(mongodb: str) -> None:
    result = run(mongodb, "7")

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "No artist 7.\n")


@pytest.mark.parametrize("artist_id", ["0", "2147483648", "Beyoncé"])
def test_an_id_that_is_none_is_refused(mongodb: str, artist_id: str) -> None:
    result = run(mongodb, artist_id)

    assert result.exit_code == 2
    assert "Invalid value for 'ID'" in result.stderr


def test_a_database_away_is_one_line_and_exit_code_2() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "commands", "explain", "61"],
        cwd=ROOT,
        env={"DB_MONGO_PROD_KISUM": "mongodb://127.0.0.1:9", "MONGODB_TIMEOUT_MS": "200", "LOG_FORMAT": "json"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "error: The database is away or too slow; try again in a moment.\n"


def test_it_reads_along_while_a_server_runs_over_the_embedded_database(start: StartServer, data_dir: str) -> None:
    start(DATA_DIR=data_dir).started()

    ended = subprocess.run(
        [sys.executable, "-m", "commands", "explain", "1"],
        cwd=ROOT,
        env={"DATA_DIR": data_dir},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.startswith("Taylor Swift (1)\n")


async def test_opened_for_reading_the_services_make_no_index(
    make_settings: Callable[..., Settings], database: Database
) -> None:
    async with open_services(make_settings(), prefix=database.prefix, read_only=True) as services:
        await services.check()

    names = await database.client.list_database_names()
    assert [name for name in names if name.startswith(database.prefix)] == []


async def test_what_people_read(services: Services, database: Database) -> None:
    await database.artists(artist_document(genres=[], sortName="Ruiz\x1b[31m"))
    await database.stats(stats_document(spotify_followers=7, last_refresh_error="songstats: throttled"))
    await database.points(point_document("2020-01-01", 40), point_document("2026-11-18", 71))

    text = told(await explained(services, 61, now=NOW))

    head, stats, refresh, ids, popularity, missing = text.split("\n\n")
    assert head.splitlines() == [
        "Nova Ruiz (61)",
        "  sort name  Ruiz\N{REPLACEMENT CHARACTER}[31m",
        "  country    ES",
    ]
    assert stats.splitlines() == [
        "stats: fresh",
        "  stored       2026-11-19T08:00:00.000Z, 1 d ago",
        "  policy       stats: fresh while younger than 7 d",
        "  at a read    answered as stored",
        "  last source  viberate+native(genius,lastfm)",
        "  last error   songstats: throttled",
        "  3 of 24 metrics",
        "  METRIC                             VALUE  SOURCE                     AGE",
        "  spotify_followers                      7  viberate                   1 d",
        "  spotify_monthly_listeners      5,102,233  native(spotify_listeners)  1 d",
        "  youtube_views              3,900,221,100  unknown                         not fresh",
    ]
    decision, columns, viberate, *_ = refresh.splitlines()
    assert decision == "a read now asks nobody: what is stored is fresh"
    assert columns.split("  ")[1] == "PROVIDER"
    assert viberate.split() == ["viberate", "1", "not", "asked", "not", "set:", "VIBERATE_TOKEN", "0", "never"]
    assert ids.splitlines()[:3] == [
        "ids",
        "  NAME              ID                                    STANDS IN",
        "  spotify           4q3ewBCX7sLwd24euuV69X                platforms",
    ]
    assert popularity.splitlines()[2:4] == [
        "  PLATFORM  DECISION  POINTS  FROM        TO          VALUE      AGE",
        "  spotify   fresh          2  2020-01-01  2026-11-18     71  1 d 8 h",
    ]
    assert missing.splitlines()[1].startswith("  metrics  spotify_popularity, youtube_subscribers, ")


async def test_a_fetch_of_popularity_that_broke_off_is_told(services: Services, database: Database) -> None:
    await database.artists(artist_document())
    kept = {"start": "2020-01-01", "end": "2026-11-20", "offset": 300}
    await database.insert(
        "data_analyst.refresh_state",
        {"_id": "popularity:61:deezer", "backfill": kept, "error": "soundcharts: took longer than 8 s"},
    )

    text = told(await explained(services, 61, now=NOW))

    assert [line.split("  ") for line in text.split("\n\n")[4].splitlines()[-2:]] == [
        ["", "deezer still lacks", "2020-01-01 to 2026-11-20 after 300 points"],
        ["", "deezer last failed", "soundcharts: took longer than 8 s"],
    ]


async def test_an_artist_with_nothing_is_told_too(services: Services, database: Database) -> None:
    await database.artists({"id": 61})

    lines = told(await explained(services, 61, now=NOW)).splitlines()

    assert lines[:4] == [
        "without a name (61)",
        "",
        "stats: missing",
        "  policy      stats: fresh while younger than 7 d",
    ]
    assert "  0 of 24 metrics" in lines
    assert "  none is answered: without external_data.soundcharts_uuid Soundcharts doesn't know the artist" in lines


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, ""),
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_700, "1 h 1 min"),
        (86_400, "1 d"),
        (104 * 86_400 + 9 * 3_600 + 60, "104 d 9 h"),
    ],
)
def test_an_age_is_told_in_its_largest_units(seconds: int | None, expected: str) -> None:
    assert age(seconds) == expected


async def test_a_refresh_that_is_under_way_or_has_failed_is_told(services: Services, database: Database) -> None:
    await database.artists(artist_document(61), artist_document(62))
    until, retry_at = NOW + timedelta(seconds=20), NOW + timedelta(minutes=9)
    await database.insert(
        "data_analyst.refresh_state",
        {"_id": "stats:61", "owner": "music-1:4711:ab", "until": until},
        {"_id": "stats:62", "endedAt": NOW, "retryAt": retry_at, "attempts": 2, "error": "viberate: away"},
    )

    under_way = told(await explained(services, 61, now=NOW))
    failed = told(await explained(services, 62, now=NOW))

    assert "  lease  held by music-1:4711:ab until 2026-11-20T08:00:20.000Z, unless it is renewed" in under_way
    assert "a read now asks nobody yet: the last refresh failed, and rests" in failed
    assert "  failed       2 in a row" in failed
    assert "  rests until  2026-11-20T08:09:00.000Z" in failed
