import asyncio
from typing import Any

import pytest

from sandbox.delivery import Answer, Client, ClientGone, Message, deliver
from sandbox.named import Knobs

ANSWER = Answer(200, {"content-type": "text/plain"}, b"abcdef")


class Wire:
    """An ASGI connection: what was sent over it, and a client that can go."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.incoming: asyncio.Queue[Message] = asyncio.Queue()

    @property
    def client(self) -> Client:
        return Client(self.incoming.get, self.send)

    @property
    def bodies(self) -> list[tuple[bytes, bool]]:
        return [(message["body"], message["more_body"]) for message in self.sent[1:]]

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    def go(self) -> None:
        self.incoming.put_nowait({"type": "http.disconnect"})


@pytest.fixture
def wire() -> Wire:
    return Wire()


async def test_an_answer_is_sent_at_once(wire: Wire) -> None:
    await deliver(ANSWER, Knobs(), wire.client)

    headers = [(b"content-type", b"text/plain"), (b"content-length", b"6")]
    assert wire.sent == [
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": b"abcdef", "more_body": False},
    ]


@pytest.mark.parametrize(("truncate_at", "sent"), [(2, b"ab"), (0, b""), (-1, b"abcde"), (99, b"abcdef")])
async def test_a_cut_body_is_left_unfinished(wire: Wire, truncate_at: int, sent: bytes) -> None:
    await deliver(ANSWER, Knobs(truncate_at=truncate_at), wire.client)

    assert wire.bodies == [(sent, True)]


async def test_a_drip_sends_a_tenth_of_a_seconds_bytes_at_a_time(wire: Wire) -> None:
    await deliver(ANSWER, Knobs(drip=40_000), wire.client)
    assert wire.bodies == [(b"abcdef", False)]


async def test_a_drip_ends_with_the_body(wire: Wire) -> None:
    await deliver(Answer(200, {}, b"abcdefgh"), Knobs(drip=40), wire.client)

    assert wire.bodies == [(b"abcd", True), (b"efgh", False)]


async def test_a_drip_that_is_cut_is_left_unfinished(wire: Wire) -> None:
    await deliver(Answer(200, {}, b"abcdefgh"), Knobs(drip=40, truncate_at=5), wire.client)

    assert wire.bodies == [(b"abcd", True), (b"e", True)]


async def test_padding_comes_before_the_body_and_counts(wire: Wire) -> None:
    await deliver(ANSWER, Knobs(padding=70_000), wire.client)

    assert (b"content-length", b"70006") in wire.sent[0]["headers"]
    assert b"".join(body for body, _ in wire.bodies) == b" " * 70_000 + b"abcdef"


@pytest.mark.parametrize(
    "knobs", [Knobs(drip=1), Knobs(is_silent=True), Knobs(padding=2**30)], ids=["drip", "silent", "huge"]
)
async def test_whoever_has_gone_is_sent_nothing_more(wire: Wire, knobs: Knobs) -> None:
    wire.go()

    with pytest.raises(ClientGone):
        await deliver(ANSWER, knobs, wire.client)

    assert len(wire.sent) <= 2


async def test_a_wait_is_over_in_time(wire: Wire) -> None:
    await wire.client.wait(0)


async def test_the_body_of_a_request_is_read_whole(wire: Wire) -> None:
    parts: list[dict[str, Any]] = [{"body": b"ab", "more_body": True}, {"body": b"c", "more_body": False}]
    for part in parts:
        wire.incoming.put_nowait({"type": "http.request", **part})

    assert await wire.client.read() == b"abc"


async def test_whoever_goes_in_the_midst_of_a_request_has_gone(wire: Wire) -> None:
    wire.incoming.put_nowait({"type": "http.request", "body": b"ab", "more_body": True})
    wire.go()

    with pytest.raises(ClientGone):
        await wire.client.read()
