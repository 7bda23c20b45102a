"""Instagram through Zylalabs: what it is asked, and what is made of its answers."""

import pytest

from services.platforms import Platform
from tests.services.providers.asking import REFUSED, SPENT, UNREADABLE, Ask, Case, artist, throttled

FOLLOWERS = {"instagram_followers": 2_310_044}

CASES = {
    "a user": Case("user", FOLLOWERS),
    "a user in the form of the web": Case("edge", FOLLOWERS),
    "a count elsewhere": Case("elsewhere", FOLLOWERS),
    "a user without a count": Case(b'{"status": "ok", "user": {"username": "novaruiz"}}', {}),
    "an account that is not there": Case("unknown", {}, status=404),
    "an account that is not there, told with 200": Case("unknown", {}),
    "an error told with 200": Case("error", UNREADABLE),
    "a wrong key": Case("error", REFUSED, status=401),
    "a plan without it": Case("error", REFUSED, status=403),
    "a plan that is spent": Case("quota", SPENT, status=429),
    "too many calls for now": Case("quota", throttled(3), status=429, headers={"Retry-After": "3"}),
    "something else": Case(b'{"status": "ok"}', UNREADABLE),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("instagram").made_of(case, artist()) == case.made


@pytest.mark.parametrize("stored", ["novaruiz", "@novaruiz"])
async def test_asks_by_the_username_at_the_whole_address_that_is_set(ask: Ask, stored: str) -> None:
    instagram = ask("instagram", base_url="https://zylalabs.com/api/5040/instagram+user+profile+api/6000/get")

    await instagram.read(artist({Platform.INSTAGRAM: stored}))

    (request,) = instagram.sent
    assert str(request.url) == ("https://zylalabs.com/api/5040/instagram+user+profile+api/6000/get?username=novaruiz")
    assert request.headers["Authorization"] == "Bearer a-zylalabs_key"
