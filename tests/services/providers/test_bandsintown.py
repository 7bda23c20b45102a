"""Bandsintown: what it is asked, and what is made of its answers."""

import pytest

from tests.services.providers.asking import REFUSED, UNREADABLE, Ask, Case, artist

CASES = {
    "an artist": Case("artist", {"bandsintown_trackers": 476_952}),
    "a namesake": Case(b'{"id": "7", "name": "Bad Religions", "tracker_count": 12}', {}),
    "an artist whom nobody tracks": Case(b'{"id": 658, "name": "BAD RELIGION", "tracker_count": 0}', {}),
    "an artist it does not know": Case("unknown", {}, status=404),
    "an artist it does not know, told with 200": Case("unknown", {}),
    "an empty answer": Case(b"", {}),
    "an empty text": Case(b'""\n', {}),
    "a wrong key": Case("denied", REFUSED, status=403),
    "another error": Case(b'{"error": "Something went wrong"}', UNREADABLE),
    "something that is no artist": Case(b"[]", UNREADABLE),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("bandsintown").made_of(case, artist(name="Bad Religion")) == case.made


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("Nova Ruiz", "Nova%20Ruiz"),
        ("AC/DC", "AC%252FDC"),
        ("Who?", "Who%253F"),
        ("N*E*R*D", "N%252AE%252AR%252AD"),
        ('"Weird Al" Yankovic', "%27CWeird%20Al%27C%20Yankovic"),
        ("Beyoncé & #1", "Beyonc%C3%A9%20%26%20%231"),
        ("100%", "100%25"),
    ],
)
async def test_asks_by_the_name_in_the_encoding_that_it_wants(ask: Ask, name: str, segment: str) -> None:
    bandsintown = ask("bandsintown")

    await bandsintown.read(artist(name=name))

    (request,) = bandsintown.sent
    assert request.url.raw_path.decode() == f"/artists/{segment}?app_id=a-bandsintown_app_id"
    assert request.headers["Accept"] == "application/json"
