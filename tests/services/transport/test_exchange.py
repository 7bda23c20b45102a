"""One request over a real connection, to a server that does what a good one never would."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from services.transport import (
    Answer,
    HTTPPolicy,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnreadable,
    Request,
)
from services.transport.exchange import USER_AGENT, Exchange
from settings import version
from tests.services.transport.wire import Connection, Play, Wire, answer

POLICY = HTTPPolicy(max_bytes=100_000)
KEY = "8f14e45fceea167a5a36dedd4bea2543"
# Long enough for any answer from this machine.
PATIENT_S = 20.0
SHORT_S = 0.2

Open = Callable[..., Exchange]


@pytest.fixture
async def opened(wire: Wire) -> AsyncIterator[Open]:
    """Connections to the wire, or to another address."""
    exchanges: list[Exchange] = []

    def open_one(base_url: str = "", **policy: Any) -> Exchange:
        exchanges.append(Exchange(base_url or wire.url, replace(POLICY, **policy)))
        return exchanges[-1]

    yield open_one
    for exchange in exchanges:
        await exchange.close()


@pytest.fixture
def exchange(opened: Open) -> Exchange:
    return opened()


async def ask(exchange: Exchange, path: str = "/artist", *, within_s: float = PATIENT_S, **request: Any) -> Answer:
    return await exchange.send(Request(path, **request), within_s=within_s)


async def fault(exchange: Exchange, *, within_s: float = PATIENT_S, **request: Any) -> tuple[type, str]:
    with pytest.raises(ProviderError) as raised:
        await ask(exchange, within_s=within_s, **request)
    assert (raised.value.__cause__, raised.value.__context__) == (None, None)
    return type(raised.value), str(raised.value)


async def test_a_request_is_sent_as_it_was_made(wire: Wire, opened: Open) -> None:
    wire.answers(answer(b'{"a": 1}', "X-Quota: 7"))

    answered = await ask(
        opened(f"{wire.url}/v1/"),
        "/artist/AC%2FDC",
        params={"name": "Nova Ruiz", "limit": 50},
        headers={"x-key": KEY},
    )

    first, *headers = wire.requests[0].strip().split("\r\n")
    assert first == "GET /v1/artist/AC%2FDC?name=Nova+Ruiz&limit=50 HTTP/1.1"
    assert {header.lower() for header in headers} == {
        f"host: {urlsplit(wire.url).netloc}",
        f"user-agent: {USER_AGENT}".lower(),
        "accept: application/json",
        "accept-encoding: gzip",
        "connection: keep-alive",
        f"x-key: {KEY}",
    }
    assert (answered.status, answered.headers["x-quota"], answered.body) == (200, "7", b'{"a": 1}')


async def test_a_form_is_sent_as_one(wire: Wire, exchange: Exchange) -> None:
    wire.answers(answer())

    await ask(exchange, "/token", method="POST", form={"grant_type": "client_credentials"}, base_url=wire.url)

    assert wire.requests[0].startswith("POST /token HTTP/1.1\r\n")
    assert "content-type: application/x-www-form-urlencoded\r\n" in wire.requests[0].lower()


def test_a_request_says_which_version_of_us_sent_it() -> None:
    assert USER_AGENT.startswith(f"KisumMusicDataAnalyst/{version()} (+")


@pytest.mark.parametrize("status", ["404 Not Found", "429 Too Many Requests", "500 Internal Server Error"])
async def test_an_answer_is_handed_on_whatever_its_status(wire: Wire, exchange: Exchange, status: str) -> None:
    wire.answers(answer(b"no", status=status))

    answered = await ask(exchange)

    assert (answered.status, answered.body) == (int(status[:3]), b"no")


async def test_a_connection_serves_one_call_after_the_other(wire: Wire, exchange: Exchange) -> None:
    wire.answers(answer())

    for _ in range(3):
        await ask(exchange)

    assert (wire.connections, len(wire.requests)) == (1, 3)


async def test_cookies_are_not_kept(wire: Wire, exchange: Exchange) -> None:
    wire.answers(answer(b"{}", "Set-Cookie: session=1; Path=/"))

    await ask(exchange)
    await ask(exchange)

    assert "cookie" not in wire.requests[1].lower()


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
async def test_no_proxy_of_the_environment_gets_the_key(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, opened: Open, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    wire.answers(answer())

    assert (await ask(opened())).status == 200


async def say_nothing(connection: Connection) -> None:
    await connection.say_nothing()


async def fall_silent_after_the_headers(connection: Connection) -> None:
    await connection.send(answer(length=10))
    await connection.say_nothing()


async def drip(connection: Connection) -> None:
    """A byte again and again, each well within any limit on a read."""
    await connection.send(answer(length=10**6))
    while True:
        await connection.send(b" ")
        await asyncio.sleep(SHORT_S / 20)


async def drip_headers(connection: Connection) -> None:
    await connection.send(b"HTTP/1.1 200 OK\r\nx-long: ")
    while True:
        await connection.send(b"x")
        await asyncio.sleep(SHORT_S / 20)


@pytest.mark.parametrize("play", [say_nothing, fall_silent_after_the_headers, drip, drip_headers])
async def test_a_call_ends_in_time_however_slow_the_answer(wire: Wire, exchange: Exchange, play: Play) -> None:
    wire.answers(play)
    began = asyncio.get_running_loop().time()

    assert await fault(exchange, within_s=SHORT_S) == (ProviderUnavailable, "took longer than 0.2 s")

    assert asyncio.get_running_loop().time() - began < PATIENT_S


async def cut_off_at_once(connection: Connection) -> None:
    connection.cut()


async def cut_off_in_the_headers(connection: Connection) -> None:
    await connection.send(b"HTTP/1.1 200 OK\r\ncontent-le")
    connection.cut()


async def cut_off_in_the_body(connection: Connection) -> None:
    await connection.send(answer(b'{"listeners": 12', length=30))
    connection.cut()


async def talk_another_protocol(connection: Connection) -> None:
    await connection.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    connection.cut()


@pytest.mark.parametrize("play", [cut_off_at_once, cut_off_in_the_headers, cut_off_in_the_body, talk_another_protocol])
async def test_a_connection_that_is_cut_is_a_fault_that_may_pass(wire: Wire, exchange: Exchange, play: Play) -> None:
    wire.answers(play)

    assert await fault(exchange) == (ProviderUnavailable, "broke the call off (RemoteProtocolError)")


async def test_after_a_fault_the_next_call_is_answered(wire: Wire, exchange: Exchange) -> None:
    wire.answers(cut_off_in_the_body, fall_silent_after_the_headers, answer(b"[1]"))

    await fault(exchange)
    await fault(exchange, within_s=SHORT_S)

    assert (await ask(exchange)).body == b"[1]"


async def test_a_body_of_200_mb_is_cut_off(wire: Wire, exchange: Exchange) -> None:
    sent = 0

    async def play(connection: Connection) -> None:
        nonlocal sent
        await connection.send(answer(length=200 * 2**20))
        while sent < 200:
            await connection.send(b"x" * 2**20)
            sent += 1

    wire.answers(play)

    assert await fault(exchange) == (ProviderUnreadable, "answered more than 100000 bytes")
    assert sent < 100


async def test_a_body_that_grows_when_it_is_unpacked_is_cut_off(wire: Wire, exchange: Exchange) -> None:
    wire.answers(answer(gzip.compress(b" " * 10**8, compresslevel=1), "content-encoding: gzip"))

    assert await fault(exchange) == (ProviderUnreadable, "answered more than 100000 bytes")


async def test_a_body_that_was_cut_off_keeps_no_connection(wire: Wire, exchange: Exchange) -> None:
    wire.answers(answer(b"x" * 200_000))

    for _ in range(POLICY.max_in_flight + 1):
        assert (await fault(exchange))[0] is ProviderUnreadable


async def test_a_packed_body_is_unpacked(wire: Wire, exchange: Exchange) -> None:
    wire.answers(answer(gzip.compress(b"[1]"), "content-encoding: gzip"))

    assert (await ask(exchange)).body == b"[1]"


async def test_a_body_that_is_not_packed_as_it_says_is_unreadable(wire: Wire, exchange: Exchange) -> None:
    wire.answers(answer(b"{}", "content-encoding: gzip"))

    assert await fault(exchange) == (ProviderUnreadable, "answered bytes that can't be unpacked")


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer(b"", f"location: {to}", status=status)


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent"])
async def test_a_redirect_on_the_same_host_is_followed_with_the_key(
    wire: Wire, exchange: Exchange, status: str
) -> None:
    wire.answers(redirect("/v2/artist?limit=1", status), answer(b"[1]"))

    answered = await ask(exchange, headers={"x-key": KEY})

    assert answered.body == b"[1]"
    assert wire.requests[1].startswith("GET /v2/artist?limit=1 HTTP/1.1\r\n")
    assert f"x-key: {KEY}" in wire.requests[1].lower()


async def test_a_redirect_keeps_no_connection(wire: Wire, exchange: Exchange) -> None:
    wire.answers(answer(b"moved", "location: http://elsewhere.example/", status="302 Found"))

    for _ in range(POLICY.max_in_flight + 1):
        assert (await fault(exchange))[0] is ProviderUnreadable


async def test_a_redirect_is_followed_once(wire: Wire, exchange: Exchange) -> None:
    wire.answers(redirect("/artist"))

    assert await fault(exchange) == (ProviderUnreadable, "leads from one address to the next")
    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param("http://localhost:{port}/artist", id="another name"),
        pytest.param("http://127.0.0.1:9/artist", id="another port"),
        pytest.param("https://127.0.0.1:{port}/artist", id="another scheme"),
        pytest.param("//attacker.example/artist", id="the same scheme"),
        pytest.param("http://127.0.0.1:{port}@attacker.example/artist", id="a host that looks the same"),
    ],
)
async def test_no_redirect_to_another_host_is_followed(wire: Wire, exchange: Exchange, elsewhere: str) -> None:
    wire.answers(redirect(elsewhere.format(port=urlsplit(wire.url).port)))

    assert await fault(exchange) == (ProviderUnreadable, "leads to another host, which would get the key too")
    assert len(wire.requests) == 1


async def test_what_was_posted_is_not_sent_anywhere_else(wire: Wire, exchange: Exchange) -> None:
    wire.answers(redirect("/elsewhere", "307 Temporary Redirect"))

    answered = await ask(exchange, method="POST", form={"secret": KEY})

    assert (answered.status, len(wire.requests)) == (307, 1)


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("mailto:somebody", ProviderUnreadable),
        ("", ProviderUnreadable),
        ("http://[", ProviderUnreadable),
        ("//[", ProviderUnreadable),
        ("http:////:x", ProviderUnreadable),
        ("http:////[.", ProviderUnreadable),
        ("http://127.0.0.1:port/", ProviderUnavailable),
        ("http://\u200b.example/", ProviderUnavailable),
    ],
)
async def test_a_redirect_to_no_address_is_a_fault_of_the_provider(
    wire: Wire, exchange: Exchange, location: str, kind: type[ProviderError]
) -> None:
    wire.answers(redirect(location))

    assert (await fault(exchange))[0] is kind


async def test_a_host_where_nobody_listens_could_not_be_reached(opened: Open) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))

        nobody = opened(f"http://127.0.0.1:{taken.getsockname()[1]}")

        assert await fault(nobody) == (ProviderUnavailable, "could not be reached")


async def test_a_host_that_accepts_no_connection_could_not_be_reached_in_time(opened: Open) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(8)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(address)
        unreached = opened(f"http://127.0.0.1:{address[1]}", connect_timeout_s=SHORT_S)

        said = await fault(unreached)

        for client in waiting:
            client.close()
    assert said == (ProviderUnavailable, "could not be reached within 0.2 s")


@pytest.mark.parametrize(
    ("base_url", "headers"),
    [
        pytest.param("ftp://127.0.0.1", {}, id="another protocol"),
        pytest.param("127.0.0.1", {}, id="no protocol"),
        pytest.param("http://127.0.0.1:port", {}, id="no address"),
        pytest.param("", {"x-key": "clé"}, id="a key that can't be written"),
        pytest.param("", {"x-key": f"{KEY}\r\nx-other: 1"}, id="a key with a line break"),
    ],
)
async def test_what_cannot_be_sent_is_refused(opened: Open, base_url: str, headers: dict[str, str]) -> None:
    said = "can't be asked: its address or its key can't be sent as it is"

    assert await fault(opened(base_url), headers=headers) == (ProviderRefused, said)


async def test_a_call_that_is_given_up_leaves_no_connection_behind(wire: Wire, exchange: Exchange) -> None:
    wire.answers(say_nothing)
    calls = [asyncio.create_task(ask(exchange)) for _ in range(POLICY.max_in_flight)]
    await wire.asked(len(calls))

    for call in calls:
        call.cancel()
    await asyncio.wait(calls)

    wire.answers(answer(b"[1]"))
    assert [(await ask(exchange)).body for _ in calls] == [b"[1]"] * len(calls)
