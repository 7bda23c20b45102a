from datetime import date, datetime, timedelta

import pytest

from services.model.backfill import BackfillState, Progress
from services.model.popularity import Window
from tests.builders import NOW

START, END = date(2026, 1, 1), date(2026, 4, 10)


def test_without_a_span_all_days_are_one_window() -> None:
    progress = Progress(START, END, offset=200)

    assert progress.window == Window(START, END)
    assert progress.past_window() is None


def test_windows_follow_each_other_day_by_day_until_the_end() -> None:
    first = Progress(START, END, offset=100, span=90)

    second = first.past_window()

    assert first.window == Window(START, date(2026, 3, 31))
    assert second == Progress(date(2026, 4, 1), END, offset=0, span=90)
    assert second.window == Window(date(2026, 4, 1), END)
    assert second.past_window() is None


def test_a_window_that_ends_with_the_last_day_is_the_last() -> None:
    assert Progress(START, START + timedelta(days=89), span=90).past_window() is None


@pytest.mark.parametrize(
    ("retry_at", "rests"),
    [(None, False), (NOW, False), (NOW + timedelta(seconds=1), True)],
    ids=["never", "until now", "a second longer"],
)
def test_readers_leave_it_alone_until_then(retry_at: datetime | None, rests: bool) -> None:
    assert BackfillState(retry_at=retry_at).rests(NOW) is rests
