import httpx
import pytest

from sandbox.artists import Artist
from sandbox.providers.soundcharts import SOCIAL, STREAMING
from sandbox.world import World
from tests.sandbox.conftest import UNKNOWN_UUID, AskProvider

KEYS = {"x-app-id": "sandbox", "x-api-key": "sandbox"}


def path(artist: Artist, rest: str) -> str:
    return f"/api/v2/artist/{artist.ids['soundcharts']}/{rest}"


def errors(answer: httpx.Response) -> tuple[int, str, int]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["key"], error["code"]


def test_current_stats_have_the_numbers_of_each_platform_by_block(ask: AskProvider, world: World, nova: Artist) -> None:
    body = ask("soundcharts", path(nova, "current/stats"), headers=KEYS).json()

    def rows(block: str) -> dict[str, int]:
        return {row["platform"]: row["value"] for row in body[block]}

    streaming = rows("streaming")
    assert body["related"]["uuid"] == nova.ids["soundcharts"]
    assert rows("social") == {code: world.seen("soundcharts", nova, metric) for code, metric in SOCIAL.items()}
    # A figure of YouTube's charts, and no metric of ours.
    assert streaming.pop("youtube")
    assert streaming == {code: world.seen("soundcharts", nova, metric) for code, metric in STREAMING.items()}
    assert rows("popularity") == {"spotify": world.seen("soundcharts", nova, "spotify_popularity")}


def test_the_audience_has_the_last_30_days_with_holes(ask: AskProvider, world: World, nova: Artist) -> None:
    body = ask("soundcharts", path(nova, "audience/youtube"), headers=KEYS).json()

    newest = max(body["items"], key=lambda item: str(item["date"]))
    assert 20 < len(body["items"]) < 30
    assert newest["date"] == "2026-11-19T00:00:00+01:00"
    assert newest["followerCount"] == world.seen("soundcharts", nova, "youtube_subscribers")
    assert newest["viewCount"] == world.seen("soundcharts", nova, "youtube_views")
    assert newest["likeCount"] is None


def test_the_audience_on_tiktok_has_likes(ask: AskProvider, world: World, nova: Artist) -> None:
    body = ask("soundcharts", path(nova, "audience/tiktok"), headers=KEYS).json()

    assert body["items"][-1]["likeCount"] == world.seen("soundcharts", nova, "tiktok_likes")


def test_the_pages_of_a_series_hold_all_its_points_once(ask: AskProvider, world: World, nova: Artist) -> None:
    items, pages = [], 0
    following = path(nova, "popularity/spotify?startDate=2020-01-01&limit=100")
    while following:
        body = ask("soundcharts", following, headers=KEYS).json()
        items += body["items"]
        pages += 1
        following = body["page"]["next"]

    assert pages == 21
    assert [(item["date"][:10], item["value"]) for item in items] == [
        (day.isoformat(), value) for day, value in world.series.points(nova, "spotify", world.today)
    ]


def test_a_page_says_where_it_stands(ask: AskProvider, nova: Artist) -> None:
    base = path(nova, "popularity/spotify")

    page = ask("soundcharts", f"{base}?startDate=2026-09-01&offset=10&limit=20", headers=KEYS).json()["page"]

    assert page | {"total": 0} == {
        "offset": 10,
        "limit": 20,
        "next": f"{base}?startDate=2026-09-01&offset=30&limit=20",
        "previous": f"{base}?startDate=2026-09-01&offset=0&limit=20",
        "total": 0,
    }
    assert 60 < page["total"] <= 81


def test_without_a_start_the_last_30_days_come(ask: AskProvider, nova: Artist) -> None:
    items = ask("soundcharts", path(nova, "popularity/deezer"), headers=KEYS).json()["items"]

    assert min(item["date"][:10] for item in items) >= "2026-10-21"
    assert len(items) > 20


def test_a_window_ends_with_its_last_day(ask: AskProvider, nova: Artist) -> None:
    window = "?startDate=2024-02-01&endDate=2024-02-29"

    items = ask("soundcharts", path(nova, f"popularity/tidal{window}"), headers=KEYS).json()["items"]

    days = [item["date"][:10] for item in items]
    assert days == sorted(days)
    assert (days[0] >= "2024-02-01", days[-1] <= "2024-02-29") == (True, True)


def test_the_uuid_of_an_artist_is_found_by_the_spotify_id(ask: AskProvider, nova: Artist) -> None:
    answer = ask("soundcharts", f"/api/v2.9/artist/by-platform/spotify/{nova.ids['spotify']}", headers=KEYS)

    assert answer.json() == {
        "type": "artist",
        "object": {"uuid": nova.ids["soundcharts"], "slug": "nova-ruiz", "name": "Nova Ruiz"},
        "errors": [],
    }


def test_a_real_uuid_of_the_demo_is_known_beside_the_sandboxs_own(ask: AskProvider) -> None:
    real = ask("soundcharts", "/api/v2/artist/11e81bcc-9c1c-ce38-b96b-a0369fe50396/current/stats", headers=KEYS)

    assert real.json()["related"]["name"] == "Billie Eilish"


@pytest.mark.parametrize(
    "headers",
    [{}, {"x-app-id": "sandbox"}, {"x-app-id": "sandbox", "x-api-key": "another"}],
    ids=["none", "one of two", "a wrong one"],
)
def test_wrong_credentials_are_answered_401(ask: AskProvider, nova: Artist, headers: dict[str, str]) -> None:
    answer = ask("soundcharts", path(nova, "current/stats"), headers=headers)

    assert errors(answer) == (401, "access", 401)


@pytest.mark.parametrize(
    "unknown",
    [
        f"/api/v2/artist/{UNKNOWN_UUID}/current/stats",
        f"/api/v2/artist/{UNKNOWN_UUID}/popularity/spotify",
        "/api/v2.9/artist/by-platform/spotify/0000000000000000000000",
    ],
)
def test_an_unknown_artist_is_answered_404(ask: AskProvider, unknown: str) -> None:
    assert errors(ask("soundcharts", unknown, headers=KEYS)) == (404, "access", 404)


@pytest.mark.parametrize("rest", ["popularity/youtube", "audience/shazam"])
def test_a_platform_without_such_numbers_is_answered_404(ask: AskProvider, nova: Artist, rest: str) -> None:
    assert errors(ask("soundcharts", path(nova, rest), headers=KEYS)) == (404, "access", 404)


@pytest.mark.parametrize(
    "query",
    ["limit=101", "limit=0", "limit=ten", "startDate=tomorrow", "startDate=2026-02-02&endDate=2026-02-01"],
)
def test_a_wrong_argument_is_answered_400(ask: AskProvider, nova: Artist, query: str) -> None:
    answer = ask("soundcharts", path(nova, f"popularity/spotify?{query}"), headers=KEYS)

    assert errors(answer) == (400, "argument", 400)


def test_an_artist_without_a_series_has_an_empty_one(ask: AskProvider, world: World) -> None:
    lacking = next(
        artist
        for artist in world.directory.artists
        if world.knows("soundcharts", artist) and not world.series.points(artist, "tidal", world.today)
    )

    body = ask("soundcharts", path(lacking, "popularity/tidal"), headers=KEYS).json()

    assert (body["items"], body["page"]["total"], body["page"]["next"]) == ([], 0, None)


def test_every_answer_tells_what_is_left_of_the_quota(ask: AskProvider, nova: Artist) -> None:
    assert ask("soundcharts", path(nova, "current/stats"), headers=KEYS).headers["x-quota-remaining"].isdigit()
