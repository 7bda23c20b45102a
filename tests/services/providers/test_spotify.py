"""Spotify: its token, what it is asked, and what is made of its answers."""

import asyncio
from base64 import b64decode
from collections.abc import Sequence

import httpx
import pytest

from services.platforms import Platform
from services.transport import ProviderRefused, ProviderUnavailable, ProviderUnreadable
from tests.services.providers.asking import REFUSED, SPENT, UNREADABLE, Ask, Asking, Case, artist, body, throttled

LATE = "0TnOYISbd1XYRBk9myaseg"
PITBULL = {"spotify_followers": 12_425_030, "spotify_popularity": 85}

CASES = {
    "an artist": Case("artist", PITBULL),
    "an artist as an app in development mode gets it": Case("artist_development", {}),
    "an artist without data": Case(b'{"id": "x", "followers": {"total": 3}}', {"spotify_followers": 3}),
    "an artist it does not know": Case("unknown", {}, status=404),
    "an id that is none": Case("invalid_id", {}, status=400),
    "an app that may not": Case(b"{}", REFUSED, status=403),
    "too many calls": Case(b"", throttled(3), status=429, headers={"Retry-After": "3"}),
    "a quota that is spent": Case("quota", SPENT, status=429),
    "something that is no artist": Case(b'{"artists": []}', UNREADABLE),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("spotify").made_of(case, artist()) == case.made


class Tokens:
    """Gives the tokens `token-1`, `token-2` …; an artist to each of those that are still good."""

    def __init__(self, asking: Asking, *, good: Sequence[str], expires_in: int = 3600) -> None:
        self.given = 0
        self._good = good
        self._expires_in = expires_in
        asking.answer = self.answer

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "accounts.spotify.com":
            self.given += 1
            token = {"access_token": f"token-{self.given}", "token_type": "Bearer", "expires_in": self._expires_in}
            return httpx.Response(200, json=token)
        if request.headers["Authorization"].removeprefix("Bearer ") in self._good:
            return httpx.Response(200, content=body("spotify", "artist"))
        return httpx.Response(401, content=body("spotify", "token_expired"))


async def test_asks_for_a_token_and_by_the_artists_id(ask: Ask) -> None:
    spotify = ask("spotify")
    Tokens(spotify, good=["token-1"])

    await spotify.read(artist())

    token, found = spotify.sent
    assert (token.method, str(token.url)) == ("POST", "https://accounts.spotify.com/api/token")
    assert token.content == b"grant_type=client_credentials"
    scheme, _, pair = token.headers["Authorization"].partition(" ")
    assert (scheme, b64decode(pair)) == ("Basic", b"a-spotify_client_id:a-spotify_client_secret")
    assert str(found.url) == "https://api.spotify.com/v1/artists/4q3ewBCX7sLwd24euuV69X"
    assert found.headers["Authorization"] == "Bearer token-1"


async def test_keeps_a_token_while_it_is_good(ask: Ask) -> None:
    spotify = ask("spotify")
    tokens = Tokens(spotify, good=["token-1"])

    for _ in range(3):
        await spotify.read(artist())

    assert tokens.given == 1


async def test_gives_a_token_up_a_minute_before_its_end(ask: Ask) -> None:
    spotify = ask("spotify")
    tokens = Tokens(spotify, good=["token-1", "token-2"], expires_in=60)

    for _ in range(2):
        await spotify.read(artist())

    assert tokens.given == 2


async def test_those_who_wait_for_a_token_share_one_fetch(ask: Ask) -> None:
    spotify = ask("spotify")
    tokens = Tokens(spotify, good=["token-1"])

    values = await asyncio.gather(*(spotify.read(artist()) for _ in range(5)))

    assert (tokens.given, values) == (1, [PITBULL] * 5)


async def test_renews_a_token_that_died_early_once(ask: Ask) -> None:
    spotify = ask("spotify")
    tokens = Tokens(spotify, good=["token-2"])

    values = await asyncio.gather(*(spotify.read(artist()) for _ in range(3)))

    assert (tokens.given, values) == (2, [PITBULL] * 3)


async def test_an_answer_that_comes_late_does_not_end_the_token_after_its_own(ask: Ask) -> None:
    spotify = ask("spotify")
    tokens = Tokens(spotify, good=["token-2"])
    renewed = asyncio.Event()

    async def late(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(LATE) and request.headers["Authorization"] == "Bearer token-1":
            await renewed.wait()
        return tokens.answer(request)

    spotify.answer = late
    reading = asyncio.create_task(spotify.read(artist({Platform.SPOTIFY: LATE})))
    await spotify.read(artist())
    renewed.set()

    assert (await reading, tokens.given) == (PITBULL, 2)


async def test_is_refused_where_the_renewed_token_is_no_better(ask: Ask) -> None:
    spotify = ask("spotify")
    tokens = Tokens(spotify, good=[])

    with pytest.raises(ProviderRefused):
        await spotify.read(artist())

    assert tokens.given == 2


async def test_says_that_the_client_id_or_its_secret_is_wrong(ask: Ask) -> None:
    spotify = ask("spotify")
    spotify.answer = lambda _: httpx.Response(400, content=body("spotify", "invalid_client"))

    with pytest.raises(ProviderRefused, match="refused the client id or its secret"):
        await spotify.read(artist())


async def test_a_token_that_was_cut_off_is_not_told(ask: Ask) -> None:
    spotify = ask("spotify")
    spotify.answer = lambda _: httpx.Response(200, content=b'{"access_token":"BQDsecretAndLong')

    with pytest.raises(ProviderUnreadable, match=r"^answered no JSON$"):
        await spotify.read(artist())


async def test_those_who_wait_for_a_token_that_does_not_come_fail_together(ask: Ask) -> None:
    spotify = ask("spotify")
    spotify.answer = lambda _: httpx.Response(503)

    made = await asyncio.gather(*(spotify.read(artist()) for _ in range(5)), return_exceptions=True)

    assert ([type(fault) for fault in made], len(spotify.sent)) == ([ProviderUnavailable] * 5, 1)
