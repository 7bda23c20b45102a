import asyncio
import io
import json
import logging
import re
import sys
from collections.abc import Callable
from contextvars import copy_context
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

import logs
from logs import set_up_logs
from telemetry import begin_request

NASTY = "\x1b[31ma\r\nb\x00\x7f\x9b\u2028\u2029c"
ESCAPED = r"\x1b[31ma\r\nb\x00\x7f\x9b\u2028\u2029c"
# Whatever ends a line for some reader, or speaks to a terminal.
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")

Log = Callable[[], None]


@pytest.fixture(params=["json", "console"])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    return set_up(monkeypatch, request.param)


def set_up(monkeypatch: pytest.MonkeyPatch, log_format: str, *, level: str = "info", tty: bool = False) -> io.StringIO:
    """What is written from now on."""
    stderr = io.StringIO()
    monkeypatch.setattr(stderr, "isatty", lambda: tty)
    monkeypatch.setattr(sys, "stderr", stderr)
    set_up_logs(level=level, log_format=log_format)
    return stderr


def events(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


class Nasty:
    """Something that isn't a text, and shows itself as one that is nasty."""

    def __repr__(self) -> str:
        return NASTY


def ours() -> None:
    structlog.get_logger("ours").info("told", path=NASTY, parts=[NASTY], pairs={NASTY: NASTY}, thing=Nasty())


def ours_in_the_event() -> None:
    structlog.get_logger("ours").info(NASTY)


def a_librarys() -> None:
    logging.getLogger("theirs").info("told %s", NASTY, extra={"path": NASTY})


def our_exception() -> None:
    try:
        raise ValueError(NASTY)
    except ValueError:
        structlog.get_logger("ours").exception("failed")


def a_librarys_exception() -> None:
    try:
        raise ValueError(NASTY)
    except ValueError:
        logging.getLogger("theirs").exception("failed")


def a_librarys_stack() -> None:
    logging.getLogger("theirs").info(NASTY, stack_info=True)


@pytest.mark.parametrize(
    "log", [ours, ours_in_the_event, a_librarys, our_exception, a_librarys_exception, a_librarys_stack]
)
def test_an_event_is_one_line_whatever_is_in_it(written: io.StringIO, log: Log) -> None:
    log()

    text = written.getvalue()
    assert text.count("\n") == 1
    assert text.endswith("\n")
    assert not CONTROL.search(text)


@pytest.mark.parametrize("log", [ours, a_librarys, our_exception])
def test_what_was_nasty_can_still_be_read_on_a_terminal(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    written = set_up(monkeypatch, "console")

    log()

    assert ESCAPED in written.getvalue().replace(r"\\", "\\")


def test_an_event_is_json_with_its_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    written = set_up(monkeypatch, "json")

    structlog.get_logger("ours").warning("told", artist_id=61, path=NASTY)

    (event,) = events(written)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", event.pop("timestamp"))
    assert event == {"event": "told", "level": "warning", "logger": "ours", "artist_id": 61, "path": NASTY}


def test_a_librarys_event_has_the_same_form(monkeypatch: pytest.MonkeyPatch) -> None:
    written = set_up(monkeypatch, "json")

    logging.getLogger("theirs").warning("told %s", "this", extra={"artist_id": 61, "color_message": "told \x1b[1mthis"})

    (event,) = events(written)
    assert event.pop("timestamp")
    assert event == {"event": "told this", "level": "warning", "logger": "theirs", "artist_id": 61}


def test_an_exception_is_told_with_where_it_was_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    written = set_up(monkeypatch, "json")

    our_exception()

    (event,) = events(written)
    assert event["exception"].startswith("Traceback (most recent call last):\n")
    assert "in our_exception" in event["exception"]


@pytest.mark.parametrize(
    ("log_format", "tty", "as_json"),
    [("auto", False, True), ("auto", True, False), ("json", True, True), ("console", False, False)],
)
def test_the_form_is_text_on_a_terminal_unless_it_is_set(
    monkeypatch: pytest.MonkeyPatch, log_format: str, tty: bool, as_json: bool
) -> None:
    written = set_up(monkeypatch, log_format, tty=tty)

    structlog.get_logger("ours").info("told")

    assert written.getvalue().startswith("{") is as_json


def test_there_are_colours_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    coloured = set_up(monkeypatch, "console", tty=True)
    structlog.get_logger("ours").info("told")
    plain = set_up(monkeypatch, "console", tty=False)
    structlog.get_logger("ours").info("told")

    assert ("\x1b[" in coloured.getvalue(), "\x1b[" in plain.getvalue()) == (True, False)


def test_what_is_below_the_level_is_not_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    written = set_up(monkeypatch, "json", level="warning")

    for log in (structlog.get_logger("ours"), logging.getLogger("theirs")):
        log.info("told")
        log.warning("warned")

    assert [(event["logger"], event["event"]) for event in events(written)] == [
        ("ours", "warned"),
        ("theirs", "warned"),
    ]


@pytest.mark.parametrize("library", ["pymongo", "pymongo.command", "asyncio", "httpx", "httpcore.connection"])
def test_libraries_that_talk_much_or_of_keys_are_heard_when_they_warn(
    monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    written = set_up(monkeypatch, "json", level="debug")

    logging.getLogger(library).info("GET https://provider.example/?key=sesame")
    logging.getLogger(library).warning("warned")

    assert [event["event"] for event in events(written)] == ["warned"]


def test_logs_set_up_twice_are_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch, "json")
    written = set_up(monkeypatch, "json")

    structlog.get_logger("ours").info("told")

    assert len(events(written)) == 1


@pytest.mark.parametrize("log", [ours, a_librarys])
def test_the_events_of_a_request_carry_its_id(monkeypatch: pytest.MonkeyPatch, log: Log) -> None:
    written = set_up(monkeypatch, "json")

    def request() -> None:
        begin_request("0123-proxy.id_A")
        log()

    copy_context().run(request)
    log()

    within, without = events(written)
    assert within["request_id"] == "0123-proxy.id_A"
    assert "request_id" not in without


def test_the_address_of_a_websocket_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    written = set_up(monkeypatch, "json")

    logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', "127.0.0.1:9", "/graphql?key=secret")
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)

    assert [line["event"] for line in events(written)] == ["Started server process [7]"]


async def test_the_line_of_a_request_is_as_all_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    written = set_up(monkeypatch, "json")
    begin_request("request-0001")
    facts = {"path": "/caf\u00e9\u2028", "status": 200, "cause": ValueError("odd")}

    logs.tell_request(structlog.get_logger("access"), dict(facts))
    structlog.get_logger("access").info("request", **facts)
    before = written.getvalue()
    await asyncio.sleep(0)

    later, first = written.getvalue().removeprefix(before).splitlines(), before.splitlines()
    told = [json.loads(line) for line in (*first, *later)]
    assert len(told) == 2
    assert {key: told[0][key] for key in told[0] if key != "timestamp"} == {
        key: told[1][key] for key in told[1] if key != "timestamp"
    }
    assert [datetime.fromisoformat(line["timestamp"]).tzinfo for line in told] == [UTC, UTC]


async def test_lines_of_requests_come_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    written = set_up(monkeypatch, "json")

    for number in range(3):
        logs.tell_request(structlog.get_logger("access"), {"number": number})
    await asyncio.sleep(0)

    assert [event["number"] for event in events(written)] == [0, 1, 2]


@pytest.mark.parametrize("log_format", ["console", "json"])
async def test_no_line_of_a_request_is_written_below_the_level(
    monkeypatch: pytest.MonkeyPatch, log_format: str
) -> None:
    written = set_up(monkeypatch, log_format, level="warning")

    logs.tell_request(structlog.get_logger("access"), {"path": "/"})
    await asyncio.sleep(0)

    assert written.getvalue() == ""
