"""Viberate, tier 1: the fanbase of an artist over its channels, in one call.

Asked by `external_data.viberate_uuid` with the header `Access-Key`. That a wrong key is answered 499, and the envelope,
are known from callers of the API; the names of the members and of the channels are the best guess that can be had, so
both forms seen in callers are read: members such as `spotify_followers`, or a list of channels with their fanbase.
A channel may lag by days.
"""

from dataclasses import dataclass
from typing import NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.artist import Artist
from services.providers.answers import body_of, is_unknown, shaped
from services.providers.ids import UUID, fitting
from services.providers.protocol import Access, ProviderRow, Values
from services.providers.values import pick, values_at
from services.transport import Answer, HTTPPolicy, ProviderClient, ProviderUnreadable, Rate, Request, quoted

# Members of the fanbase; the last place of each is the channel's name.
PATHS = {
    "spotify_followers": ("spotify_followers", "spotify"),
    "youtube_subscribers": ("youtube_subscribers", "youtube_followers", "youtube"),
    "instagram_followers": ("instagram_followers", "instagram"),
    "tiktok_followers": ("tiktok_followers", "tiktok"),
    "facebook_followers": ("facebook_followers", "facebook_likes", "facebook"),
    "twitter_followers": ("twitter_followers", "x_followers", "twitter", "x"),
    "soundcloud_followers": ("soundcloud_followers", "soundcloud"),
    "deezer_fans": ("deezer_fans", "deezer_followers", "deezer"),
    "bandsintown_trackers": ("bandsintown_trackers", "bandsintown"),
    "songkick_followers": ("songkick_followers", "songkick"),
    "shazam_count": ("shazam_count", "shazams", "shazam"),
    "twitch_followers": ("twitch_followers", "twitch"),
}


class _Channel(TypedDict):
    channel: str
    fanbase: NotRequired[object]


class _Envelope(TypedDict):
    data: dict[str, object]


_ENVELOPE = TypeAdapter(_Envelope)
_MEMBERS = TypeAdapter(dict[str, object])
_CHANNELS = TypeAdapter(list[_Channel])


@dataclass(frozen=True, slots=True)
class Viberate:
    """What Viberate counts on all channels."""

    client: ProviderClient
    access: Access

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's uuid there is known."""
        return fitting(UUID, artist.viberate_uuid) is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """One call for whatever is wanted."""
        uuid = fitting(UUID, artist.viberate_uuid)
        if uuid is None:
            return {}
        request = Request(
            f"/artist/{quoted(uuid)}/viberate/fanbase-distribution",
            headers={"Access-Key": self.access.secret("viberate_token"), "Accept": "application/json"},
        )
        return await self.client.ask(request, _values, deadline=deadline)


def _values(answer: Answer) -> Values:
    if is_unknown(answer):
        return {}
    body = body_of(answer)
    if error := pick(body, "error"):
        if pick(error, "code") == 404:
            return {}
        raise ProviderUnreadable("answered an error in place of a fanbase")
    outer = shaped(_ENVELOPE, body)["data"]
    fanbase = outer if outer.get("data") is None else outer["data"]
    if isinstance(fanbase, list):
        channels = shaped(_CHANNELS, fanbase, "data", "data")
        return values_at(PATHS, {row["channel"]: row.get("fanbase") for row in channels})
    return values_at(PATHS, shaped(_MEMBERS, fanbase, "data", "data"))


ROW = ProviderRow(
    name="viberate",
    tier=1,
    paths=PATHS,
    base_url="https://data.viberate.com/api/v1",
    # It names a limit of 120 and no window: a minute is assumed, and a little more, since calls bunch up on their way.
    policy=HTTPPolicy(rate=Rate(calls=120, per_s=62.0)),
    make=lambda client, access, _: Viberate(client, access),
    credentials=("viberate_token",),
)
