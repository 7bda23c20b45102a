import json
from datetime import date
from pathlib import PurePath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.charts.files.billboard_json import read_json
from services.charts.files.naming import FileName
from services.charts.refusals import ChartRefused, PageChanged
from services.model.scraped import ScrapedChart, ScrapedRow

ROW = {
    "song": "Sol",
    "artist": "Nova Ruiz",
    "this_week": 1,
    "last_week": None,
    "peak_position": 1,
    "weeks_on_chart": 3,
}


def read(document: object, path: str = "hot-100.json", chart: str | None = None) -> list[ScrapedChart | ChartRefused]:
    return list(read_json(json.dumps(document), FileName(PurePath(path)), chart=chart))


def hot_100(row: ScrapedRow) -> ScrapedChart:
    return ScrapedChart("billboard", (row,), {"chart": "hot-100"}, date(2021, 11, 27), is_archived=True)


def test_a_crawled_week_is_a_chart() -> None:
    assert read({"date": "2021-11-27", "data": [ROW]}) == [
        hot_100(ScrapedRow(1, "Nova Ruiz", "Sol", {"peak": 1, "weeks": 3}))
    ]


def test_so_is_one_of_the_library_billboard_py() -> None:
    row = {"artist": "Nova Ruiz", "image": None, "isNew": False, "lastPos": 2, "peakPos": 1, "rank": 1, "title": ""}

    assert read({"date": "2021-11-27", "name": "hot-100", "entries": [{**row, "weeks": 11}]}, "chart.json") == [
        hot_100(ScrapedRow(1, "Nova Ruiz", None, {"lastWeek": 2, "peak": 1, "weeks": 11}))
    ]


def test_a_file_may_have_many_weeks_of_which_one_may_be_refused() -> None:
    good, bad = {"date": "2021-11-27", "data": [ROW]}, {"date": "2021-12-04", "data": [{**ROW, "this_week": "first"}]}

    stored, refused = read([good, bad])

    assert isinstance(stored, ScrapedChart)
    assert isinstance(refused, PageChanged)
    assert refused.expected == "a row with a rank and an artist"


@pytest.mark.parametrize(
    "document",
    [
        {"data": [ROW]},
        {"date": "2021-11-27"},
        {"date": "2021-11-27", "data": []},
        {"date": "2021-11-27", "data": ["Sol"]},
        "Sol",
    ],
    ids=["no day", "no rows", "empty", "a row that is none", "no object"],
)
def test_what_is_no_chart_is_refused(document: object) -> None:
    (refused,) = read(document)

    assert isinstance(refused, PageChanged)


def test_what_no_name_tells_can_be_told_by_hand() -> None:
    document = {"date": "2021-11-27", "data": [ROW]}

    assert isinstance(read(document, "week.json")[0], PageChanged)
    assert isinstance(read(document, "week.json", "hot-100")[0], ScrapedChart)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(PageChanged, match="expected JSON"):
        list(read_json("{", FileName(PurePath("hot-100.json"))))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*ROW, "date", "data", "entries"]), inner),
)


@settings(max_examples=40, deadline=None)
@given(JSON)
def test_no_json_breaks_it(document: Any) -> None:
    for found in read(document):
        assert isinstance(found, ScrapedChart | PageChanged)
