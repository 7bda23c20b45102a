from datetime import date
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.charts.files.naming import FileName
from services.charts.files.tables import read_table
from services.charts.refusals import ChartRefused, PageChanged
from services.model.scraped import ScrapedChart, ScrapedRow

HOT_100 = "chart_week,current_week,title,performer,last_week,peak_pos,wks_on_chart\n"


def read(text: str, path: str, chart: str | None = None) -> list[ScrapedChart | ChartRefused]:
    return list(read_table(text, FileName(PurePath(path)), chart=chart))


def test_each_week_of_billboard_is_a_chart() -> None:
    text = HOT_100 + '2022-01-01,1,"Sol, Mar",Nova Ruiz,1,1,50\n2022-01-08,1,Luna,Juno Vale,NA,1,1\n'

    assert read(text, "hot_100.csv") == [
        ScrapedChart(
            "billboard",
            (ScrapedRow(1, "Nova Ruiz", "Sol, Mar", {"lastWeek": 1, "peak": 1, "weeks": 50}),),
            {"chart": "hot-100"},
            date(2022, 1, 1),
            is_archived=True,
        ),
        ScrapedChart(
            "billboard",
            (ScrapedRow(1, "Juno Vale", "Luna", {"peak": 1, "weeks": 1}),),
            {"chart": "hot-100"},
            date(2022, 1, 8),
            is_archived=True,
        ),
    ]


@pytest.mark.parametrize(
    ("path", "text", "chart"),
    [
        (
            "us_radio_pop_2015.csv",
            "date,pos,title,artist,spins\n2015-01-01,1,Sol,NOVA RUIZ,17120\n",
            ScrapedChart(
                "kworb_radio_charts",
                (ScrapedRow(1, "NOVA RUIZ", "Sol", {"spins": 17_120}),),
                {"chart": "radio", "format": "pop"},
                date(2015, 1, 1),
                is_archived=True,
            ),
        ),
        (
            "us_radio_pop_2016-04-29.csv",
            '"Pos","Pos+","Artist","Title","Spins","Aud","iTunes"\n1,"=","NOVA RUIZ","Sol",17522,105.065,"4/24"\n',
            ScrapedChart(
                "kworb_radio_charts",
                (ScrapedRow(1, "NOVA RUIZ", "Sol", {"spins": 17_522, "audience": 105_065_000, "itunes": "4/24"}),),
                {"chart": "radio", "format": "pop"},
                date(2016, 4, 29),
                is_archived=True,
            ),
        ),
        (
            "kr.csv",
            "date,pos,pos_change,artist_and_title,streams\n2026-01-26,1,NEW,Nova Ruiz - Sol,109589\n",
            ScrapedChart(
                "kworb_spotify_country_charts",
                (ScrapedRow(1, "Nova Ruiz", "Sol", {"streams": 109_589, "change": "NEW"}),),
                {"chart": "spotify", "country": "kr", "period": "daily"},
                date(2026, 1, 26),
                is_archived=True,
            ),
        ),
        (
            "spotify_global_2013_2020.csv",
            "Pos,Artist and Title,Wks,T10,Total\n1,Nova Ruiz - Sol,160,34.0,2397753371\n",
            ScrapedChart(
                "kworb_spotify_period_charts",
                (ScrapedRow(1, "Nova Ruiz", "Sol", {"weeks": 160, "topTen": 34, "total": 2_397_753_371}),),
                {"chart": "spotify", "country": "global", "period": "2013-2020"},
            ),
        ),
        (
            "itunes_worldwide_2010_2020.csv",
            "Artist and Title,Days,Pk,(x?),Total,Today\nNova Ruiz - Sol,1971,1,(x3),15248521,1466\n",
            ScrapedChart(
                "kworb_itunes_charts",
                (
                    ScrapedRow(
                        1,
                        "Nova Ruiz",
                        "Sol",
                        {"days": 1971, "peak": 1, "timesAtPeak": 3, "totalPoints": 15_248_521, "points": 1466},
                    ),
                ),
                {"chart": "itunes", "country": "global", "period": "2010-2020"},
            ),
        ),
        (
            "youtube_2017.csv",
            "Video,Views,Current avg/day\nNOVA RUIZ LIVE,5,1\n",
            ScrapedChart(
                "kworb_youtube_charts",
                (ScrapedRow(1, "NOVA RUIZ LIVE", "NOVA RUIZ LIVE", {"views": 5, "viewsPerDay": 1}),),
                {"chart": "youtube", "period": "2017"},
            ),
        ),
    ],
    ids=["radio by day", "radio of a day", "Spotify by day", "Spotify in all", "iTunes in all", "YouTube of a year"],
)
def test_a_table_is_known_by_what_stands_above_its_columns(path: str, text: str, chart: ScrapedChart) -> None:
    assert sorted_facts(read(text, path)) == sorted_facts([chart])


def sorted_facts(charts: list[ScrapedChart | ChartRefused]) -> list[object]:
    return [(chart, [dict(row.facts) for row in chart.rows]) for chart in charts if isinstance(chart, ScrapedChart)]


def test_a_week_with_a_wrong_row_is_refused_whole_and_the_others_are_not() -> None:
    text = HOT_100 + "2022-01-01,1,Sol,Nova Ruiz,1,1,50\n2022-01-01,x,Luna,Juno Vale,1,1,1\n2022-01-08,1,A,B,1,1,1\n"

    refused, stored = read(text, "hot_100.csv")

    assert isinstance(refused, PageChanged)
    assert str(refused) == "expected a whole number, found 'x'"
    assert isinstance(stored, ScrapedChart)
    assert stored.day == date(2022, 1, 8)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2022-01-01,0,Sol,Nova Ruiz,1,1,1", "a rank from 1 on"),
        ("2022-01-01,1,Sol,,1,1,1", "an artist"),
        ("2022-01-01,1,Sol,Nova Ruiz,1,1", "a row as wide as the table"),
        ("soon,1,Sol,Nova Ruiz,1,1,1", "the chart's day"),
    ],
)
def test_a_row_of_another_shape_says_what_was_expected(row: str, expected: str) -> None:
    (refused,) = read(f"{HOT_100}{row}\n", "hot_100.csv")

    assert isinstance(refused, PageChanged)
    assert refused.expected == expected


@pytest.mark.parametrize(
    "text",
    [
        HOT_100 + "2022-01-01,1,,Nova Ruiz,1,1,1\n",
        "date,rank,artist,last-week\n2022-01-01,1,Nova Ruiz,1\n",
    ],
    ids=["an empty one", "no column of them"],
)
def test_in_a_chart_of_artists_there_are_no_titles(text: str) -> None:
    (chart,) = read(text, "artist_100.csv")

    assert isinstance(chart, ScrapedChart)
    assert (chart.rows[0].artist, chart.rows[0].title) == ("Nova Ruiz", None)


def test_which_chart_it_is_must_be_told_somewhere() -> None:
    text = HOT_100 + "2022-01-01,1,Sol,Nova Ruiz,1,1,1\n"

    with pytest.raises(PageChanged, match="a file name that tells the chart"):
        read(text, "mine.csv")
    (chart,) = read(text, "mine.csv", "country-songs")
    assert isinstance(chart, ScrapedChart)
    assert chart.scope == {"chart": "country-songs"}


@pytest.mark.parametrize("text", ["", "name,age\nNova,30\n", "\0", '"'])
def test_what_is_no_table_of_ours_is_refused(text: str) -> None:
    with pytest.raises(PageChanged):
        read(text, "hot_100.csv")


@given(st.text())
def test_a_garbled_table_is_read_or_refused_and_never_breaks(text: str) -> None:
    for found in read(HOT_100 + text, "hot_100.csv"):
        assert isinstance(found, ScrapedChart | PageChanged)
