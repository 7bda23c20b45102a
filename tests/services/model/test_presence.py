from datetime import timedelta

from services.model.charts import ChartFamily
from services.model.presence import Chart, ChartPresence
from tests.builders import NOW


def chart(source: str, family: ChartFamily, days_ago: int | None) -> Chart:
    at = None if days_ago is None else NOW - timedelta(days=days_ago)
    return Chart(source, source, family, rank=None, entry_count=2, scraped_at=at, matched=())


def test_families_are_told_once_each_by_name_and_the_newest_time_counts() -> None:
    presence = ChartPresence(
        (
            chart("country", ChartFamily.SPOTIFY, 3),
            chart("period", ChartFamily.SPOTIFY, 1),
            chart("billboard", ChartFamily.BILLBOARD, None),
        )
    )

    assert presence.chart_count == 3
    assert presence.families == [ChartFamily.BILLBOARD, ChartFamily.SPOTIFY]
    assert presence.scraped_at_max == NOW - timedelta(days=1)


def test_no_charts_tell_nothing() -> None:
    presence = ChartPresence()

    assert (presence.chart_count, presence.families, presence.scraped_at_max) == (0, [], None)
