from datetime import UTC, datetime, timedelta

import pytest

from services.transport.quotas import wait_told, wait_when_spent

# What a provider tells of its own time, and the same as Unix time.
DATE = "Tue, 24 Nov 2026 08:00:00 GMT"
UNIX = int(datetime(2026, 11, 24, 8, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"retry-after": "3"}, 3, id="seconds"),
        pytest.param({"retry-after": " 21600 "}, 21600, id="hours"),
        pytest.param({"retry-after": "Tue, 24 Nov 2026 08:01:30 GMT", "date": DATE}, 90, id="a date"),
        pytest.param({"retry-after": "Tue, 24 Nov 2026 07:00:00 GMT", "date": DATE}, 0, id="a date that has passed"),
        pytest.param({"retry-after": "Tue, 24 Nov 2026 08:00:05 -0000", "date": DATE}, 5, id="a date without a zone"),
        pytest.param({"retry-after": "Tue, 24 Nov 2020 08:00:00 GMT"}, 0, id="a date, and no clock to go by but ours"),
        pytest.param({"x-ratelimit-reset": "12"}, 12, id="a quota's reset in seconds"),
        pytest.param({"x-ratelimit-requests-reset": "86399"}, 86399, id="a quota's reset by another name"),
        pytest.param({"x-ratelimit-reset": str(UNIX + 40), "date": DATE}, 40, id="a quota's reset as Unix time"),
        pytest.param({"x-ratelimit-reset": str(UNIX - 40), "date": DATE}, 0, id="a quota's reset in the past"),
        pytest.param({"retry-after": "3", "x-ratelimit-reset": "12"}, 3, id="both: the plainer one"),
        pytest.param({"retry-after": "soon", "x-ratelimit-reset": "12"}, 12, id="both, and only one to be read"),
    ],
)
def test_a_wait_is_read_in_every_form_it_is_told_in(headers: dict[str, str], seconds: int) -> None:
    assert wait_told(headers) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"retry-after": ""}, id="an empty one"),
        pytest.param({"retry-after": "soon"}, id="a word"),
        pytest.param({"retry-after": "-3"}, id="a negative number"),
        pytest.param({"retry-after": "²"}, id="a digit of another kind"),
        pytest.param({"retry-after": "9" * 5000}, id="more digits than a number may have"),
        pytest.param({"x-ratelimit-reset": "1795507200000"}, id="milliseconds"),
        pytest.param({"retry-after": "Tue, 24 Nov 99999999999999999999 08:00:00 GMT"}, id="a year beyond all"),
        pytest.param({"x-ratelimit-remaining": "0"}, id="a quota without its reset"),
    ],
)
def test_what_tells_no_wait_is_none(headers: dict[str, str]) -> None:
    assert wait_told(headers) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "7"}, 7, id="spent"),
        pytest.param({"x-ratelimit-requests-remaining": "0", "x-ratelimit-requests-reset": "8"}, 8, id="another name"),
        pytest.param({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "7"}, None, id="one is left"),
        pytest.param({"x-ratelimit-remaining": "0"}, None, id="spent until nobody says when"),
        pytest.param({"x-ratelimit-reset": "7"}, None, id="how many are left isn't told"),
        pytest.param({"retry-after": "7"}, None, id="no quota"),
    ],
)
def test_an_answer_that_was_the_last_of_its_quota_tells_when_there_are_more(
    headers: dict[str, str], seconds: int | None
) -> None:
    assert wait_when_spent(headers) == (None if seconds is None else timedelta(seconds=seconds))
