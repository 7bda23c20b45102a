"""The server: finds the provider that is asked, counts the call, lets a fault strike, and sends the answer."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.routing import compile_path

from sandbox.calls import Calls, Entry
from sandbox.changes import LITERALLY, Scene
from sandbox.control import PREFIX, Control
from sandbox.delivery import Answer, Client, ClientGone, Message, Receive, Send, deliver
from sandbox.faults import Fault, Faults
from sandbox.named import Knobs
from sandbox.protocol import JSON_TYPE, Ask, Endpoint, Provider, Reply
from sandbox.providers import PROVIDERS
from sandbox.world import World

log = logging.getLogger("sandbox")

NOT_FOUND = Reply({"message": "Not Found"}, 404)
# Where redirects to another host lead: the sandbox by another name, so that its log shows who followed.
ELSEWHERE = "elsewhere"
# For providers without an answer of their own of that kind.
USUAL = {
    "throttled": Reply({"message": "Too many requests"}, 429),
    "quota": Reply({"message": "Your quota is used up"}, 429),
    "key_refused": Reply({"message": "Unauthorized"}, 401),
    "token_dead": Reply({"message": "Unauthorized"}, 401),
    "token_ended": Reply({"message": "Unauthorized"}, 401),
    "too_young": Reply({"message": "Bad Request"}, 400),
    "forbidden": Reply({"message": "Forbidden"}, 403),
    "unknown": Reply({"message": "Not Found"}, 404),
    "error_with_200": Reply({"error": {"code": 500, "message": "Something went wrong"}}),
}
_LITERAL = re.compile(rb'"%b(.*?)%b"' % (LITERALLY.encode(), LITERALLY.encode()))


class Sandbox:
    """The ASGI app over one world."""

    def __init__(self, world: World, providers: tuple[Provider, ...] = PROVIDERS) -> None:
        self._world = world
        self._faults = Faults()
        self._calls = Calls(providers)
        self._control = Control(world, providers, self._faults, self._calls).app()
        self._rooms = {provider.name: _Room.of(provider) for provider in providers}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers one request; who has gone is not waited for."""
        if scope["type"] != "http":
            await self._control(scope, receive, send)
            return
        name, _, path = scope["path"].removeprefix("/").partition("/")
        try:
            if f"/{name}" == PREFIX and path != ELSEWHERE:
                await self._control(scope, receive, send)
            else:
                await self._answer(scope, name, f"/{path}", Client(receive, send))
        except ClientGone:
            return
        except Exception:
            log.exception("%s %s", scope["method"], scope["path"])
            raise

    async def _answer(self, scope: Message, name: str, path: str, client: Client) -> None:
        room = self._rooms.get(name, _NOBODY)
        endpoint, parts = room.find(scope["method"], path)
        ask = _ask(scope, name, parts, await client.read())
        if endpoint is not None:
            ask = replace(ask, meant=endpoint.meant(ask, self._world.directory))
        fault = self._faults.struck(name, ask)
        label = fault.label if fault else None
        self._calls.begin(
            Entry(
                name,
                scope["method"],
                scope["path"],
                ask.query,
                list(ask.headers),
                _labels(ask, path),
                label,
            )
        )
        try:
            knobs = fault.knobs if fault else Knobs()
            if knobs.delay_ms:
                await client.wait(knobs.delay_ms / 1000)
            await deliver(self._sent(room.provider, endpoint, ask, fault), knobs, client)
        finally:
            self._calls.end(name)

    def _sent(self, provider: Provider | None, endpoint: Endpoint | None, ask: Ask, fault: Fault | None) -> Answer:
        """The answer in bytes, with the fault that strikes."""
        if provider is None or endpoint is None:
            return self._in_bytes(NOT_FOUND, {})
        reply = self._usual(provider, endpoint, ask) if fault is None else self._faulty(provider, endpoint, ask, fault)
        answer = self._in_bytes(reply, provider.headers)
        if fault and fault.named and fault.named.spoil:
            return replace(answer, body=fault.named.spoil(answer.body))
        return answer

    def _usual(self, provider: Provider, endpoint: Endpoint, ask: Ask) -> Reply:
        return provider.refusal(ask) or endpoint.answer(ask, self._world)

    def _faulty(self, provider: Provider, endpoint: Endpoint, ask: Ask, fault: Fault) -> Reply:
        knobs, named = fault.knobs, fault.named
        if named and named.own:
            reply = provider.own.get(named.own) or USUAL[named.own]
        elif knobs.body is not None:
            reply = Reply(knobs.body)
        elif knobs.status and knobs.status >= 300:
            reply = Reply({"message": HTTPStatus(knobs.status).phrase})
        else:
            reply = self._usual(provider, endpoint, named.ask(ask) if named and named.ask else ask)
            if named and named.change and not isinstance(reply.body, bytes):
                scene = Scene(ask, provider.counts, self._world.today)
                reply = replace(reply, body=named.change(reply.body, scene))
        now = self._world.clock()
        times = {name: _http_date(now + ahead) for name, ahead in named.times.items()} if named else {}
        place = {"location": _elsewhere(ask)} if named and named.is_elsewhere else {}
        headers = {**reply.headers, **times, **place, **knobs.headers}
        return replace(reply, status=knobs.status or reply.status, headers=headers)

    def _in_bytes(self, reply: Reply, headers: Any) -> Answer:
        """The reply's body as it goes over the wire, with the headers that all answers have."""
        body = reply.body if isinstance(reply.body, bytes) else _LITERAL.sub(rb"\1", orjson.dumps(reply.body))
        told = {"date": _http_date(self._world.clock()), "content-type": JSON_TYPE, **headers, **reply.headers}
        return Answer(reply.status, {name: value for name, value in told.items() if value is not None}, body)


@dataclass(frozen=True, slots=True)
class _Room:
    """A provider with its paths as patterns."""

    provider: Provider | None
    patterns: Sequence[tuple[re.Pattern[str], Endpoint]] = ()

    @classmethod
    def of(cls, provider: Provider) -> "_Room":
        patterns = [(compile_path(endpoint.path)[0], endpoint) for endpoint in provider.endpoints]
        return cls(provider, patterns)

    def find(self, method: str, path: str) -> tuple[Endpoint | None, dict[str, str]]:
        """The endpoint of that path, and the path's parts."""
        base = self.provider.base if self.provider else ""
        if path.startswith(base):
            for pattern, endpoint in self.patterns:
                if endpoint.method == method and (found := pattern.match(path[len(base) :])):
                    return endpoint, found.groupdict()
        return None, {}


_NOBODY = _Room(None)


def _ask(scope: Message, name: str, parts: dict[str, str], body: bytes) -> Ask:
    query = scope["query_string"].decode("latin-1")
    raw = scope["raw_path"].decode("latin-1").removeprefix(f"/{name}")
    return Ask(
        target=f"{raw}?{query}" if query else raw,
        path=parts,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]},
        form=dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True)),
    )


def _labels(ask: Ask, path: str) -> list[str]:
    """Whom a call is counted for: Kisum's id, an unknown one's id after a question mark, else what was asked."""
    return [str(artist.id) if artist else f"?{key}" for key, artist in ask.meant.items()] or [path]


def _elsewhere(ask: Ask) -> str:
    """The same server by another name."""
    host, _, port = ask.headers.get("host", "").partition(":")
    other = "127.0.0.1" if host == "localhost" else "localhost"
    return f"http://{other}:{port}{PREFIX}/{ELSEWHERE}"


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
