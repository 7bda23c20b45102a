"""TikTok through RapidAPI: what its several APIs are asked, and what is made of their answers."""

import pytest

from services.platforms import Platform
from tests.services.providers.asking import REFUSED, SPENT, UNAVAILABLE, UNREADABLE, Ask, Case, artist, throttled

CASES = {
    "rounded numbers": Case("user", {"tiktok_followers": 951_200, "tiktok_likes": 20_113_000}),
    "exact numbers beside rounded ones": Case("user_exact", {"tiktok_followers": 951_187, "tiktok_likes": 20_112_877}),
    "exact numbers alone": Case(b'{"userInfo": {"statsV2": {"followerCount": "7"}}}', {"tiktok_followers": 7}),
    "likes that have overflown": Case("user_nested", {"tiktok_followers": 951_187}),
    "statistics in a place of their own": Case(b'{"profile": {"followerCount": 7}}', {"tiktok_followers": 7}),
    "an account without statistics": Case(b'{"code": 0, "data": {"user": {"uniqueId": "novaruiz"}}}', {}),
    "an account that is not there": Case("unknown", {}),
    "an account that is not there, by TikTok's code": Case("unknown_status", {}),
    "an account that is not there, by status": Case("unknown", {}, status=404),
    "a limit told with 200": Case("burst", throttled()),
    "too many calls": Case("too_many_requests", throttled(), status=429),
    "too many calls, told by the header alone": Case(
        b"", throttled(86_400), status=429, headers={"x-ratelimit-requests-reset": "86400"}
    ),
    "too many calls, with the end of the quota": Case(
        "too_many_requests",
        throttled(),
        status=429,
        headers={"x-ratelimit-requests-remaining": "17", "x-ratelimit-requests-reset": "86400"},
    ),
    "no calls left": Case(
        b"",
        throttled(86_400, lasting=True),
        status=429,
        headers={"x-ratelimit-requests-remaining": "0", "x-ratelimit-requests-reset": "86400"},
    ),
    "a fault of its own, with the end of the quota": Case(
        b"", UNAVAILABLE, status=503, headers={"x-ratelimit-requests-reset": "86400"}
    ),
    "a month that is spent": Case("monthly_quota", SPENT, status=429),
    "no subscription": Case("not_subscribed", REFUSED, status=403),
    "the address of another API": Case("no_endpoint", REFUSED, status=404),
    "something else": Case(b'{"code": 0}', UNREADABLE),
    "statistics that are none": Case(b'{"data": {"stats": []}}', UNREADABLE),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("tiktok").made_of(case, artist()) == case.made


@pytest.mark.parametrize(
    ("host", "stored", "asked"),
    [
        ("tiktok-api23.p.rapidapi.com", "@novaruiz", "/api/user/info?uniqueId=novaruiz"),
        ("tiktok-api23.p.rapidapi.com", "6754000000000000001", "/api/user/info-by-id?userId=6754000000000000001"),
        ("tiktok-api45.p.rapidapi.com", "novaruiz", "/api/v1/user/detail?unique_id=novaruiz"),
        ("tiktok-scraper7.p.rapidapi.com", "novaruiz", "/user/info?unique_id=novaruiz"),
        ("tiktok-scraper7.p.rapidapi.com", "6754000000000000001", "/user/info?user_id=6754000000000000001"),
    ],
)
async def test_asks_each_api_in_its_form(ask: Ask, host: str, stored: str, asked: str) -> None:
    tiktok = ask("tiktok", base_url=f"https://{host}")

    await tiktok.read(artist({Platform.TIKTOK: stored}))

    (request,) = tiktok.sent
    assert str(request.url) == f"https://{host}{asked}"
    assert (request.headers["X-RapidAPI-Key"], request.headers["X-RapidAPI-Host"]) == ("a-rapidapi_key", host)


async def test_never_asks_by_id_where_the_api_has_no_way_to(ask: Ask) -> None:
    tiktok = ask("tiktok", base_url="https://tiktok-api45.p.rapidapi.com")

    assert not tiktok.provider.can_ask(artist({Platform.TIKTOK: "6754000000000000001"}))
