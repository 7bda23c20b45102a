"""What an answer says before its values are looked at."""

from datetime import timedelta
from typing import NotRequired

import pytest
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.providers.answers import body_of, is_unknown, peeked, shaped, throttled, told
from services.transport import Answer, ProviderError, ProviderRefused, ProviderUnavailable, ProviderUnreadable


class Item(TypedDict):
    name: str
    value: NotRequired[object]


class Page(TypedDict):
    items: list[Item]


PAGE = TypeAdapter(Page)


def answer(body: bytes, status: int = 200, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def test_gives_the_body_of_an_answer_that_is_no_fault() -> None:
    assert body_of(answer(b'{"a": 1}')) == {"a": 1}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        pytest.param(200, b"<html>", ProviderUnreadable, id="a page"),
        pytest.param(200, b"", ProviderUnreadable, id="nothing"),
        pytest.param(200, b'{"a": ', ProviderUnreadable, id="the half of it"),
        pytest.param(401, b"{}", ProviderRefused, id="a refusal"),
        pytest.param(403, b"", ProviderRefused, id="a refusal without a word"),
        pytest.param(403, b" <!DOCTYPE html>", ProviderUnreadable, id="the page of a guard"),
        pytest.param(502, b"<html>", ProviderUnavailable, id="a fault of its own"),
    ],
)
def test_raises_what_the_status_says(status: int, body: bytes, kind: type[ProviderError]) -> None:
    with pytest.raises(kind):
        body_of(answer(body, status))


@pytest.mark.parametrize(
    ("body", "found"), [(b'{"error": {"code": 4}}', 4), (b'{"error": 4}', None), (b"<html>", None), (b"", None)]
)
def test_peeks_into_whatever_came(body: bytes, found: object) -> None:
    assert peeked(answer(body, 500), "error", "code") == found


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ([], "its root"),
        ({}, "items"),
        ({"items": {}}, "items"),
        ({"items": [{"name": "a"}, {}]}, "items.1.name"),
        ({"items": [{"name": 7}]}, "items.0.name"),
    ],
)
def test_names_the_place_that_is_not_as_promised(body: object, place: str) -> None:
    with pytest.raises(ProviderUnreadable, match=f"^answered something else than promised at {place}$"):
        shaped(PAGE, body)


def test_names_the_place_from_the_root_of_the_answer() -> None:
    with pytest.raises(ProviderUnreadable, match=r"at data\.data\.items$"):
        shaped(PAGE, {}, "data", "data")


def test_a_choice_of_shapes_is_no_place() -> None:
    with pytest.raises(ProviderUnreadable, match=r"at its root$"):
        shaped(TypeAdapter(dict[str, int] | list[int]), "text")


def test_never_repeats_what_the_answer_held() -> None:
    with pytest.raises(ProviderUnreadable) as raised:
        shaped(PAGE, {"items": [{"name": {"key": "a-secret"}}]})

    assert "a-secret" not in repr(raised.value)
    assert raised.value.__context__ is None


def test_tells_the_beginning_of_the_text_in_lower_case() -> None:
    assert told(answer(b'{"message": "The MONTHLY Quota \xff"}')) == '{"message": "the monthly quota \ufffd"}'


@pytest.mark.parametrize("status", [200, 403, 429])
def test_too_many_calls_wait_as_long_as_the_headers_say_whatever_the_status(status: int) -> None:
    fault = throttled(answer(b"", status, retry_after="60"))

    assert (str(fault), fault.lasting, fault.retry_after) == (
        "has too many calls at once",
        False,
        timedelta(seconds=60),
    )


def test_a_quota_that_is_used_up_may_not_say_for_how_long() -> None:
    fault = throttled(answer(b"", 403), lasting=True)

    assert (str(fault), fault.lasting, fault.retry_after) == ("has used up its quota", True, None)


@pytest.mark.parametrize(
    ("status", "body", "unknown"),
    [(404, b'{"error": "Not Found"}', True), (404, b"", True), (404, b"<html>", False), (400, b"", False)],
)
def test_not_found_is_the_providers_own_word_and_no_page(status: int, body: bytes, unknown: bool) -> None:
    assert is_unknown(answer(body, status)) is unknown
