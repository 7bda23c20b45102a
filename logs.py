"""Logs: a line an event, whatever a client sends. JSON by itself, and on a terminal with control characters escaped."""

import asyncio
import json
import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import TextIO

import orjson
import stamina
import structlog

import telemetry

Event = MutableMapping[str, object]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


_request_lines: "RequestLines | None" = None


class RequestLines:
    """Writes the line that comes with every request: as the log's other JSON lines are, which cost far more to make.

    Lines are gathered while others come, and written before the event loop waits for anything.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._gathered: list[str] = []

    def write(self, facts: Event) -> None:
        """Write a line with these facts, and when and at which request this was."""
        facts["timestamp"] = datetime.now(UTC)
        facts["request_id"] = telemetry.request_id.get()
        if not self._gathered:
            asyncio.get_running_loop().call_soon(self._flush)
        line = orjson.dumps(facts, default=repr, option=orjson.OPT_UTC_Z)
        # Some that read logs end a line where others see a letter.
        self._gathered.append(line.decode() if line.isascii() else json.dumps(orjson.loads(line)))

    def _flush(self) -> None:
        gathered, self._gathered = self._gathered, []
        self._stream.write("\n".join([*gathered, ""]))
        self._stream.flush()


def tell_request(logger: structlog.stdlib.BoundLogger, facts: Event) -> None:
    """Tell of a request that ended, at level info; the facts are then the log's."""
    if _request_lines is None:
        logger.info("request", **facts)
        return
    facts["event"], facts["level"], facts["logger"] = "request", "info", "access"
    _request_lines.write(facts)


def set_up_logs(*, level: str, log_format: str) -> None:
    """Send every log of this process, the libraries' too, to stderr in one form."""
    global _request_lines
    as_text = log_format == "console" or (log_format == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
        _drop_colors,
        structlog.processors.format_exc_info,
    ]
    render: list[structlog.typing.Processor] = (
        [_escape_control_characters, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
        if as_text
        else [structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _request_lines = None if as_text or root.level > logging.INFO else RequestLines(sys.stderr)
    # httpx tells whole addresses, and some of them hold a key.
    for noisy in ("pymongo", "asyncio", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("uvicorn.error").addFilter(_is_no_address)
    # Who tries again says so in the line of the call that failed.
    stamina.instrumentation.set_on_retry_hooks(())
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _is_no_address(record: logging.LogRecord) -> bool:
    """uvicorn tells the whole address of a WebSocket, where somebody may have put a key; we tell its path."""
    return not str(record.msg).startswith('%s - "WebSocket')


def _add_request_id(_logger: object, _method: str, event: Event) -> Event:
    if (current := telemetry.request_id.get()) and "request_id" not in event:
        event["request_id"] = current
    return event


def _drop_colors(_logger: object, _method: str, event: Event) -> Event:
    """uvicorn sends its messages twice, once with colours."""
    event.pop("color_message", None)
    return event


def _escape_control_characters(_logger: object, _method: str, event: Event) -> Event:
    """Also of what isn't a text. A traceback gets a name that the renderer doesn't know: it would break the line."""
    if "exception" in event:
        event["traceback"] = event.pop("exception")
    for key, value in event.items():
        text = value if isinstance(value, str) else repr(value)
        if _CONTROL.search(text):
            event[key] = _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)
    return event
