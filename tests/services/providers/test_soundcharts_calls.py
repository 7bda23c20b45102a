from datetime import timedelta

import pytest
from pydantic import SecretStr

from services.providers import Access
from services.providers.soundcharts_calls import body_of_soundcharts, credentials_of
from services.transport import Answer, ProviderThrottled, ProviderUnreadable
from tests.services.providers.asking import body


def test_who_asks_says_so_in_two_headers() -> None:
    access = Access("", {"soundcharts_app_id": SecretStr("a"), "soundcharts_api_key": SecretStr("b")})

    assert credentials_of(access) == {"x-app-id": "a", "x-api-key": "b"}


@pytest.mark.parametrize(
    ("case", "headers", "retry_after_s", "lasting"),
    [
        ("too_many_requests", {"x-ratelimit-reset": "30"}, 31, False),
        ("too_many_requests", {}, 1, False),
        ("quota", {}, None, True),
    ],
    ids=["too many calls", "too many, without a header", "a spent quota"],
)
def test_too_many_calls_and_a_spent_quota_are_told_apart(
    case: str, headers: dict[str, str], retry_after_s: int | None, lasting: bool
) -> None:
    with pytest.raises(ProviderThrottled) as caught:
        body_of_soundcharts(Answer(429, headers, body("soundcharts", case)))

    wait = None if retry_after_s is None else timedelta(seconds=retry_after_s)
    assert (caught.value.retry_after, caught.value.lasting) == (wait, lasting)


def test_errors_that_are_told_with_200_are_a_fault() -> None:
    with pytest.raises(ProviderUnreadable, match="answered errors"):
        body_of_soundcharts(Answer(200, {}, body("soundcharts", "unknown")))
