from datetime import date

import pytest

from sandbox.protocol import Ask
from sandbox.providers.soundcharts_pages import WrongArgument, dated, page_of, window_of


@pytest.mark.parametrize(
    ("day", "offset"),
    [
        ("2026-01-01", "+01:00"),
        ("2026-03-29", "+01:00"),
        ("2026-03-30", "+02:00"),
        ("2026-10-25", "+02:00"),
        ("2026-10-26", "+01:00"),
        ("2024-03-31", "+01:00"),
        ("2020-10-25", "+02:00"),
    ],
)
def test_midnight_has_the_offset_of_paris(day: str, offset: str) -> None:
    assert dated(date.fromisoformat(day)) == f"{day}T00:00:00{offset}"


def test_a_window_is_30_days_until_today_unless_told_otherwise() -> None:
    assert window_of(Ask("/"), date(2026, 11, 20)) == (date(2026, 10, 21), date(2026, 11, 20))


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(WrongArgument, match="startDate"):
        window_of(Ask("/", query={"startDate": "2026-11-21"}), date(2026, 11, 20))


def test_the_last_page_has_no_next_one() -> None:
    shown, page = page_of(Ask("/series?offset=4&limit=2", query={"offset": "4", "limit": "2"}), "abcdef")

    assert shown == "ef"
    assert page == {"offset": 4, "limit": 2, "next": None, "previous": "/series?offset=2&limit=2", "total": 6}


def test_a_page_past_the_end_is_empty() -> None:
    shown, page = page_of(Ask("/series", query={"offset": "100"}), "abcdef")

    assert (shown, page["next"], page["total"]) == ("", None, 6)
