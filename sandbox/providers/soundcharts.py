"""Soundcharts: current stats, audience by platform, popularity series, and the uuid of an artist, page by page.

Dates of the series carry the offset of Paris; points are irregular; 0 means unknown. Without a start date the last 30
days come.
"""

from collections.abc import Callable
from datetime import timedelta

from sandbox.artists import Artist
from sandbox.protocol import Ask, Endpoint, Provider, Rate, Reply, in_path, is_key, recorded
from sandbox.providers.soundcharts_pages import WrongArgument, dated, page_of, window_of
from sandbox.series import PLATFORMS
from sandbox.world import World

NAME = "soundcharts"
# The metrics of the current stats by block and platform.
SOCIAL = {
    "spotify": "spotify_followers",
    "youtube": "youtube_subscribers",
    "instagram": "instagram_followers",
    "tiktok": "tiktok_followers",
    "facebook": "facebook_followers",
    "x": "twitter_followers",
    "soundcloud": "soundcloud_followers",
    "deezer": "deezer_fans",
    "genius": "genius_followers",
    "bandsintown": "bandsintown_trackers",
    "songkick": "songkick_followers",
    "twitch": "twitch_followers",
    "audiomack": "audiomack_followers",
    "weibo": "weibo_followers",
}
STREAMING = {
    "spotify": "spotify_monthly_listeners",
    "lastfm": "lastfm_listeners",
    "pandora": "pandora_listeners",
}
# The members of a day of the audience that a platform fills.
AUDIENCE = {
    "youtube": {"followerCount": "youtube_subscribers", "viewCount": "youtube_views"},
    "tiktok": {"followerCount": "tiktok_followers", "likeCount": "tiktok_likes"},
}
LAG = timedelta(days=1)


def _error(status: int, key: str, message: str) -> Reply:
    return Reply({"errors": [{"key": key, "code": status, "message": message}]}, status)


UNKNOWN = Reply(recorded("soundcharts/unknown"), 404)
KEY_REFUSED = _error(401, "access", "Wrong application id or API key.")


def _refusal(ask: Ask) -> Reply | None:
    return None if is_key(ask.headers.get("x-app-id")) and is_key(ask.headers.get("x-api-key")) else KEY_REFUSED


def _known(answer: Callable[[Ask, Artist, World], Reply]) -> Callable[[Ask, World], Reply]:
    """The answer for an artist that is known, and the errors for an unknown one and for wrong arguments."""

    def answered(ask: Ask, world: World) -> Reply:
        artist = ask.artist
        if artist is None or not world.knows(NAME, artist):
            return UNKNOWN
        try:
            return answer(ask, artist, world)
        except WrongArgument as wrong:
            return _error(400, "argument", str(wrong))

    return answered


def _current_stats(ask: Ask, artist: Artist, world: World) -> Reply:
    day = f"{world.today - LAG}T00:00:00+00:00"

    def rows(metrics: dict[str, str]) -> list[dict[str, object]]:
        seen = {platform: world.seen(NAME, artist, metric) for platform, metric in metrics.items()}
        return [{"platform": platform, "value": value, "date": day} for platform, value in seen.items() if value]

    streaming = rows(STREAMING)
    if views := world.seen(NAME, artist, "youtube_views"):
        # A figure of YouTube's charts: not the channel's views.
        streaming.append({"platform": "youtube", "value": views // 220 + 1, "date": day})
    return Reply(
        {
            "related": {**_related(artist), "period": int(ask.query.get("period", "7"))},
            "social": rows(SOCIAL),
            "streaming": streaming,
            "popularity": rows({"spotify": "spotify_popularity"}),
            "retention": [],
            "score": [],
        }
    )


def _audience(ask: Ask, artist: Artist, world: World) -> Reply:
    platform = ask.path["platform"]
    if platform not in SOCIAL:
        return UNKNOWN
    members = AUDIENCE.get(platform, {"followerCount": SOCIAL[platform]})
    start, end = window_of(ask, world.today)
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    if not any(world.seen(NAME, artist, metric) for metric in members.values()):
        days = []
    items = []
    # Days can be missing: every tenth is.
    for day in (day for day in days if day < world.today and day.toordinal() % 10):
        counted = dict.fromkeys(("likeCount", "followerCount", "followingCount", "postCount", "viewCount"))
        counted |= {member: world.numbers.seen(NAME, artist, metric, day + LAG) for member, metric in members.items()}
        items.append({"date": dated(day), **counted})
    return _paged(ask, artist, world, items)


def _popularity(ask: Ask, artist: Artist, world: World) -> Reply:
    if ask.path["platform"] not in PLATFORMS:
        return UNKNOWN
    start, end = window_of(ask, world.today)
    points = world.series.points(artist, ask.path["platform"], world.today)
    items = [{"date": dated(day), "value": value} for day, value in points if start <= day <= end]
    return _paged(ask, artist, world, items)


def _paged(ask: Ask, artist: Artist, world: World, items: list[dict[str, object]]) -> Reply:
    related = {"artist": _related(artist), "platform": ask.path["platform"], "lastCrawlDate": dated(world.today)}
    shown, page = page_of(ask, items)
    return Reply({"related": related, "items": shown, "page": page, "errors": []})


def _by_platform(ask: Ask, artist: Artist, world: World) -> Reply:
    return Reply({"type": "artist", "object": _related(artist), "errors": []})


def _related(artist: Artist) -> dict[str, object]:
    return {"uuid": artist.ids[NAME], "slug": artist.slug, "name": artist.name}


_by_uuid = in_path(NAME, "uuid")

PROVIDER = Provider(
    name=NAME,
    base="",
    endpoints=(
        Endpoint("/api/v2/artist/{uuid}/current/stats", _by_uuid, _known(_current_stats)),
        Endpoint("/api/v2/artist/{uuid}/audience/{platform}", _by_uuid, _known(_audience)),
        Endpoint("/api/v2/artist/{uuid}/popularity/{platform}", _by_uuid, _known(_popularity)),
        Endpoint(
            "/api/v2.9/artist/by-platform/{platform}/{identifier}",
            lambda ask, directory: in_path(ask.path["platform"], "identifier")(ask, directory),
            _known(_by_platform),
        ),
    ),
    refusal=_refusal,
    own={
        "key_refused": KEY_REFUSED,
        "unknown": UNKNOWN,
        "throttled": Reply(recorded("soundcharts/too_many_requests"), 429, {"x-ratelimit-reset": "2"}),
        "quota": Reply(recorded("soundcharts/quota"), 429, {"x-quota-remaining": "0"}),
        "forbidden": Reply(recorded("soundcharts/not_in_plan"), 403),
    },
    counts=frozenset({"value", "followerCount", "viewCount", "likeCount"}),
    rate=Rate(calls=10_000, per_s=60),
    headers={"x-quota-remaining": "1000000"},
)
