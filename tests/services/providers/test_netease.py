"""NetEase: what its wrapper is asked, and what is made of its answers."""

import pytest

from tests.services.providers.asking import REFUSED, UNREADABLE, Ask, Case, artist, throttled

CASES = {
    "fans": Case("fans", {"netease_fans": 981_223}),
    "an artist it does not know": Case("unknown", {}),
    "an artist it does not know, by status too": Case("unknown", {}, status=404),
    "no login": Case("login", REFUSED),
    "no login, by status too": Case("login", REFUSED, status=301),
    "an address it does not like": Case("cheating", throttled()),
    "an address it does not like, for long": Case(
        "cheating", throttled(21_600), status=429, headers={"Retry-After": "21600"}
    ),
    "another code": Case(b'{"code": 512}', UNREADABLE),
    "a code that is none": Case(b'{"code": {}}', UNREADABLE),
    "no code": Case(b'{"data": {"fansCnt": 981223}}', UNREADABLE),
    "no data": Case(b'{"code": 200, "data": null}', UNREADABLE),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("netease").made_of(case, artist()) == case.made


async def test_asks_the_wrapper_by_the_artists_id(ask: Ask) -> None:
    netease = ask("netease", base_url="https://netease.example/api")

    await netease.read(artist())

    assert [str(request.url) for request in netease.sent] == ["https://netease.example/api/artist/follow/count?id=6452"]
