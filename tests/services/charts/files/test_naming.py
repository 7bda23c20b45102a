from datetime import date
from pathlib import PurePath

import pytest

from services.charts.files.naming import FileName


def named(path: str) -> FileName:
    return FileName(PurePath(path))


@pytest.mark.parametrize(
    ("path", "chart"),
    [
        ("hot_100_2022_2024.csv.gz", "hot-100"),
        ("Billboard 200.csv", "billboard-200"),
        ("2014-08-02-artist-100.json", "artist-100"),
        ("hot_100_json/2021-11-27.json", "hot-100"),
        ("hot_1000.csv", None),
        ("charts.csv", None),
    ],
)
def test_a_chart_of_billboard_is_told_by_the_name_of_the_file_or_of_its_folder(path: str, chart: str | None) -> None:
    assert named(path).chart == chart


@pytest.mark.parametrize(
    ("path", "country"),
    [("kr.csv.gz", "kr"), ("spotify_daily_es.csv", "es"), ("itunes_worldwide_2020.csv", "global"), ("top.csv", None)],
)
def test_a_country_is_told_by_its_letters(path: str, country: str | None) -> None:
    assert named(path).country == country


def test_a_format_follows_the_word_radio() -> None:
    assert named("us_radio_pop_2015.csv.gz").radio_format == "pop"
    assert named("us_radio_2015.csv").radio_format is None


@pytest.mark.parametrize(
    ("path", "years"),
    [("top1000_itunes_2010_2020.csv", "2010-2020"), ("youtube_2017.csv", "2017"), ("top1000.csv", None)],
)
def test_years_are_told_as_a_span(path: str, years: str | None) -> None:
    assert named(path).years == years


def test_a_day_is_told_as_it_is_written() -> None:
    assert named("us_radio_pop_2016-04-29.csv").day == date(2016, 4, 29)
    assert named("us_radio_pop.csv").day is None
