"""No key is told: whatever a provider does with it, it's in no log, no error, no repr and no metric."""

import asyncio
import gzip
import logging
import traceback
from collections.abc import AsyncIterator, Iterator

import pytest
from prometheus_client import REGISTRY, generate_latest
from pydantic import SecretStr

from services.providers import Access
from services.transport import Answer, HTTPPolicy, ProviderClient, ProviderError, Request, fault_of, parsed
from tests.conftest import Clock
from tests.services.transport.asking import NAME, Purse
from tests.services.transport.wire import Connection, Play, Wire, answer

KEY = "8f14e45fceea167a5a36dedd4bea2543"
POLICY = HTTPPolicy(timeout_s=0.2, retries=1, max_bytes=100_000)

REQUESTS = {
    "in the address": Request("/artist", params={"method": "artist.getInfo", "api_key": KEY}),
    "in a header": Request("/artist", headers={"x-api-key": KEY}),
    "in a header, after a word": Request("/artist", headers={"Authorization": f"Bearer {KEY}"}),
    "in a form": Request("/token", method="POST", form={"client_secret": KEY}),
}


async def cut_off(connection: Connection) -> None:
    connection.cut()


async def say_nothing(connection: Connection) -> None:
    await connection.say_nothing()


def says(status: str, *headers: str) -> bytes:
    """An answer that repeats the key in its body."""
    return answer(f"Invalid key {KEY} for /artist?api_key={KEY}".encode(), *headers, status=status)


PLAYS: dict[str, bytes | Play] = {
    "answered": answer(b"{}"),
    "cut off": cut_off,
    "silent": say_nothing,
    "no HTTP": KEY.encode() + b"\r\n\r\n",
    "200 that is no JSON": says("200 OK"),
    "200 that is a page": answer(f"<html><a href='/artist?api_key={KEY}'>".encode()),
    "200 that is misread": answer(f'["{KEY}"]'.encode()),
    "redirect to itself": answer(b"", f"location: /artist?api_key={KEY}", status="302 Found"),
    "redirect elsewhere": answer(b"", f"location: http://elsewhere.example/?api_key={KEY}", status="302 Found"),
    "redirect to nowhere": answer(b"", f"location: mailto:{KEY}", status="302 Found"),
    "400": says("400 Bad Request"),
    "401": says("401 Unauthorized", f'www-authenticate: Bearer realm="{KEY}"'),
    "404": says("404 Not Found"),
    "429": says("429 Too Many Requests", f"retry-after: {KEY}"),
    "500": says(f"500 {KEY}"),
    "too large": answer(KEY.encode() * 4000),
    "broken gzip": answer(KEY.encode(), "content-encoding: gzip"),
    "gzip that is too large": answer(gzip.compress(KEY.encode() * 4000), "content-encoding: gzip"),
    "packed oddly": answer(KEY.encode(), f"content-encoding: {KEY}"),
}


def read(answer: Answer) -> object:
    """As a provider's file does, and one that shows what it saw."""
    if fault := fault_of(answer):
        raise fault
    body = parsed(answer)
    if isinstance(body, list):
        raise KeyError(body[0])
    return body


@pytest.fixture
async def provider(wire: Wire, clock: Clock, purse: Purse) -> AsyncIterator[ProviderClient]:
    provider = ProviderClient(NAME, wire.url, POLICY, clock=clock, budget=purse)
    yield provider
    await provider.close()


@pytest.fixture
def purse() -> Purse:
    return Purse()


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that any library says."""
    with caplog.at_level(logging.DEBUG):
        yield caplog


async def outcome(provider: ProviderClient, request: Request) -> BaseException | None:
    try:
        await provider.ask(request, read, deadline=asyncio.get_running_loop().time() + 5)
    except ProviderError as error:
        return error
    return None


def shown(error: BaseException | None) -> str:
    """All that anybody could print of an error, and of those behind it."""
    if error is None:
        return ""
    told = [repr(error), str(error), repr(error.__dict__), *traceback.format_exception(error)]
    return "".join(told) + shown(error.__cause__) + shown(error.__context__)


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize("play", PLAYS.values(), ids=PLAYS)
async def test_whatever_becomes_of_a_call_its_key_is_not_told(
    provider: ProviderClient,
    wire: Wire,
    purse: Purse,
    logged: pytest.LogCaptureFixture,
    request_: Request,
    play: bytes | Play,
) -> None:
    wire.answers(play)

    error = await outcome(provider, request_)

    assert any(KEY in request for request in wire.requests) or request_.form
    told = [shown(error), logged.text, *(repr(record.__dict__) for record in logged.records)]
    told += [repr(request_), repr(provider), repr(provider.health), repr(purse.notes)]
    told += [generate_latest(REGISTRY).decode()]
    assert [text for text in told if KEY in text] == []


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
async def test_where_nobody_answers_the_key_is_not_told(
    wire: Wire, clock: Clock, logged: pytest.LogCaptureFixture, request_: Request
) -> None:
    provider = ProviderClient(NAME, "http://127.0.0.1:9", POLICY, clock=clock)

    error = await outcome(provider, request_)

    await provider.close()
    assert KEY not in shown(error) + logged.text


@pytest.mark.parametrize("key", [f"{KEY}é", f"{KEY}\r\nx-other: 1", f"{KEY}\x00"], ids=["é", "line break", "zero"])
async def test_a_key_that_cannot_be_sent_is_not_told(
    provider: ProviderClient, logged: pytest.LogCaptureFixture, key: str
) -> None:
    error = await outcome(provider, Request("/artist", headers={"x-api-key": key}))

    assert error is not None
    assert KEY not in shown(error) + logged.text


def test_access_does_not_show_its_credentials() -> None:
    access = Access("https://api.deezer.example", {"lastfm_api_key": SecretStr(KEY)})

    assert KEY not in repr(access)
