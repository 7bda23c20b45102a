import json
from datetime import timedelta
from typing import Any

import pytest

from services.transport import (
    Answer,
    ProviderError,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnreadable,
    Request,
    fault_of,
    parsed,
    quoted,
)

KEY = "8f14e45fceea167a5a36dedd4bea2543"


def answer(body: bytes = b"{}", *, status: int = 200, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize(
    ("part", "in_a_path"),
    [
        ("4q3ewBCX7sLwd24euuV69X", "4q3ewBCX7sLwd24euuV69X"),
        ("AC/DC", "AC%2FDC"),
        ("../../admin", "..%2F..%2Fadmin"),
        ("a?key=b#c", "a%3Fkey%3Db%23c"),
        ("Beyoncé", "Beyonc%C3%A9"),
        ("100%", "100%25"),
    ],
)
def test_a_segment_of_a_path_stays_one(part: str, in_a_path: str) -> None:
    assert quoted(part) == in_a_path


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(b'{"a": [1, "2", null, true, 1.5]}', {"a": [1, "2", None, True, 1.5]}, id="plain"),
        pytest.param(b"\xef\xbb\xbf[1]", [1], id="after a byte order mark"),
        pytest.param(b" \r\n[1]\n", [1], id="among blanks"),
        pytest.param('"Beyoncé"'.encode(), "Beyoncé", id="UTF-8"),
        pytest.param(b"9223372036854775808", 2**63, id="a number beyond 64 bits"),
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "text/html; charset=latin-1", ""])
def test_json_is_read_whatever_it_is_called(body: bytes, value: Any, content_type: str) -> None:
    assert parsed(answer(body, content_type=content_type)) == value


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b"", "answered nothing", id="empty"),
        pytest.param(b" \n", "answered nothing", id="blank"),
        pytest.param(b'{"listeners": NaN}', "answered no JSON but '{\"listeners\": NaN}'", id="NaN"),
        pytest.param(b"[-Infinity]", "answered no JSON but '[-Infinity]'", id="Infinity"),
        pytest.param(b'{"a": 12', "answered no JSON but '{\"a\": 12'", id="truncated"),
        pytest.param(b"cb({})", "answered no JSON but 'cb({})'", id="JSONP"),
        pytest.param('"é"'.encode("latin-1"), "answered no JSON but '\"�\"'", id="another charset"),
        pytest.param(b"<p>\x00\x1b[31mno\r\nway", "answered no JSON but '<p> [31mno way'", id="control characters"),
        pytest.param(b"x" * 90, f"answered no JSON but '{'x' * 60}'", id="long"),
        pytest.param(b"9" * 5000, f"answered no JSON but '{'9' * 60}'", id="more digits than a number may have"),
        pytest.param(b"[" * 200_000, f"answered no JSON but '{'[' * 60}'", id="too deep"),
    ],
)
def test_what_is_no_json_is_told_by_its_first_words(body: bytes, said: str) -> None:
    with pytest.raises(ProviderUnreadable) as raised:
        parsed(answer(body))

    assert str(raised.value) == said


@pytest.mark.parametrize(
    "page",
    [
        f"Cannot GET /2.0/?method=artist.getInfo&api_key={KEY}",
        f"<a href='https://api.example/2.0/?api_key={KEY}'>here</a>",
        f"No such page: %2F2.0%2F%3Fapi_key%3D{KEY}",
        f"key={KEY}",
    ],
)
def test_what_is_no_json_is_told_without_addresses(page: str) -> None:
    with pytest.raises(ProviderUnreadable) as raised:
        parsed(answer(page.encode()))

    assert KEY[:8] not in str(raised.value)


@pytest.mark.parametrize("body", [b"", b'{"access_token":"8f14e45fceea', b"<html>"], ids=["empty", "cut off", "a page"])
def test_nothing_is_told_of_an_answer_that_is_secret(body: bytes) -> None:
    with pytest.raises(ProviderUnreadable, match=r"^answered no JSON$") as raised:
        parsed(answer(body), is_secret=True)

    assert raised.value.__context__ is None


def test_what_is_no_json_leaves_no_trace_of_the_body_behind_it() -> None:
    with pytest.raises(ProviderUnreadable) as raised:
        parsed(answer(f"{{'key': '{KEY}'}}".encode()))

    assert (raised.value.__cause__, raised.value.__context__) == (None, None)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_status_of_success_is_no_fault(status: int) -> None:
    assert fault_of(answer(status=status)) is None


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (301, ProviderUnreadable, "answered 301"),
        (400, ProviderUnreadable, "answered 400"),
        (401, ProviderRefused, "refused the key, or what it may ask (status 401)"),
        (403, ProviderRefused, "refused the key, or what it may ask (status 403)"),
        (404, ProviderUnreadable, "answered 404"),
        (429, ProviderThrottled, "was asked too often (status 429)"),
        (499, ProviderRefused, "refused the key, or what it may ask (status 499)"),
        (500, ProviderUnavailable, "has a fault of its own (status 500)"),
        (503, ProviderUnavailable, "has a fault of its own (status 503)"),
        (599, ProviderUnavailable, "has a fault of its own (status 599)"),
    ],
)
def test_a_status_tells_its_fault(status: int, kind: type[ProviderError], said: str) -> None:
    fault = fault_of(answer(status=status))

    assert (type(fault), str(fault)) == (kind, said)


@pytest.mark.parametrize("status", [429, 503])
def test_too_many_calls_tell_how_long_to_wait(status: int) -> None:
    fault = fault_of(answer(status=status, retry_after="3"))

    assert isinstance(fault, ProviderThrottled)
    assert (fault.retry_after, fault.lasting) == (timedelta(seconds=3), False)


def test_what_was_sent_is_redacted_word_by_word() -> None:
    request = Request(
        "/artist",
        params={"api_key": KEY, "limit": 50},
        headers={"Authorization": "Bearer abcdef123"},
        form={"s": "s3cret"},
    )

    assert request.redacted(f"no such key {KEY}, nor abcdef123, s3cret or 50") == "no such key …, nor …, … or 50"


def test_a_longer_secret_is_redacted_before_one_that_it_begins_with() -> None:
    request = Request("/artist", params={"id": "abcdef", "key": "abcdef123456"})

    assert request.redacted("abcdef123456") == "…"


def test_neither_keys_nor_bodies_show_where_something_prints_a_request_or_an_answer() -> None:
    request = Request("/artist", params={"key": KEY}, headers={"x-key": KEY}, form={"key": KEY})
    told = answer(json.dumps({"access_token": KEY}).encode(), set_cookie=KEY)

    assert KEY not in repr((request, told))
