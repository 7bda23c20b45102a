"""Soundcharts: its two endpoints, the uuid that they need, and what is made of the answers."""

from collections.abc import Mapping

import httpx
import pytest

from services.errors import StoreUnavailable
from services.model.providers import Resolved
from services.platforms import Platform
from services.providers import PartlyRead, Stored
from services.transport import ProviderForbids, ProviderRefused, ProviderThrottled, ProviderUnavailable
from tests.builders import SOUNDCHARTS_UUID
from tests.services.providers.asking import (
    REFUSED,
    SPENT,
    UNREADABLE,
    Ask,
    Asking,
    Case,
    Fault,
    Remembered,
    artist,
    body,
    no_listeners,
    throttled,
)

TONES = "ca22091a-3c00-11e9-974f-549f35141000"
STATS = f"/api/v2/artist/{SOUNDCHARTS_UUID}/current/stats"
AUDIENCE = f"/api/v2/artist/{SOUNDCHARTS_UUID}/audience/youtube"
NOT_IN_PLAN = Case("not_in_plan", Fault(ProviderForbids), status=403)

ALL_STATS = {
    "spotify_followers": 1_204_331,
    "spotify_monthly_listeners": 5_102_233,
    "spotify_popularity": 71,
    "youtube_subscribers": 884_000,
    "instagram_followers": 2_310_044,
    "tiktok_followers": 951_200,
    "facebook_followers": 640_112,
    "twitter_followers": 120_331,
    "soundcloud_followers": 30_412,
    "deezer_fans": 70_221,
    "genius_followers": 5_123,
    "lastfm_listeners": 1_100_332,
    "bandsintown_trackers": 47_773,
    "songkick_followers": 20_114,
    "twitch_followers": 1_201,
    "pandora_listeners": 220_114,
    "audiomack_followers": 3_055,
    "weibo_followers": 88_012,
}
YOUTUBE = {"youtube_subscribers": 884_000, "youtube_views": 410_221_009}

CURRENT_STATS = {
    "stats": Case("current_stats", ALL_STATS),
    "few stats, a list of related, other names": Case(
        "current_stats_sparse", {"twitter_followers": 120_331, "lastfm_listeners": 1_100_332}
    ),
    "an artist it does not know": Case("unknown", {}, status=404),
    "an endpoint that is not in the plan": NOT_IN_PLAN,
    "a wrong key": Case(b'{"errors": []}', REFUSED, status=401),
    "too many calls": Case("too_many_requests", throttled(31), status=429, headers={"x-ratelimit-reset": "30"}),
    "too many calls, without a header": Case("too_many_requests", throttled(1), status=429),
    "a quota that is spent": Case("quota", SPENT, status=429),
    "errors told with 200": Case("unknown", UNREADABLE),
    "something that is no stats": Case(b'{"related": {}}', UNREADABLE),
    "a block that is no list": Case(b'{"social": {"spotify": 3}}', UNREADABLE),
}


@pytest.mark.parametrize("case", CURRENT_STATS.values(), ids=CURRENT_STATS.keys())
async def test_makes_of_current_stats_what_they_say(ask: Ask, case: Case) -> None:
    soundcharts = ask("soundcharts")
    soundcharts.wants(*ALL_STATS)

    assert await soundcharts.made_of(case, artist()) == case.made


AUDIENCES = {
    "the newest day, whatever the order": Case("audience_youtube", YOUTUBE),
    "no days": Case("audience_youtube_empty", {}),
    "an artist it does not know": Case("unknown", {}, status=404),
    "an endpoint that is not in the plan": NOT_IN_PLAN,
    "a day without a date": Case(b'{"items": [{"viewCount": 3}]}', UNREADABLE),
}


@pytest.mark.parametrize("case", AUDIENCES.values(), ids=AUDIENCES.keys())
async def test_makes_of_the_youtube_audience_what_it_says(ask: Ask, case: Case) -> None:
    soundcharts = ask("soundcharts")
    soundcharts.wants("youtube_views")

    assert await soundcharts.made_of(case, artist()) == case.made


def answer_by_path(soundcharts: Asking, cases: Mapping[str, Case]) -> None:
    soundcharts.answer = lambda request: cases[request.url.path].response("soundcharts")


async def test_asks_both_endpoints_by_the_uuid_with_both_keys(ask: Ask) -> None:
    soundcharts = ask("soundcharts")
    answer_by_path(soundcharts, {STATS: CURRENT_STATS["stats"], AUDIENCE: AUDIENCES["no days"]})

    values = await soundcharts.read(artist())

    assert values == ALL_STATS
    assert [str(request.url) for request in soundcharts.sent] == [
        f"https://customer.api.soundcharts.com{STATS}",
        f"https://customer.api.soundcharts.com{AUDIENCE}?limit=100",
    ]
    assert {(request.headers["x-app-id"], request.headers["x-api-key"]) for request in soundcharts.sent} == {
        ("a-soundcharts_app_id", "a-soundcharts_api_key")
    }


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        pytest.param(["spotify_followers", "youtube_subscribers"], [STATS], id="stats"),
        pytest.param(["youtube_views"], [AUDIENCE], id="views"),
        pytest.param(["youtube_views", "youtube_subscribers"], [AUDIENCE], id="views and subscribers"),
        pytest.param(["youtube_views", "weibo_followers"], [STATS, AUDIENCE], id="views and stats"),
        pytest.param(["shazam_count"], [], id="nothing that it has"),
    ],
)
async def test_asks_for_no_more_than_is_wanted(ask: Ask, wanted: list[str], asked: list[str]) -> None:
    soundcharts = ask("soundcharts")

    await soundcharts.read(artist(), *wanted)

    assert [request.url.path for request in soundcharts.sent] == asked


async def test_current_stats_that_are_not_in_the_plan_leave_the_youtube_audience(ask: Ask) -> None:
    soundcharts = ask("soundcharts")
    answer_by_path(soundcharts, {STATS: NOT_IN_PLAN, AUDIENCE: Case("audience_youtube", YOUTUBE)})

    with pytest.raises(PartlyRead, match="refused the current") as partly:
        await soundcharts.read(artist())

    assert str(partly.value) == "refused the current stats: they may not be in the plan"
    assert partly.value.values == YOUTUBE


async def test_a_youtube_audience_that_fails_leaves_the_current_stats(ask: Ask) -> None:
    soundcharts = ask("soundcharts")
    answer_by_path(soundcharts, {STATS: CURRENT_STATS["stats"], AUDIENCE: Case(b"", UNREADABLE, status=503)})

    with pytest.raises(PartlyRead, match="503") as partly:
        await soundcharts.read(artist())

    assert partly.value.values == ALL_STATS


async def test_fails_where_both_fail(ask: Ask) -> None:
    soundcharts = ask("soundcharts")
    answer_by_path(soundcharts, {STATS: NOT_IN_PLAN, AUDIENCE: NOT_IN_PLAN})

    with pytest.raises(ProviderRefused, match="refused the current stats"):
        await soundcharts.read(artist())


async def test_looks_for_a_missing_uuid_by_the_spotify_id_once(ask: Ask) -> None:
    remembered = Remembered()
    soundcharts = ask("soundcharts", stored=Stored(remembered, no_listeners))
    soundcharts.answer = lambda request: httpx.Response(
        200, content=body("soundcharts", "by_platform" if "by-platform" in request.url.path else "current_stats_sparse")
    )
    tones = artist(name="Tones And I", soundcharts_uuid=None)

    for _ in range(2):
        await soundcharts.read(tones, "twitter_followers")

    assert [request.url.path for request in soundcharts.sent] == [
        "/api/v2.9/artist/by-platform/spotify/4q3ewBCX7sLwd24euuV69X",
        f"/api/v2/artist/{TONES}/current/stats",
        f"/api/v2/artist/{TONES}/current/stats",
    ]
    assert remembered.found == {61: Resolved(TONES)}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(Case("unknown", {}, status=404), id="none"),
        pytest.param(Case("by_platform", {}), id="one of another name"),
        pytest.param(Case(b'{"object": {"uuid": "../x", "name": "Nova Ruiz"}}', {}), id="one that is no uuid"),
    ],
)
async def test_remembers_that_there_is_no_uuid(ask: Ask, case: Case) -> None:
    remembered = Remembered()
    soundcharts = ask("soundcharts", stored=Stored(remembered, no_listeners))

    made = [await soundcharts.made_of(case, artist(soundcharts_uuid=None)) for _ in range(2)]

    assert made == [{}, {}]
    assert (len(soundcharts.sent), remembered.found) == (1, {61: Resolved(None)})


async def test_a_fault_says_nothing_about_the_uuid(ask: Ask) -> None:
    remembered = Remembered()
    soundcharts = ask("soundcharts", stored=Stored(remembered, no_listeners))
    soundcharts.answer = lambda _: httpx.Response(429, content=body("soundcharts", "quota"))

    with pytest.raises(ProviderThrottled):
        await soundcharts.read(artist(soundcharts_uuid=None))

    assert remembered.found == {}


async def test_is_not_asked_where_nothing_leads_to_the_uuid(ask: Ask) -> None:
    soundcharts = ask("soundcharts")
    unknown = artist({Platform.DEEZER: "5080"}, soundcharts_uuid=None)

    values = await soundcharts.read(unknown)

    assert (soundcharts.provider.can_ask(unknown), values, soundcharts.sent) == (False, {}, [])


class Away(Remembered):
    async def get(self, artist_id: int) -> Resolved | None:
        raise StoreUnavailable("MongoDB is away.")


async def test_a_memory_that_is_away_is_a_fault_of_this_provider_alone(ask: Ask) -> None:
    soundcharts = ask("soundcharts", stored=Stored(Away(), no_listeners))

    with pytest.raises(ProviderUnavailable, match="uuids"):
        await soundcharts.read(artist(soundcharts_uuid=None))
