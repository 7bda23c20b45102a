"""Viberate: what it is asked, and what is made of its answers."""

import pytest

from tests.services.providers.asking import REFUSED, UNREADABLE, Ask, Case, artist

CASES = {
    "members": Case(
        "fanbase",
        {
            "spotify_followers": 1_204_331,
            "youtube_subscribers": 884_000,
            "instagram_followers": 2_310_044,
            "tiktok_followers": 951_200,
            "facebook_followers": 640_112,
            "twitter_followers": 120_331,
            "soundcloud_followers": 30_412,
            "bandsintown_trackers": 47_773,
            "songkick_followers": 20_114,
            "shazam_count": 3_100_221,
        },
    ),
    "channels": Case("fanbase_channels", {"spotify_followers": 1_204_331, "youtube_subscribers": 884_000}),
    "one envelope less": Case("fanbase_flat", {"spotify_followers": 1_204_331, "facebook_followers": 640_112}),
    "an artist it does not know": Case("unknown", {}, status=404),
    "an artist it does not know, told with 200": Case("unknown", {}),
    "an error told with 200": Case("error", UNREADABLE),
    "a wrong key": Case(b"", REFUSED, status=499),
    "no data": Case(b'{"api_version": "v1.34.0"}', UNREADABLE),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("viberate").made_of(case, artist()) == case.made


async def test_asks_by_the_artists_uuid_with_the_key_in_its_header(ask: Ask) -> None:
    viberate = ask("viberate")

    await viberate.read(artist())

    (request,) = viberate.sent
    assert str(request.url) == (
        "https://data.viberate.com/api/v1/artist/fb092561-f572-49ed-b75e-b4853f65aa09/viberate/fanbase-distribution"
    )
    assert (request.headers["Access-Key"], request.headers["Accept"]) == ("a-viberate_token", "application/json")
