import json
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.builders import Document
from tests.commands.charts.conftest import RunCharts
from tests.services.charts.html import daily_page, daily_row, song


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two saved pages, one of which has changed, and a file that is none."""
    for name, html in {
        "spotify/country/es_daily.html": daily_page(daily_row(1, song())),
        "radio/index.html": "another page",
        "notes.html": "",
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html)
    return tmp_path


def told(stdout: str) -> list[Any]:
    return [json.loads(line) for line in stdout.splitlines()]


def test_saved_pages_come_in_with_the_ids_of_their_artists(
    run_charts: RunCharts, folder: Path, charts: MongoClient[Document]
) -> None:
    result = run_charts("scrape", "kworb", "--from", str(folder))

    assert result.exit_code == 1
    radio, spain, summary = told(result.stdout)
    assert (radio["name"], radio["result"]) == ("radio", "refused")
    assert (spain["name"], spain["result"], spain["rows"], spain["credited"]) == ("spotify-daily:es", "stored", 1, 1)
    assert (summary["summary"]["stored"], summary["summary"]["refused"]) == (1, 1)
    assert "notes.html is no page of kworb" in result.stderr
    (chart,) = charts.charts.kworb_spotify_country_charts.find()
    assert (chart["country"], chart["data"][0]["artist_id"], chart["source"]) == ("es", 61, "kworb")


@pytest.mark.usefixtures("charts")
def test_of_saved_pages_those_that_are_named_come_in(run_charts: RunCharts, folder: Path) -> None:
    result = run_charts("scrape", "kworb", "spotify-daily:es", "--from", str(folder))

    assert result.exit_code == 0
    assert [line.get("name") for line in told(result.stdout)] == ["spotify-daily:es", None]


@pytest.mark.usefixtures("charts")
def test_a_site_that_is_away_is_told(run_charts: RunCharts) -> None:
    result = run_charts("scrape", "billboard", "hot-100", BILLBOARD_BASE_URL="http://127.0.0.1:1")

    assert result.exit_code == 1
    assert told(result.stdout)[0]["reason"] == "billboard could not be reached"


@pytest.mark.parametrize("arguments", [("kworb", "hot-100"), ("spotify",), ("kworb", "--from", "nowhere")])
def test_what_is_no_page_no_site_or_no_folder_is_refused(run_charts: RunCharts, arguments: tuple[str, ...]) -> None:
    assert run_charts("scrape", *arguments).exit_code == 2
