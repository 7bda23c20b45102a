import json
from pathlib import Path

import pytest
from pymongo import MongoClient

from tests.builders import Document
from tests.commands.charts.conftest import RunCharts

TABLE = "chart_week,current_week,title,performer,last_week\n2022-01-01,1,Sol,Nova Ruiz,1\n"


def test_charts_of_files_come_in_with_the_ids_of_their_artists(
    run_charts: RunCharts, tmp_path: Path, charts: MongoClient[Document]
) -> None:
    (tmp_path / "hot_100.csv").write_text(TABLE)
    (tmp_path / "notes.csv").write_text("a,b\n")

    result = run_charts("import", str(tmp_path / "hot_100.csv"), str(tmp_path / "notes.csv"))

    assert result.exit_code == 1
    stored, refused, summary = map(json.loads, result.stdout.splitlines())
    assert (stored["name"], stored["result"], stored["rows"]) == ("hot_100.csv 2022-01-01", "stored", 1)
    assert refused["reason"] == "expected the columns of a chart by Billboard or Kworb, found 'a, b'"
    assert (summary["summary"]["rows"], summary["summary"]["credited"]) == (1, 1)
    (chart,) = charts.charts.billboard.find()
    assert (chart["chart"], chart["date"]) == ("hot-100", "2022-01-01")
    assert chart["data"][0]["artist"] == [{"id": 61, "name": "Nova Ruiz"}]


def test_which_chart_it_is_can_be_told_by_hand(
    run_charts: RunCharts, tmp_path: Path, charts: MongoClient[Document]
) -> None:
    (tmp_path / "mine.csv").write_text(TABLE)

    assert run_charts("import", str(tmp_path / "mine.csv")).exit_code == 1
    assert run_charts("import", "--chart", "country-songs", str(tmp_path / "mine.csv")).exit_code == 0
    assert [chart["chart"] for chart in charts.charts.billboard.find()] == ["country-songs"]


@pytest.mark.usefixtures("charts")
def test_a_file_that_is_not_there_is_refused(run_charts: RunCharts) -> None:
    assert run_charts("import", "nowhere.csv").exit_code == 2
