"""Songstats: what it is asked, and what is made of its answers."""

import pytest

from tests.services.providers.asking import REFUSED, UNREADABLE, Ask, Case, artist

CASES = {
    "statistics in any order": Case(
        "stats",
        {
            "spotify_followers": 1_204_331,
            "spotify_monthly_listeners": 5_102_233,
            "spotify_popularity": 71,
            "youtube_subscribers": 884_000,
            "youtube_views": 410_221_009,
            "instagram_followers": 2_310_044,
            "tiktok_followers": 951_200,
            "tiktok_likes": 20_113_000,
            "facebook_followers": 640_112,
            "twitter_followers": 120_331,
            "soundcloud_followers": 30_412,
            "deezer_fans": 70_221,
            "bandsintown_trackers": 47_773,
            "songkick_followers": 20_114,
            "shazam_count": 3_100_221,
        },
    ),
    "views of videos where the channel's are not told": Case(
        b'{"result": "success", "stats": [{"source": "youtube", "data": {"video_views_total": 390}}]}',
        {"youtube_views": 390},
    ),
    "no sources": Case(b'{"result": "success", "stats": []}', {}),
    "an artist it does not know": Case("unknown", {}, status=404),
    "a wrong key": Case("error", REFUSED, status=401),
    "an error told with 200": Case("error", UNREADABLE),
    "statistics without a word of success": Case(b'{"stats": []}', UNREADABLE),
    "success without statistics": Case(b'{"result": "success"}', UNREADABLE),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_makes_of_an_answer_what_it_says(ask: Ask, case: Case) -> None:
    assert await ask("songstats").made_of(case, artist()) == case.made


@pytest.mark.parametrize(
    ("songstats_id", "query"),
    [
        pytest.param("z0xl1iq2", "songstats_artist_id=z0xl1iq2", id="by its own id"),
        pytest.param(None, "spotify_artist_id=4q3ewBCX7sLwd24euuV69X", id="by the Spotify id where it has none"),
        pytest.param("a&b=c", "spotify_artist_id=4q3ewBCX7sLwd24euuV69X", id="by the Spotify id where its own is none"),
    ],
)
async def test_asks_by_one_id_with_the_key_in_its_header(ask: Ask, songstats_id: str | None, query: str) -> None:
    songstats = ask("songstats")

    await songstats.read(artist(songstats_id=songstats_id))

    (request,) = songstats.sent
    assert str(request.url) == f"https://api.songstats.com/enterprise/v1/artists/stats?{query}"
    assert (request.headers["apikey"], request.headers["Accept"]) == ("a-songstats_api_key", "application/json")
