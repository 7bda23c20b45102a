from datetime import date

import pytest
from starlette.requests import Request

from routes.parameters import ARTIST_ID, ARTIST_IDS, GROWTH, MAX_WAIT_MS, PLATFORM, REFRESH, START_DATE
from services.errors import BadInput
from services.model.popularity import PopularityPlatform


def request(query: str = "", **path: str) -> Request:
    return Request({"type": "http", "headers": [], "query_string": query.encode(), "path_params": path})


@pytest.mark.parametrize(("text", "expected"), [("61", 61), ("2147483647", 2**31 - 1), ("0", 0), ("-5", -5)])
def test_an_int32_is_an_id(text: str, expected: int) -> None:
    assert ARTIST_ID.of(request(artist_id=text)) == expected


@pytest.mark.parametrize("text", ["abc", "", "1.0", "1e3", "2147483648", "9" * 30, "٦١", "0x1", "6 1", "1_000"])
def test_anything_else_is_no_id(text: str) -> None:
    with pytest.raises(BadInput, match="is no artist's id"):
        ARTIST_ID.of(request(artist_id=text))


def test_ids_come_by_commas_in_their_order() -> None:
    assert ARTIST_IDS.of(request("ids=3,%201,3")) == [3, 1, 3]


@pytest.mark.parametrize("text", ["1,,2", "1,", "1;2", "1,x", "1,2147483648"])
def test_one_bad_id_among_several_is_told(text: str) -> None:
    with pytest.raises(BadInput, match="is no artist's id"):
        ARTIST_IDS.of(request(f"ids={text}"))


@pytest.mark.parametrize("query", ["", "ids=", "ids=%20"])
def test_no_ids_at_all_are_missed(query: str) -> None:
    with pytest.raises(BadInput, match="ids is missing"):
        ARTIST_IDS.of(request(query))


@pytest.mark.parametrize("value", ["true", "1"])
def test_true_and_1_raise_a_flag(value: str) -> None:
    assert REFRESH.of(request(f"refresh={value}")) is True


@pytest.mark.parametrize("value", ["false", "0", "yes", "TRUE", "", "2", "on"])
def test_other_values_of_a_flag_are_false(value: str) -> None:
    assert REFRESH.of(request(f"refresh={value}")) is False


@pytest.mark.parametrize("value", ["soon", "1.5", "1s"])
def test_a_wait_that_is_no_number_of_milliseconds_is_told(value: str) -> None:
    with pytest.raises(BadInput, match="maxWaitMs"):
        MAX_WAIT_MS.of(request(f"maxWaitMs={value}"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("2024-02-29", date(2024, 2, 29)),
        ("2026-11-01T23:59:59.999Z", date(2026, 11, 1)),
        ("2026-11-01%2012:00", date(2026, 11, 1)),
    ],
    ids=["empty", "a day", "an instant", "an instant with a space"],
)
def test_days_are_read(text: str, expected: date | None) -> None:
    assert START_DATE.of(request(f"startDate={text}")) == expected


@pytest.mark.parametrize("text", ["2026-02-30", "20260101", "2026-W01-1", "yesterday", "2026-1-1", "01.02.2026"])
def test_a_day_that_is_none_is_told_with_its_name(text: str) -> None:
    with pytest.raises(BadInput, match=f"startDate is '{text}'"):
        START_DATE.of(request(f"startDate={text}"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", PopularityPlatform.SPOTIFY),
        ("platform=deezer", PopularityPlatform.DEEZER),
        ("platform=TIDAL", PopularityPlatform.TIDAL),
    ],
)
def test_a_platform_is_read_by_its_name(query: str, expected: PopularityPlatform) -> None:
    assert PLATFORM.of(request(query)) is expected


def test_a_parameter_of_the_path_goes_before_one_of_the_query() -> None:
    assert PLATFORM.of(request("platform=tidal", platform="deezer")) is PopularityPlatform.DEEZER


def test_an_unknown_platform_is_told_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match="'myspace': popularity is kept for spotify, tidal, deezer"):
        PLATFORM.of(request("platform=myspace"))


def test_a_long_value_is_told_shortened() -> None:
    with pytest.raises(BadInput) as told:
        PLATFORM.of(request(f"platform={'x' * 5000}"))

    assert len(str(told.value)) < 200


def test_of_a_parameter_given_twice_the_last_counts() -> None:
    assert PLATFORM.of(request("platform=myspace&platform=deezer")) is PopularityPlatform.DEEZER


@pytest.mark.parametrize(("query", "expected"), [("growth=1", 1), ("growth=3650", 3650), ("growth=", None), ("", None)])
def test_days_to_look_back_are_a_number(query: str, expected: int | None) -> None:
    assert GROWTH.of(request(query)) == expected


@pytest.mark.parametrize("text", ["0", "-1", "3651", "28.0", "month", "true", "9" * 30])
def test_days_that_cannot_be_looked_back_are_told(text: str) -> None:
    with pytest.raises(BadInput, match="it is a number of days to look back, 1 to 3650"):
        GROWTH.of(request(f"growth={text}"))
