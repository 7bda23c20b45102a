"""Logs, request ids and counters.

One line an event, whatever a client sends: JSON by itself, and on a terminal with control characters escaped.
"""

import logging
import re
import sys
import uuid
from collections.abc import MutableMapping
from contextvars import ContextVar

import structlog
from prometheus_client import Counter

UNKNOWN_PLATFORMS = Counter(
    "kisum_unknown_platforms_total", "Stored platform ids left out of an answer: the platform is not known."
)
UNREADABLE_FIELDS = Counter(
    "kisum_unreadable_fields_total", "Stored fields answered as null: their value could not be used.", ["field"]
)
STORE_FAULTS = Counter("kisum_store_faults_total", "MongoDB operations that failed because it was away or too slow.")
ERRORS = Counter("kisum_errors_total", "Errors answered, by code.", ["code"])

request_id: ContextVar[str] = ContextVar("request_id", default="")
_notes: ContextVar[dict[str, object]] = ContextVar("notes")

_ACCEPTED_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

Event = MutableMapping[str, object]


def note(**facts: object) -> None:
    """Have the line of this request in the log tell these facts too."""
    notes = _notes.get(None)
    if notes is not None:
        notes.update(facts)


def begin_request(offered_id: str | None) -> dict[str, object]:
    """Give the request that begins an id, and a place for its notes, which is answered."""
    request_id.set(new_request_id(offered_id))
    notes: dict[str, object] = {}
    _notes.set(notes)
    return notes


def new_request_id(offered: str | None = None) -> str:
    """The id that a proxy in front of us gave the request, when it is plain; else a new one."""
    if offered and _ACCEPTED_REQUEST_ID.fullmatch(offered):
        return offered
    return uuid.uuid4().hex


def set_up_logs(*, level: str, log_format: str) -> None:
    """Send every log of this process, the libraries' too, to stderr in one form."""
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
    # httpx tells whole addresses, and some of them hold a key.
    for noisy in ("pymongo", "asyncio", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _add_request_id(_logger: object, _method: str, event: Event) -> Event:
    if (current := request_id.get()) and "request_id" not in event:
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
