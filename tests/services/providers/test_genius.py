"""Genius: what it is asked, and what is made of its answers."""

import pytest

from tests.services.providers.asking import REFUSED, UNREADABLE, Ask, Case, artist

CASES = {
    "an artist": Case("artist", {"genius_followers": 698}),
    "an artist of before followers were told": Case(b'{"response": {"artist": {"id": 16775}}}', {}),
    "an artist it does not know": Case("unknown", {}, status=404),
    "no token": Case("no_token", REFUSED, status=401),
    "a token that may not": Case("forbidden", REFUSED, status=403),
    "the page of its guard": Case(b"\n<!DOCTYPE html><title>Just a moment</title>", UNREADABLE, status=403),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("genius").made_of(case, artist()) == case.made


async def test_asks_by_the_artists_id_with_the_token(ask: Ask) -> None:
    genius = ask("genius")

    await genius.read(artist())

    (request,) = genius.sent
    assert str(request.url) == "https://api.genius.com/artists/16775"
    assert request.headers["Authorization"] == "Bearer a-genius_access_token"
