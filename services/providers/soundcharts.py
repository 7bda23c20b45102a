"""Soundcharts, tier 3: current stats of all platforms, and the YouTube audience, which alone has the channel's views.

Asked by the artist's uuid there; where none is stored it is looked for once by the Spotify id, and remembered. Both
calls are documented, with the headers `x-app-id` and `x-api-key`. A plan may lack one of them: a 403 stops that one
alone. `streaming.youtube` is a figure of YouTube's charts and not the channel's views: it is not read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.errors import StoreUnavailable
from services.model.artist import Artist
from services.names import normalized
from services.platforms import Platform
from services.providers.answers import is_page, is_unknown, shaped
from services.providers.ids import SPOTIFY_ID, UUID, fitting
from services.providers.protocol import Access, PartlyRead, ProviderRow, UUIDMemory, Values
from services.providers.soundcharts_calls import body_of_soundcharts, credentials_of
from services.providers.values import values_at
from services.transport import (
    Answer,
    HTTPPolicy,
    ProviderClient,
    ProviderError,
    ProviderForbids,
    ProviderUnavailable,
    Rate,
    Request,
    quoted,
)

# Block and platform. `social` is the main number of a platform, whatever it calls those who follow.
CURRENT_STATS: dict[str, tuple[str, ...]] = {
    "spotify_followers": ("social.spotify",),
    "spotify_monthly_listeners": ("streaming.spotify",),
    "spotify_popularity": ("popularity.spotify",),
    "youtube_subscribers": ("social.youtube",),
    "instagram_followers": ("social.instagram",),
    "tiktok_followers": ("social.tiktok",),
    "facebook_followers": ("social.facebook",),
    "twitter_followers": ("social.x", "social.twitter"),
    "soundcloud_followers": ("social.soundcloud",),
    "deezer_fans": ("social.deezer",),
    "genius_followers": ("social.genius",),
    "lastfm_listeners": ("streaming.lastfm", "streaming.last-fm"),
    "bandsintown_trackers": ("social.bandsintown",),
    "songkick_followers": ("social.songkick",),
    "twitch_followers": ("social.twitch",),
    "pandora_listeners": ("streaming.pandora",),
    "audiomack_followers": ("social.audiomack",),
    "weibo_followers": ("social.weibo",),
}
# Of the newest day.
YOUTUBE_AUDIENCE: dict[str, tuple[str, ...]] = {
    "youtube_subscribers": ("audience.followerCount",),
    "youtube_views": ("audience.viewCount",),
}


class _Stat(TypedDict):
    platform: str
    value: NotRequired[object]


class _CurrentStats(TypedDict):
    social: list[_Stat]
    streaming: NotRequired[list[_Stat]]
    popularity: NotRequired[list[_Stat]]


class _Day(TypedDict):
    date: str
    followerCount: NotRequired[object]
    viewCount: NotRequired[object]


class _Audience(TypedDict):
    items: list[_Day]


class _Artist(TypedDict):
    uuid: str
    name: NotRequired[str | None]


class _ByPlatform(TypedDict):
    object: _Artist


_CURRENT_STATS, _AUDIENCE, _BY_PLATFORM = TypeAdapter(_CurrentStats), TypeAdapter(_Audience), TypeAdapter(_ByPlatform)


@dataclass(frozen=True, slots=True)
class Soundcharts:
    """What Soundcharts counts on all platforms, and the views of the artist's YouTube channel."""

    client: ProviderClient
    access: Access
    uuids: UUIDMemory

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's uuid there is known, or can be looked for."""
        return fitting(UUID, artist.soundcharts_uuid) is not None or _spotify_id(artist) is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """A call or two, by what is wanted; of two that fail, the first's fault counts."""
        uuid = await self._uuid(artist, deadline)
        if uuid is None:
            return {}
        answers: list[Values] = []
        faults: list[ProviderError] = []
        for endpoint in _endpoints(wanted):
            try:
                answers.append(await self._ask(endpoint, uuid, deadline))
            except ProviderError as fault:
                faults.append(fault)
        if faults and not answers:
            raise faults[0]
        values = {name: value for answer in reversed(answers) for name, value in answer.items()}
        if faults:
            raise PartlyRead(values, faults[0])
        return values

    async def resolve_uuid(self, spotify_id: str, name: str | None, *, deadline: float) -> str | None:
        """The uuid of the artist of that Spotify id; None where there is none, or it is of another name."""
        path = f"/api/v2.9/artist/by-platform/spotify/{quoted(spotify_id)}"
        found = await self.client.ask(
            Request(path, headers=credentials_of(self.access)), _found_artist, deadline=deadline
        )
        if found is None or (name and found.get("name") and normalized(found["name"] or "") != normalized(name)):
            return None
        return fitting(UUID, found["uuid"])

    async def _uuid(self, artist: Artist, deadline: float) -> str | None:
        if stored := fitting(UUID, artist.soundcharts_uuid):
            return stored
        spotify_id = _spotify_id(artist)
        if spotify_id is None:
            return None
        try:
            if remembered := await self.uuids.get(artist.id):
                return fitting(UUID, remembered.uuid)
            uuid = await self.resolve_uuid(spotify_id, artist.name, deadline=deadline)
            await self.uuids.put(artist.id, uuid)
        except StoreUnavailable:
            raise ProviderUnavailable("was not asked: the uuids that were looked for could not be read") from None
        return uuid

    async def _ask(self, endpoint: "_Endpoint", uuid: str, deadline: float) -> Values:
        request = Request(
            endpoint.path.format(uuid=quoted(uuid)), params=endpoint.params, headers=credentials_of(self.access)
        )
        return await self.client.ask(request, endpoint.made_of, deadline=deadline)


def _spotify_id(artist: Artist) -> str | None:
    return fitting(SPOTIFY_ID, artist.platform_id(Platform.SPOTIFY))


def _endpoints(wanted: frozenset[str]) -> Iterator["_Endpoint"]:
    """The YouTube audience for the channel's views, and the current stats for all that it doesn't bring."""
    brought = YOUTUBE_AUDIENCE.keys() if "youtube_views" in wanted else frozenset[str]()
    if (wanted - brought) & CURRENT_STATS.keys():
        yield _STATS_ENDPOINT
    if brought:
        yield _AUDIENCE_ENDPOINT


def _current_stats(body: object) -> Values:
    blocks = shaped(_CURRENT_STATS, body)
    index = {
        block: {stat["platform"]: stat.get("value") for stat in stats or ()}
        for block, stats in (
            ("social", blocks["social"]),
            ("streaming", blocks.get("streaming")),
            ("popularity", blocks.get("popularity")),
        )
    }
    return values_at(CURRENT_STATS, index)


def _youtube_audience(body: object) -> Values:
    days = shaped(_AUDIENCE, body)["items"]
    # Days may be missing and in any order; the offsets after the day are those of Paris and say nothing.
    newest = max(days, key=lambda day: day["date"][:10], default=None)
    return values_at(YOUTUBE_AUDIENCE, {"audience": newest})


def _found_artist(answer: Answer) -> _Artist | None:
    return None if is_unknown(answer) else shaped(_BY_PLATFORM, body_of_soundcharts(answer))["object"]


@dataclass(frozen=True, slots=True)
class _Endpoint:
    path: str
    params: dict[str, str | int]
    read: Callable[[object], Values]
    refusal: str

    def made_of(self, answer: Answer) -> Values:
        """The values of the answer; a plan may lack this endpoint and have the other."""
        if answer.status == 403 and not is_page(answer):
            raise ProviderForbids(self.refusal)
        return {} if is_unknown(answer) else self.read(body_of_soundcharts(answer))


_STATS_ENDPOINT = _Endpoint(
    "/api/v2/artist/{uuid}/current/stats",
    {},
    _current_stats,
    "refused the current stats: they may not be in the plan",
)
_AUDIENCE_ENDPOINT = _Endpoint(
    "/api/v2/artist/{uuid}/audience/youtube",
    {"limit": 100},
    _youtube_audience,
    "refused the YouTube audience: it may not be in the plan",
)

ROW = ProviderRow(
    name="soundcharts",
    tier=3,
    paths={
        name: (*CURRENT_STATS.get(name, ()), *YOUTUBE_AUDIENCE.get(name, ()))
        for name in CURRENT_STATS | YOUTUBE_AUDIENCE
    },
    base_url="https://customer.api.soundcharts.com",
    # It publishes no hard limit and asks for no more than 10 000 calls a minute.
    policy=HTTPPolicy(rate=Rate(calls=100, per_s=1.0)),
    make=lambda client, access, stored: Soundcharts(client, access, stored.soundcharts_uuids),
    credentials=("soundcharts_app_id", "soundcharts_api_key"),
)
