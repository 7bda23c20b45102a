"""Last.fm: what it is asked, and what is made of its answers."""

import httpx
import pytest

from services.platforms import Platform
from tests.services.providers.asking import REFUSED, UNAVAILABLE, UNREADABLE, Ask, Case, artist, body, throttled

MBID = "bfcc6d75-a6a5-4bc6-8282-47aec8531818"
CHER = {"lastfm_listeners": 972_159, "lastfm_plays": 12_056_242}

CASES = {
    "an artist": Case("artist", CHER),
    "a namesake": Case(b'{"artist": {"name": "Cheryl", "stats": {"listeners": "12", "playcount": "40"}}}', {}),
    "an artist it does not know": Case("unknown", {}),
    "an artist it does not know, by status too": Case("unknown", {}, status=404),
    "a wrong key": Case("bad_key", REFUSED, status=403),
    "a wrong key, told with 200": Case("bad_key", REFUSED),
    "too many calls": Case("rate_limit", throttled()),
    "too many calls, for long": Case("rate_limit", throttled(21_600), status=429, headers={"Retry-After": "21600"}),
    "a fault that will pass": Case("try_again", UNAVAILABLE),
    "another error": Case(b'{"error": 3, "message": "Invalid Method"}', UNREADABLE),
    "a page of the service that is down": Case(b"<html><body>Bad gateway</body></html>", UNAVAILABLE, status=502),
    "a page in place of an answer": Case(b"<html><body>Hello</body></html>", UNREADABLE),
    "an artist without statistics": Case(b'{"artist": {"name": "Cher", "stats": []}}', UNREADABLE),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("lastfm").made_of(case, artist({}, name="Cher")) == case.made


@pytest.mark.parametrize(
    ("ids", "asked"),
    [
        pytest.param(
            {Platform.MUSICBRAINZ: MBID, Platform.LASTFM: "Cher"}, f"mbid={MBID}", id="by the MBID before all"
        ),
        pytest.param(
            {Platform.LASTFM: "AC/DC & +44"},
            "artist=AC%2FDC+%26+%2B44&autocorrect=1",
            id="by its page before the name",
        ),
        pytest.param({}, "artist=Cher&autocorrect=1", id="by the name where there is no id"),
        pytest.param(
            {Platform.MUSICBRAINZ: "not-a-uuid"}, "artist=Cher&autocorrect=1", id="by the name where the id is none"
        ),
    ],
)
async def test_asks_in_the_order_of_how_sure_it_is(ask: Ask, ids: dict[Platform, str], asked: str) -> None:
    lastfm = ask("lastfm")
    lastfm.answer = lambda _: httpx.Response(200, content=body("lastfm", "artist"))

    values = await lastfm.read(artist(ids, name="Cher"))

    assert [str(request.url) for request in lastfm.sent] == [
        f"https://ws.audioscrobbler.com/2.0/?method=artist.getInfo&{asked}&api_key=a-lastfm_api_key&format=json"
    ]
    assert values == CHER


async def test_asks_once_more_by_name_where_the_mbid_is_not_known(ask: Ask) -> None:
    lastfm = ask("lastfm")
    lastfm.answer = lambda request: httpx.Response(
        200, content=body("lastfm", "unknown" if "mbid" in request.url.params else "artist")
    )

    values = await lastfm.read(artist({Platform.MUSICBRAINZ: MBID}, name="Cher"))

    assert values == CHER
    assert [request.url.params.get("artist") for request in lastfm.sent] == [None, "Cher"]


async def test_gives_up_after_the_name(ask: Ask) -> None:
    lastfm = ask("lastfm")
    lastfm.answer = lambda _: httpx.Response(200, content=body("lastfm", "unknown"))

    values = await lastfm.read(artist({Platform.MUSICBRAINZ: MBID}, name="Cher"))

    assert (values, len(lastfm.sent)) == ({}, 2)
