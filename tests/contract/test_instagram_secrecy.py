"""Nothing tells a token, a code, a state, a cookie or the app's secret: no log, answer, metric, repr or database.

The sandbox's tokens and codes begin in a way that nothing else does, so that even a part of one is found.
"""

import io
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.logins import CODE, LONG, SHORT
from services.instagram_account import CameBack
from tests.conftest import DATABASES, Clock, Database, MakeClient
from tests.logins import CLIENT_SECRET, NAME, STEPS, TOKEN_KEY, decided, set_by_hand
from tests.sandboxes import Sandbox

FAULTS = ("down", "token_dead", "truncated_json", "html_200", "cut_connection", "redirect_elsewhere")
ACCOUNT = {"query": "{ instagramAccount { userId username tokenExpiresAt } }"}
RENEW = {"query": "mutation { refreshInstagramToken { renewed expiresAt } }"}


@dataclass
class Told:
    """All that was told, and what nobody may be told."""

    logs: io.StringIO
    records: list[logging.LogRecord]
    texts: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=lambda: {CODE, SHORT, LONG, CLIENT_SECRET, TOKEN_KEY})

    def found(self) -> list[str]:
        """The texts with a secret in them."""
        everything = [self.logs.getvalue(), *(repr(record.__dict__) for record in self.records), *self.texts]
        return [text for text in everything if any(secret in text for secret in self.secrets)]


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[Told]:
    """Everything that any library says, as it is written and as it is kept, from the least level on."""
    written = io.StringIO()
    handlers = [logging.StreamHandler(written)]
    root = logging.getLogger()
    for own in root.handlers:
        if isinstance(own, logging.StreamHandler) and own.formatter:
            handlers[0].setFormatter(own.formatter)
    root.addHandler(handlers[0])
    with caplog.at_level(logging.DEBUG):
        yield Told(written, caplog.records)
    root.removeHandler(handlers[0])


@pytest.fixture
async def client(make_client: MakeClient, sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with make_client(**set_by_hand(sandbox)) as client:
        yield client


async def answered(told: Told, client: httpx.AsyncClient, path: str) -> httpx.Response:
    """An answer, of which all is told that the client sees, but the way to Instagram and the cookie."""
    answer = await client.get(path)
    told.texts += [
        answer.text,
        *(value for name, value in answer.headers.items() if name not in {"location", "set-cookie"}),
    ]
    return answer


async def log_in(told: Told, client: httpx.AsyncClient) -> httpx.Response:
    begun = await answered(told, client, "/instagram/login")
    (state,) = parse_qs(urlsplit(begun.headers["location"]).query)["state"]
    told.secrets |= {state, *client.cookies.values()}
    return await answered(told, client, await decided(begun.headers["location"]))


async def test_nothing_of_a_login_is_told_whatever_becomes_of_it(
    told: Told, client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    statuses = [(await log_in(told, client)).status_code]
    for step in STEPS.values():
        for fault in FAULTS:
            sandbox.fault(NAME, body={"named": fault}, path=step)
            statuses.append((await log_in(told, client)).status_code)

    assert set(statuses) == {200, 502}
    assert told.found() == []


async def test_nothing_of_the_token_is_told_whatever_becomes_of_it(
    told: Told, client: httpx.AsyncClient, clock: Clock, sandbox: Sandbox
) -> None:
    await log_in(told, client)
    for fault in ("", *FAULTS):
        clock.advance(timedelta(days=1))
        sandbox.tokens("expired")
        if fault:
            sandbox.fault(NAME, body={"named": fault}, path="/refresh_access_token")
        for query in (ACCOUNT, RENEW):
            told.texts.append((await client.post("/graphql", json=query)).text)
        for path in ("/instagram/me", "/instagram/refresh", "/metrics", "/", "/openapi.json"):
            await answered(told, client, path)

    assert told.found() == []


async def test_the_database_has_nothing_that_opens_the_account(
    told: Told, client: httpx.AsyncClient, clock: Clock, database: Database, sandbox: Sandbox
) -> None:
    await log_in(told, client)
    clock.advance(timedelta(days=1))
    sandbox.tokens("aged")
    await client.get("/instagram/refresh")

    for name in DATABASES:
        stored = database.client[database.prefix + name]
        for collection in await stored.list_collection_names():
            told.texts.append(str(await stored[collection].find({}).to_list(None)))

    assert any("kisum.agency" in text for text in told.texts)
    assert told.found() == []


async def test_a_login_that_somebody_prints_shows_nothing(told: Told) -> None:
    came_back = CameBack(browser="a cookie", state="a state", code="a code")

    assert repr(came_back) == "CameBack(error=None)"
