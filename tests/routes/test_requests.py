from datetime import date

import pytest
from starlette.requests import Request

from routes.gate import MAY_DO_ALL, MAY_READ
from routes.requests import CALLER, mode_of, window_of
from services.errors import BadInput, Forbidden
from services.freshness import Caller, ReadMode
from services.model.popularity import Window


def request(query: str = "", *, caller: Caller = MAY_DO_ALL) -> Request:
    return Request(
        {"type": "http", "headers": [], "query_string": query.encode(), "path_params": {}, CALLER: caller},
    )


def test_a_refresh_is_asked_for() -> None:
    assert mode_of(request("refresh=true")) == ReadMode(refresh=True)


def test_stored_only_and_the_longest_wait_are_read() -> None:
    assert mode_of(request("storedOnly=1&maxWaitMs=300")) == ReadMode(stored_only=True, max_wait_ms=300)


def test_nothing_asked_for_is_the_ordinary_read() -> None:
    assert mode_of(request()) == ReadMode()


def test_stored_only_excludes_a_refresh() -> None:
    with pytest.raises(BadInput, match="storedOnly and refresh"):
        mode_of(request("storedOnly=true&refresh=true"))


def test_a_negative_wait_is_told() -> None:
    with pytest.raises(BadInput, match="maxWaitMs is -1"):
        mode_of(request("maxWaitMs=-1"))


def test_who_may_only_read_may_not_force_a_refresh() -> None:
    with pytest.raises(Forbidden):
        mode_of(request("refresh=1", caller=MAY_READ))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Window()),
        ("startDate=2024-02-29", Window(start=date(2024, 2, 29))),
        ("startDate=2026-01-01&endDate=2026-01-31", Window(date(2026, 1, 1), date(2026, 1, 31))),
    ],
    ids=["none", "start", "both"],
)
def test_a_window_has_the_ends_that_are_told(query: str, expected: Window) -> None:
    assert window_of(request(query)) == expected
