"""GraphQL over server-sent events, as the protocol graphql-sse has it with a connection for each operation.

Each answer is an event `next`, the errors of an operation that can't be carried out as well; after the last comes
`complete`. A stream that ends without it was ended by the server, and is to be asked for again.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import structlog
from starlette.types import Receive, Scope, Send

import telemetry
from execution.executor import Answer
from routes.headers import header
from services import end_tasks

MEDIA_TYPE = "text/event-stream"
# A comment goes out as often: proxies close what is silent, and it shows whether the client is there.
KEEP_ALIVE_S = 12.0
# A client that takes nothing for so long is given up.
SEND_TIMEOUT_S = 20.0

_HEADERS = (
    (b"content-type", MEDIA_TYPE.encode()),
    (b"cache-control", b"no-cache, no-transform"),
    # nginx would gather the events otherwise.
    (b"x-accel-buffering", b"no"),
)
_COMMENT, _COMPLETE = b":\n\n", b"event: complete\ndata:\n\n"

log = structlog.get_logger(__name__)


def wants_events(scope: Scope) -> bool:
    """Whether the client asks for a stream of events."""
    return scope["method"] in {"GET", "POST"} and MEDIA_TYPE in (header(scope, b"accept") or "")


class EventStream:
    """A response with the answers as events; it ends with them, with the client, or once `stopping` is set."""

    def __init__(self, answers: AsyncGenerator[Answer], *, stopping: asyncio.Event) -> None:
        self._answers = answers
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events."""
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        await _write(send, _COMMENT)
        sending = asyncio.create_task(self._send_events(send))
        others = [_keep_alive(send), _disconnected(receive), self._stopping.wait()]
        tasks = [sending, *(asyncio.create_task(other) for other in others)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end_tasks(*tasks)
        faults = [task.exception() for task in tasks if not task.cancelled()]
        if any(isinstance(fault, TimeoutError) for fault in faults):
            log.info("subscriber_too_slow", transport="sse")
            return
        for fault in faults:
            if fault is not None:
                raise fault
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_events(self, send: Send) -> None:
        async with aclosing(self._answers) as answers:
            async for answer in answers:
                await _write(send, b"event: next\ndata: %b\n\n" % answer.body)
                telemetry.SUBSCRIPTION_EVENTS.labels("sse").inc()
        await _write(send, _COMPLETE)


async def _keep_alive(send: Send) -> None:
    while True:
        await asyncio.sleep(KEEP_ALIVE_S)
        await _write(send, _COMMENT)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, part: bytes) -> None:
    async with asyncio.timeout(SEND_TIMEOUT_S):
        await send({"type": "http.response.body", "body": part, "more_body": True})
