"""HTTP as uvicorn speaks it, with less to do for each request.

What is written in one turn of the event loop is sent by one call of the system: by itself uvicorn sends a response's
headers and its body apart, and each call takes longer than to make a small answer. Requests for the `lane` that the
app's lifespan gives in its state are offered there, once they have come whole. And a connection has one timer for as
long as it lasts, in place of a new one after every response.
"""

import asyncio
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from routes.lane import PATH, Answered, Lane, Taken, UnderWay

# Where the app's lifespan puts the lane.
LANE = "kisum.lane"


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's protocol over a `GatheringTransport`, with the lane beside the app."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._lane: Lane | None = self.app_state.get(LANE)
        # What has come of a request that may be for the lane; None where it is for the app.
        self._offered: bytes | None = None
        # Whether no request has come in part.
        self._is_between = True
        self._chunk = b""
        self._idle_since: float | None = None
        self._defaults: list[tuple[bytes, bytes]] | None = None
        self._defaults_written = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin with the connection."""
        gathered = _gathered.setdefault(self.loop, [])
        super().connection_made(GatheringTransport(transport, self.loop, gathered))  # type: ignore[arg-type]

    def connection_lost(self, exc: Exception | None) -> None:
        """End with the connection."""
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def shutdown(self) -> None:
        """End with the server; who has begun to ask is answered first."""
        if self._offered is not None:
            self._hand_to_app()
        super().shutdown()

    def data_received(self, data: bytes) -> None:
        """Take in what came: parsed, unless it is a whole request with a head that the lane knows."""
        self._chunk = b""
        if self._lane is not None and self._is_between and self._awaits_request():
            taken = self._lane.recognize(data)
            if taken is not None:
                self._idle_since = None
                self._begin_in_lane(taken, keeps=True)
                return
            self._chunk = data
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._is_between = False
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        """Keep back what may be for the lane, and hand the app what isn't."""
        if self._may_be_for_lane():
            self._offered = b""
        else:
            self._begin_for_app()

    def on_body(self, body: bytes) -> None:
        """Take in a part of the body."""
        if self._offered is None:
            super().on_body(body)
            return
        self._offered += body
        if len(self._offered) > HIGH_WATER_LIMIT:
            self._hand_to_app()

    def on_message_complete(self) -> None:
        """Offer the lane what has come whole."""
        self._is_between = True
        if self._offered is not None:
            taken = self._lane.take(self.headers, self._offered)  # type: ignore[union-attr]
            if taken is not None:
                keeps = self.parser.get_http_version() != "1.0" and self.parser.should_keep_alive()
                if keeps and self._chunk:
                    self._lane.remember(self._chunk, self._offered, taken)  # type: ignore[union-attr]
                self._offered = None
                self._begin_in_lane(taken, keeps=keeps)
                return
            self._hand_to_app()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with what was sent meanwhile, or wait for more."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._wait_for_more(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection where nothing has come for long enough."""
        self.timeout_keep_alive_task = None
        if self._idle_since is None:
            return
        left_s = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left_s > 0:
            self._wait_for_more(left_s)
        else:
            super().timeout_keep_alive_handler()

    def _unset_keepalive_if_required(self) -> None:
        self._idle_since = None

    def _wait_for_more(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _may_be_for_lane(self) -> bool:
        return (
            self._lane is not None
            and self.url == PATH
            and self.parser.get_method() == b"POST"
            and self._awaits_request()
            and not self.expect_100_continue
            and not self.parser.should_upgrade()
        )

    def _awaits_request(self) -> bool:
        """Whether the next request can be answered at once: the one before is, and who asked has taken most of it."""
        return (self.cycle is None or self.cycle.response_complete) and not self.flow.write_paused

    def _begin_for_app(self) -> None:
        url, headers = self.url, self.headers
        expects = self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers += headers
        super().on_headers_complete()

    def _hand_to_app(self) -> None:
        body, self._offered = self._offered, None
        self._begin_for_app()
        super().on_body(body)  # type: ignore[arg-type]

    def _begin_in_lane(self, taken: Taken, *, keeps: bool) -> None:
        exchange = self.cycle = Exchange(keep_alive=keeps)  # type: ignore[assignment]
        exchange.under_way = self._lane.begin(taken, partial(self._answer, exchange))  # type: ignore[union-attr]
        self.tasks.add(exchange.under_way)  # type: ignore[arg-type]

    def _answer(self, exchange: "Exchange", answered: Answered | None) -> None:
        self.tasks.discard(exchange.under_way)
        # Each has the other, and would else stay until the garbage collector comes.
        del exchange.under_way
        if answered is None or exchange.disconnected:
            return
        head = [STATUS_LINE[answered.status], self._default_head()]
        for name, value in answered.headers:
            head += (name, b": ", value, b"\r\n")
        head += (b"\r\n" if exchange.keep_alive else b"connection: close\r\n\r\n", answered.body)
        self.transport.write(b"".join(head))
        exchange.response_complete = True
        if not exchange.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _default_head(self) -> bytes:
        """The headers of every answer; uvicorn has others each second."""
        headers = self.server_state.default_headers
        if headers is not self._defaults:
            self._defaults = headers
            self._defaults_written = b"".join(b"%b: %b\r\n" % each for each in headers)
        return self._defaults_written


class _Nobody:
    """Nobody waits for messages of a request that has come whole."""

    def set(self) -> None: ...


class Exchange:
    """What uvicorn's protocol asks of a request that is under way and of its answer."""

    __slots__ = ("disconnected", "keep_alive", "message_event", "response_complete", "under_way")
    under_way: UnderWay

    def __init__(self, *, keep_alive: bool) -> None:
        self.keep_alive = keep_alive
        self.response_complete = False
        self.disconnected = False
        self.message_event = _NOBODY


_NOBODY = _Nobody()


class GatheringTransport:
    """A transport that sends at the end of a turn what was written in it; in all else the one that it is over.

    `gathered` are those of its event loop that are about to send.
    """

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, gathered: "list[GatheringTransport]"
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._gathered = gathered
        self._written: list[bytes] = []
        self.is_closing = transport.is_closing

    def write(self, data: bytes) -> None:
        """Have it sent."""
        if not self._written:
            if not self._gathered:
                self._loop.call_soon(_send_all, self._gathered)
            self._gathered.append(self)
        self._written.append(data)

    def close(self) -> None:
        """Close once what was written is sent."""
        self.send()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def send(self) -> None:
        """Send what was written, if anything."""
        written, self._written = self._written, []
        if written and not self._transport.is_closing():
            self._transport.writelines(written)


_gathered: WeakKeyDictionary[asyncio.AbstractEventLoop, list[GatheringTransport]] = WeakKeyDictionary()


def _send_all(gathered: list[GatheringTransport]) -> None:
    transports = gathered[:]
    gathered.clear()
    for transport in transports:
        transport.send()
