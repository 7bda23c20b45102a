from datetime import UTC, datetime, timedelta

import pytest

from services.model.instants import rfc3339, utc_now


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2026, 11, 20, 8, tzinfo=UTC), "2026-11-20T08:00:00.000Z"),
        (datetime(2026, 11, 20, 8, 1, 2, 345_999, tzinfo=UTC), "2026-11-20T08:01:02.345Z"),
        (datetime(987, 1, 2, tzinfo=UTC), "0987-01-02T00:00:00.000Z"),
    ],
    ids=["to the hour", "to the microsecond", "of three digits"],
)
def test_an_instant_is_written_to_the_millisecond_in_utc(at: datetime, written: str) -> None:
    assert rfc3339(at) == written


def test_this_moment_is_in_utc() -> None:
    before = datetime.now(UTC)

    found = utc_now()

    assert found.tzinfo is UTC
    assert before <= found <= before + timedelta(minutes=1)
