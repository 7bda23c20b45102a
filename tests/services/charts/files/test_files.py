from pathlib import PurePath

from services.charts.files import read_charts
from services.model.scraped import ScrapedChart

CSV = "chart_week,current_week,title,performer,last_week\n2022-01-01,1,Sol,Nova Ruiz,1\n"
JSON = '\n{"date": "2022-01-01", "data": [{"song": "Sol", "artist": "Nova Ruiz", "this_week": 1, "last_week": 1}]}'


def test_a_file_is_read_as_what_it_is_whatever_it_is_called() -> None:
    path = PurePath("charts/hot-100/week.txt")

    assert list(read_charts(path, CSV)) == list(read_charts(path, JSON))


def test_only_the_file_and_its_folder_tell_what_a_chart_is() -> None:
    (chart,) = read_charts(PurePath("artist-100/hot-100/week.csv"), CSV)

    assert isinstance(chart, ScrapedChart)
    assert chart.scope == {"chart": "hot-100"}
