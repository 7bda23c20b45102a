from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from bson import Decimal128, Int64, ObjectId
from bson.datetime_ms import DatetimeMS
from hypothesis import given
from hypothesis import strategies as st

from services.store import decode
from tests.services.conftest import counted

EIGHT = datetime(2026, 11, 20, 8, tzinfo=UTC)
INDIA = timezone(timedelta(hours=5, minutes=30))

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.datetimes(timezones=st.none() | st.just(UTC) | st.just(INDIA))
    | st.sampled_from([Decimal128("61"), Decimal128("1E+6000"), Decimal128("NaN"), Decimal128("-Infinity")])
    | st.just(ObjectId("6b054a6064b1bc2691c06d8a"))
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=5
)


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("Nova Ruiz", "Nova Ruiz"),
        ("  Nova Ruiz\n", "Nova Ruiz"),
        ("", None),
        (" \t", None),
        (None, None),
        (5, None),
        (["Nova Ruiz"], None),
        ({"en": "Nova Ruiz"}, None),
    ],
    ids=repr,
)
def test_a_text_is_one_with_something_in_it(stored: Any, read: str | None) -> None:
    assert decode.text(stored) == read


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("4q3ewBCX7sLwd24euuV69X", "4q3ewBCX7sLwd24euuV69X"),
        (" 27 ", "27"),
        (27, "27"),
        (Int64(2**40), "1099511627776"),
        (27.0, "27"),
        (1.5, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        ("", None),
        (None, None),
        ({"id": "27"}, None),
        (["27"], None),
    ],
    ids=repr,
)
def test_an_id_is_a_text_however_it_is_stored(stored: Any, read: str | None) -> None:
    assert decode.identifier(stored) == read


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (61, 61),
        (Int64(61), 61),
        (61.0, 61),
        (-61, -61),
        (0, 0),
        (61.5, None),
        (float("nan"), None),
        (float("-inf"), None),
        (True, None),
        (Decimal128("61"), None),
        ("61", None),
        ([61], None),
        (None, None),
    ],
    ids=repr,
)
def test_a_whole_number_is_read_from_each_type_that_holds_one(stored: Any, read: int | None) -> None:
    assert decode.whole(stored) == read


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (1, 1),
        (2**63 - 1, 2**63 - 1),
        (Int64(3_900_221_100), 3_900_221_100),
        (1_204_331.0, 1_204_331),
        (0, None),
        (-1, None),
        (0.0, None),
        (1e19, None),
        (12.5, None),
        (False, None),
        ("1204331", None),
        (Decimal128("12"), None),
        ({"value": 12}, None),
        (None, None),
    ],
    ids=repr,
)
def test_a_metric_is_a_positive_whole_number_of_64_bits(stored: Any, read: int | None) -> None:
    assert decode.metric(stored) == read


@pytest.mark.parametrize("stored", [61, Int64(61), 61.0], ids=repr)
def test_a_number_is_read_as_a_plain_int(stored: Any) -> None:
    assert type(decode.metric(stored)) is type(decode.whole(stored)) is int


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (EIGHT, EIGHT),
        (EIGHT.astimezone(INDIA), EIGHT),
        (EIGHT.replace(tzinfo=None), EIGHT),
        ("2026-11-20T08:00:00Z", EIGHT),
        ("2026-11-20T08:00:00.000+00:00", EIGHT),
        ("2026-11-20T13:30:00+05:30", EIGHT),
        (" 2026-11-20 08:00 ", EIGHT),
        ("2026-11-20", EIGHT.replace(hour=0)),
        ("2026-02-30T08:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("soon", None),
        ("", None),
        (1_795_161_600, None),
        (DatetimeMS(2**60), None),
        ({"$date": "2026-11-20"}, None),
        (None, None),
    ],
    ids=repr,
)
def test_an_instant_is_read_as_utc(stored: Any, read: datetime | None) -> None:
    assert decode.instant(stored) == read


def test_an_instant_carries_utc_as_its_zone() -> None:
    found = decode.instant("2026-11-20T13:30:00+05:30")

    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("2026-11-20", "2026-11-20"),
        ("2026-11-20T23:59:59Z", "2026-11-20"),
        ("2024-02-29", "2024-02-29"),
        ("2026-02-29", None),
        ("2026-02-30", None),
        ("2026-13-01", None),
        ("2026-1-5", None),
        ("20260105", None),
        ("202\N{ARABIC-INDIC DIGIT SIX}-11-20", None),
        ("soon", None),
        ("", None),
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), "2026-11-20"),
        (datetime(2026, 11, 21, 3, tzinfo=INDIA), "2026-11-20"),
        (datetime(2026, 11, 20), "2026-11-20"),  # noqa: DTZ001  (as a client without tz_aware reads it)
        (20261120, None),
        (None, None),
    ],
    ids=repr,
)
def test_a_day_is_one_of_the_calendar_in_utc(stored: Any, read: str | None) -> None:
    assert decode.day(stored) == read


@pytest.mark.parametrize("stored", [None, "none", 5, ["a"]], ids=repr)
def test_what_is_no_sub_document_is_an_empty_one(stored: Any) -> None:
    assert decode.mapping(stored) == {}


@pytest.mark.parametrize(("stored", "counts"), [("12", 1), (0, 1), (None, 0), (12, 0)], ids=repr)
def test_a_metric_that_is_unusable_is_counted(stored: Any, counts: int) -> None:
    before = counted("kisum_unreadable_fields_total", field="metric")

    decode.metric(stored)

    assert counted("kisum_unreadable_fields_total", field="metric") - before == counts


@pytest.mark.parametrize(("stored", "counts"), [("soon", 1), (1_795_161_600, 1), (None, 0), (EIGHT, 0)], ids=repr)
def test_an_instant_that_is_unusable_is_counted(stored: Any, counts: int) -> None:
    before = counted("kisum_unreadable_fields_total", field="instant")

    decode.instant(stored)

    assert counted("kisum_unreadable_fields_total", field="instant") - before == counts


@given(anything)
def test_nothing_that_is_stored_is_an_error(stored: Any) -> None:
    for read in (decode.text, decode.identifier, decode.whole, decode.metric, decode.instant, decode.day):
        read(stored)
