"""The named faults, a row each: what providers do when they misbehave, numbered as in `docs/sandbox.md`."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache

from sandbox.changes import (
    Change,
    lists,
    lists_as_objects,
    literal,
    namesake,
    no_rows,
    numbers,
    objects_as_lists,
    page,
    smaller_page,
    target_with,
    three_digits,
    with_a_day_ahead,
    with_holes,
    without_containers,
    without_numbers,
)
from sandbox.pages import page_renamed, page_rows
from sandbox.protocol import Ask

HUGE = 200 * 2**20
HTML = {"content-type": "text/html; charset=UTF-8"}
CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    b"<body>Checking your browser before you go on.</body></html>"
)
ERROR_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><center>502 Bad Gateway</center></body></html>"


@dataclass(frozen=True, slots=True)
class Knobs:
    """What a fault does to an answer; a knob that isn't turned leaves it as it is."""

    status: int | None = None
    # A header that is None is not sent.
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: bytes | None = None
    # Before the first byte.
    delay_ms: int = 0
    # Bytes a second.
    drip: float | None = None
    # After so many bytes of the body the connection is cut; below zero, so many before its end.
    truncate_at: int | None = None
    # The headers, and then nothing more.
    is_silent: bool = False
    # So many blanks before the body, which JSON allows.
    padding: int = 0


@dataclass(frozen=True, slots=True)
class NamedFault:
    """A fault by its name: knobs, the provider's own answer of a kind, or a change of the right answer."""

    number: int
    name: str
    does: str
    knobs: Knobs = Knobs()
    # A kind of the provider's own answers.
    own: str | None = None
    # Another request than was sent is answered.
    ask: Callable[[Ask], Ask] | None = None
    change: Change | None = None
    spoil: Callable[[bytes], bytes] | None = None
    # Headers that tell a time, so far from now.
    times: Mapping[str, timedelta] = field(default_factory=dict)
    # Sends the client to another host, which is the sandbox by another name: who follows stands in its log.
    is_elsewhere: bool = False


def _first_page(ask: Ask) -> Ask:
    return replace(ask, query={**ask.query, "offset": "0"})


@cache
def _packed_blanks() -> tuple[bytes, "zlib._Compress"]:
    packer = zlib.compressobj(1, wbits=31)
    return b"".join(packer.compress(b" " * 2**20) for _ in range(HUGE // 2**20)), packer


def _bomb(body: bytes) -> bytes:
    """Some hundred kilobytes that unpack to 200 MB."""
    blanks, packer = _packed_blanks()
    packer = packer.copy()
    return blanks + packer.compress(body) + packer.flush()


_SOON, _HOURS = {"retry-after": "3"}, {"retry-after": "21600"}
_GZIP = {"content-encoding": "gzip"}
_OTHER_HOST = "https://elsewhere.example/api/v2/artist/popularity?offset=100"

NAMED: tuple[NamedFault, ...] = (
    NamedFault(1, "throttled_shortly", "429 with Retry-After: 3", Knobs(429, _SOON), own="throttled"),
    NamedFault(2, "throttled_for_hours", "429 with Retry-After: 21600", Knobs(429, _HOURS), own="throttled"),
    NamedFault(
        *(2, "throttled_until", "429 with Retry-After as an HTTP date, an hour ahead", Knobs(429)),
        own="throttled",
        times={"retry-after": timedelta(hours=1)},
    ),
    NamedFault(2, "throttled", "the provider's own answer to too many calls", own="throttled"),
    NamedFault(3, "quota_used_up", "the provider's own answer when the quota is used up", own="quota"),
    NamedFault(
        *(4, "throttled_own_header", "429 with a header of its own"),
        Knobs(429, {"x-ratelimit-reset": "2", "x-ratelimit-requests-reset": "2"}),
        own="throttled",
    ),
    NamedFault(4, "throttled_empty", "429 with an empty body", Knobs(429, body=b"")),
    NamedFault(
        *(5, "slow_down_503", "503 that means: slow down"),
        Knobs(503, {"retry-after": "2"}, b'{"error": "Your requests are exceeding the allowable rate limit."}'),
    ),
    NamedFault(6, "key_refused", "the provider's own answer to a wrong key, with its odd status", own="key_refused"),
    NamedFault(7, "error_with_200", "the provider's own error body, with status 200", Knobs(200), own="error_with_200"),
    NamedFault(8, "empty", "200 with an empty body", Knobs(200, body=b"")),
    NamedFault(9, "html_challenge", "403 with a page of a guard", Knobs(403, HTML, CHALLENGE)),
    NamedFault(9, "html_5xx", "502 with an error page", Knobs(502, HTML, ERROR_PAGE)),
    NamedFault(9, "html_200", "200 with a page", Knobs(200, HTML, CHALLENGE)),
    NamedFault(9, "html_404", "404 with an error page", Knobs(404, HTML, ERROR_PAGE)),
    NamedFault(10, "wrong_content_type", "JSON that is called text/html", Knobs(headers={"content-type": "text/html"})),
    NamedFault(10, "no_content_type", "JSON without a content type", Knobs(headers={"content-type": None})),
    NamedFault(10, "jsonp", "JSON within a callback", spoil=lambda body: b"callback(" + body + b")"),
    NamedFault(10, "bom", "a byte order mark before the JSON", spoil=lambda body: b"\xef\xbb\xbf" + body),
    NamedFault(11, "numbers_as_texts", "numbers as texts", change=numbers(str)),
    NamedFault(12, "numbers_null", "numbers are null", change=numbers(lambda _: None)),
    NamedFault(12, "numbers_absent", "members with numbers are absent", change=without_numbers),
    NamedFault(13, "numbers_zero", "numbers are 0", change=numbers(lambda _: 0)),
    NamedFault(14, "numbers_minus_one", "numbers are -1", change=numbers(lambda _: -1)),
    NamedFault(14, "numbers_overflown", "numbers have overflown 32 bits", change=numbers(lambda _: -1_874_321_190)),
    NamedFault(15, "numbers_whole_floats", "numbers such as 71.0, which are right", change=numbers(float)),
    NamedFault(15, "numbers_fractions", "numbers such as 71.5", change=numbers(lambda count: count + 0.5)),
    NamedFault(15, "numbers_exponents", "numbers such as 1.2e6, which are right", change=numbers(literal("1.2e6"))),
    NamedFault(15, "numbers_huge", "numbers are 10 to the power of 19", change=numbers(literal("1" + "0" * 19))),
    NamedFault(15, "numbers_nan", "numbers are NaN", change=numbers(literal("NaN"))),
    NamedFault(15, "numbers_true", "numbers are true", change=numbers(lambda _: True)),
    NamedFault(15, "numbers_for_people", "numbers are '1.2M'", change=numbers(lambda _: "1.2M")),
    NamedFault(16, "numbers_rounded", "numbers rounded down to three digits", change=numbers(three_digits)),
    NamedFault(16, "numbers_lower", "numbers a twentieth lower", change=numbers(lambda count: count * 19 // 20)),
    NamedFault(17, "container_missing", "what holds the numbers isn't there", change=without_containers),
    NamedFault(18, "objects_as_lists", "objects are lists of one", change=objects_as_lists),
    NamedFault(18, "lists_as_objects", "lists are their first object", change=lists_as_objects),
    NamedFault(19, "rows_reversed", "rows in another order", change=lists(lambda rows: rows[::-1])),
    NamedFault(19, "rows_doubled", "every row twice", change=lists(lambda rows: [row for row in rows for _ in "12"])),
    NamedFault(19, "row_missing", "the first row is missing", change=lists(lambda rows: rows[1:])),
    NamedFault(20, "late", "the first byte comes after 5 seconds", Knobs(delay_ms=5_000)),
    NamedFault(20, "drip", "1 byte a second", Knobs(drip=1)),
    NamedFault(20, "silent", "headers, and then nothing", Knobs(is_silent=True)),
    NamedFault(21, "truncated_json", "half of the JSON", spoil=lambda body: body[: len(body) // 2]),
    NamedFault(21, "cut_connection", "the connection is cut before the end", Knobs(truncate_at=-10)),
    NamedFault(21, "bad_gzip", "called gzip, and none", Knobs(headers=_GZIP), spoil=lambda body: b"\x1f\x8b" + body),
    NamedFault(21, "huge", "200 MB of blanks before the body", Knobs(padding=HUGE)),
    NamedFault(21, "gzip_bomb", "a small gzip of 200 MB", Knobs(headers=_GZIP), spoil=_bomb),
    NamedFault(22, "page_repeated", "the first page, whichever is asked for", ask=_first_page),
    NamedFault(
        *(22, "next_is_itself", "the next page is the same"),
        change=page(lambda _, scene: {"next": scene.ask.target}),
    ),
    NamedFault(
        *(22, "next_is_former", "the next page is the first"),
        change=page(lambda _, scene: {"next": target_with(scene.ask, offset=0)}),
    ),
    NamedFault(22, "next_is_elsewhere", "the next is on another host", change=page(lambda *_: {"next": _OTHER_HOST})),
    NamedFault(
        *(22, "total_moves", "the total grows from page to page"),
        change=page(lambda told, _: {"total": told["total"] + told["offset"]}),
    ),
    NamedFault(22, "limit_ignored", "pages of 20, whatever is asked for", change=smaller_page),
    NamedFault(23, "day_ahead", "a day that is still to come", change=with_a_day_ahead),
    NamedFault(23, "days_missing", "every third day is missing", change=with_holes),
    NamedFault(24, "clock_ahead", "the Date header is 7 minutes ahead", times={"date": timedelta(minutes=7)}),
    NamedFault(
        *(24, "reset_in_the_past", "429 until a moment that is over", Knobs(429)),
        own="throttled",
        times={"retry-after": timedelta(hours=-1)},
    ),
    NamedFault(25, "token_dead", "the provider's own answer to a token that has died early", own="token_dead"),
    NamedFault(26, "too_young", "the provider's own answer to a token too young to be renewed", own="too_young"),
    NamedFault(26, "token_ended", "the provider's own answer to a token past its end", own="token_ended"),
    NamedFault(27, "token_down", "503; for spotify-accounts, where tokens come from", Knobs(503)),
    NamedFault(29, "redirect_elsewhere", "302 to another host", Knobs(302), is_elsewhere=True),
    NamedFault(30, "namesake", "another artist answers", change=namesake),
    NamedFault(31, "forbidden", "the provider's own answer to what the plan lacks; choose a `path`", own="forbidden"),
    NamedFault(32, "unknown", "the provider's own answer for an unknown artist", own="unknown"),
    NamedFault(33, "no_rows", "lists without a row", change=no_rows),
    NamedFault(33, "page_without_rows", "a page of a chart without a row", spoil=page_rows(lambda _: False)),
    NamedFault(33, "page_shrunk", "a page of a chart with every third row", spoil=page_rows(lambda row: row % 3 == 0)),
    NamedFault(33, "page_changed", "a page of a chart whose columns and classes have other names", spoil=page_renamed),
    NamedFault(34, "down", "500; with `times` or `every_nth` it passes", Knobs(500)),
)
BY_NAME = {fault.name: fault for fault in NAMED}
