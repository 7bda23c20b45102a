"""YouTube's Data API, native: subscribers and views of the artist's channel.

Asked by `platforms.youtube.id`: up to 50 channels a call, which costs one unit of the day's 10 000 however many they
are, so calls of the same moment are gathered. An id that is no channel's (`UC…`) is asked for as a handle, by itself.
All of it is documented; counts come as texts, subscribers rounded down to three digits.
"""

from collections.abc import Mapping, Sequence
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.artist import Artist
from services.platforms import Platform
from services.providers.answers import body_of, is_unknown, peeked, shaped, throttled
from services.providers.ids import YOUTUBE_CHANNEL, YOUTUBE_HANDLE, fitting
from services.providers.protocol import Access, ProviderRow, Values
from services.providers.sharing import Gathering
from services.providers.values import first_with, pick, values_at
from services.transport import (
    Answer,
    HTTPPolicy,
    ProviderClient,
    ProviderRefused,
    ProviderUnreadable,
    Rate,
    Request,
)

PATHS = {
    "youtube_subscribers": ("statistics.subscriberCount",),
    "youtube_views": ("statistics.viewCount",),
}
CHANNELS_A_CALL = 50

DAY_IS_SPENT = {"quotaExceeded", "dailyLimitExceeded"}
TOO_MANY_AT_ONCE = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
KEY_IS_WRONG = {"API_KEY_INVALID", "keyInvalid", "keyExpired"}


class _Statistics(TypedDict):
    viewCount: NotRequired[object]
    subscriberCount: NotRequired[object]
    hiddenSubscriberCount: NotRequired[object]


class _Channel(TypedDict):
    id: str
    statistics: NotRequired[_Statistics | None]


class _Channels(TypedDict):
    # Without any hit there is a page of nothing, and no items.
    pageInfo: NotRequired[dict[str, object]]
    items: NotRequired[list[_Channel]]


_CHANNELS = TypeAdapter(_Channels)


class YouTube:
    """What YouTube counts of a channel."""

    def __init__(self, client: ProviderClient, access: Access) -> None:
        self._client = client
        self._access = access
        self._gathering: Gathering[str, Values] = Gathering(self._channels, most=CHANNELS_A_CALL)

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's channel or its handle is known."""
        return _channel_id(artist) is not None or _handle(artist) is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """A share of one call for all channels that are asked for at the same moment."""
        if channel_id := _channel_id(artist):
            return await self._gathering.get(channel_id, deadline=deadline) or {}
        if handle := _handle(artist):
            found = await self._ask({"forHandle": handle}, deadline)
            return next(iter(found.values()), {})
        return {}

    async def _channels(self, channel_ids: Sequence[str], deadline: float) -> Mapping[str, Values]:
        return await self._ask({"id": ",".join(channel_ids), "maxResults": str(CHANNELS_A_CALL)}, deadline)

    async def _ask(self, which: Mapping[str, str], deadline: float) -> Mapping[str, Values]:
        params = {"part": "statistics", **which, "key": self._access.secret("youtube_api_key")}
        return await self._client.ask(Request("/channels", params=params), _values_by_channel, deadline=deadline)


def _channel_id(artist: Artist) -> str | None:
    return fitting(YOUTUBE_CHANNEL, artist.platform_id(Platform.YOUTUBE))


def _handle(artist: Artist) -> str | None:
    return fitting(YOUTUBE_HANDLE, artist.platform_id(Platform.YOUTUBE))


def _values_by_channel(answer: Answer) -> Mapping[str, Values]:
    if is_unknown(answer):
        return {}
    if answer.status >= 400:
        _raise_by_reason(answer)
    channels = shaped(_CHANNELS, body_of(answer))
    if not channels:
        raise ProviderUnreadable("answered neither channels nor that there are none")
    return {channel["id"]: _values(channel) for channel in channels.get("items", ())}


def _values(channel: _Channel) -> Values:
    values = values_at(PATHS, channel)
    if pick(channel, "statistics", "hiddenSubscriberCount") is True:
        values.pop("youtube_subscribers", None)
    return values


def _raise_by_reason(answer: Answer) -> None:
    reasons = {str(found["reason"]) for found in first_with(peeked(answer, "error"), "reason")}
    if reasons & DAY_IS_SPENT:
        raise throttled(answer, lasting=True)
    if reasons & TOO_MANY_AT_ONCE:
        raise throttled(answer)
    if reasons & KEY_IS_WRONG:
        raise ProviderRefused("refused the key")


ROW = ProviderRow(
    name="youtube",
    tier=4,
    paths=PATHS,
    base_url="https://www.googleapis.com/youtube/v3",
    policy=HTTPPolicy(rate=Rate(calls=10, per_s=1.0)),
    make=lambda client, access, _: YouTube(client, access),
    credentials=("youtube_api_key",),
)
