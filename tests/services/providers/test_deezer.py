"""Deezer: what it is asked, and what is made of its answers."""

import pytest

from tests.services.providers.asking import UNAVAILABLE, UNREADABLE, Ask, Case, artist, throttled

CASES = {
    "an artist": Case("artist", {"deezer_fans": 3_677_954}),
    "an artist it does not know": Case("unknown", {}),
    "too many calls": Case("quota", throttled(5)),
    "too busy": Case("busy", UNAVAILABLE),
    "another error": Case("wrong_parameter", UNREADABLE),
    "an error without a code": Case(b'{"error": "Not Found"}', UNREADABLE),
    "something that is no artist": Case(b'{"data": []}', UNREADABLE),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("deezer").made_of(case, artist()) == case.made


async def test_asks_by_the_artists_id(ask: Ask) -> None:
    deezer = ask("deezer")

    await deezer.read(artist())

    assert [str(request.url) for request in deezer.sent] == ["https://api.deezer.com/artist/5080"]
