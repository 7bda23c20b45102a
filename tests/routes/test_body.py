import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message, Scope

from routes.body import MAX_BYTES, read_body
from services.errors import PayloadTooLarge

NO_HEADERS: Scope = {"headers": []}


class Sent:
    """Gives the messages one by one, and counts how many were taken."""

    def __init__(self, *messages: Message) -> None:
        self._messages = list(messages)
        self.taken = 0

    async def __call__(self) -> Message:
        self.taken += 1
        return self._messages[self.taken - 1]


def part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_parts_are_joined() -> None:
    assert await read_body(NO_HEADERS, Sent(part(b"ab", more=True), part(b"c", more=False))) == b"abc"


async def test_a_body_of_just_the_limit_is_read() -> None:
    assert len(await read_body(NO_HEADERS, Sent(part(b"x" * MAX_BYTES, more=False)))) == MAX_BYTES


async def test_a_length_over_the_limit_is_refused_before_anything_is_read() -> None:
    sent = Sent()

    with pytest.raises(PayloadTooLarge):
        await read_body({"headers": [(b"content-length", str(MAX_BYTES + 1).encode())]}, sent)

    assert sent.taken == 0


async def test_reading_stops_at_the_limit() -> None:
    sent = Sent(*[part(b"x" * MAX_BYTES, more=True)] * 5)

    with pytest.raises(PayloadTooLarge):
        await read_body(NO_HEADERS, sent)

    assert sent.taken == 2


async def test_a_client_that_leaves_ends_the_reading() -> None:
    with pytest.raises(ClientDisconnect):
        await read_body(NO_HEADERS, Sent(part(b"x", more=True), {"type": "http.disconnect"}))
