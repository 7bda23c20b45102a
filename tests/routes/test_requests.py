from datetime import date

import pytest
from starlette.requests import Request

from routes.gate import MAY_DO_ALL, MAY_READ
from routes.requests import CALLER, artist_id_of, mode_of, parameter, platform_of, window_of
from services.errors import BadInput, Forbidden
from services.freshness import Caller, ReadMode
from services.model.popularity import PopularityPlatform, Window


def request(query: str = "", *, artist_id: str = "61", caller: Caller = MAY_DO_ALL) -> Request:
    return Request(
        {
            "type": "http",
            "headers": [],
            "query_string": query.encode(),
            "path_params": {"artist_id": artist_id},
            CALLER: caller,
        }
    )


@pytest.mark.parametrize(("text", "expected"), [("61", 61), ("2147483647", 2**31 - 1), ("0", 0), ("-5", -5)])
def test_an_int32_is_an_id(text: str, expected: int) -> None:
    assert artist_id_of(request(artist_id=text)) == expected


@pytest.mark.parametrize("text", ["abc", "", "1.0", "1e3", "2147483648", "9" * 30, "٦١", "0x1", "6 1", "1_000"])
def test_anything_else_is_no_id(text: str) -> None:
    with pytest.raises(BadInput, match="is no artist's id"):
        artist_id_of(request(artist_id=text))


@pytest.mark.parametrize("value", ["true", "1"])
def test_true_and_1_force_a_refresh(value: str) -> None:
    assert mode_of(request(f"refresh={value}")) == ReadMode(refresh=True)


@pytest.mark.parametrize("value", ["false", "0", "yes", "TRUE", "", "2", "on"])
def test_other_values_of_a_flag_are_false(value: str) -> None:
    assert mode_of(request(f"refresh={value}")) == ReadMode()


def test_stored_only_and_the_longest_wait_are_read() -> None:
    assert mode_of(request("storedOnly=1&maxWaitMs=300")) == ReadMode(stored_only=True, max_wait_ms=300)


def test_stored_only_excludes_a_refresh() -> None:
    with pytest.raises(BadInput, match="storedOnly and refresh"):
        mode_of(request("storedOnly=true&refresh=true"))


@pytest.mark.parametrize("value", ["-1", "soon", "1.5"])
def test_a_wait_that_is_no_number_of_milliseconds_is_told(value: str) -> None:
    with pytest.raises(BadInput, match="maxWaitMs"):
        mode_of(request(f"maxWaitMs={value}"))


def test_who_may_only_read_may_not_force_a_refresh() -> None:
    with pytest.raises(Forbidden):
        mode_of(request("refresh=1", caller=MAY_READ))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Window()),
        ("startDate=&endDate=", Window()),
        ("startDate=2024-02-29", Window(start=date(2024, 2, 29))),
        ("startDate=2026-01-01&endDate=2026-01-31", Window(date(2026, 1, 1), date(2026, 1, 31))),
        ("endDate=2026-11-01T23:59:59.999Z", Window(end=date(2026, 11, 1))),
        ("endDate=2026-11-01%2012:00", Window(end=date(2026, 11, 1))),
    ],
    ids=["none", "empty", "start", "both", "an instant", "an instant with a space"],
)
def test_days_are_read(query: str, expected: Window) -> None:
    assert window_of(request(query)) == expected


@pytest.mark.parametrize("text", ["2026-02-30", "20260101", "2026-W01-1", "yesterday", "2026-1-1", "01.02.2026"])
def test_a_day_that_is_none_is_told_with_its_name(text: str) -> None:
    with pytest.raises(BadInput, match=f"startDate is '{text}'"):
        window_of(request(f"startDate={text}"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [(None, PopularityPlatform.SPOTIFY), ("deezer", PopularityPlatform.DEEZER), ("TIDAL", PopularityPlatform.TIDAL)],
)
def test_a_platform_is_read_by_its_name(text: str | None, expected: PopularityPlatform) -> None:
    assert platform_of(text) is expected


def test_an_unknown_platform_is_told_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match="'myspace': popularity is kept for spotify, tidal, deezer"):
        platform_of("myspace")


def test_a_long_value_is_told_shortened() -> None:
    with pytest.raises(BadInput) as told:
        platform_of("x" * 5000)

    assert len(str(told.value)) < 200


def test_of_a_parameter_given_twice_the_last_counts() -> None:
    assert parameter(request("a=1&a=2"), "a") == "2"
