"""TikTok through the marketplace RapidAPI, native: followers and likes of an account.

Asked by `platforms.tiktok.id`: a number is an id, anything else a username. The marketplace has several TikTok APIs,
told by the host of the address that is set; their paths and answers were seen in callers. Where the answer has exact
numbers (`statsV2`, texts) beside rounded ones (`stats`), the exact ones count.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.artist import Artist
from services.platforms import Platform
from services.providers.answers import body_of, is_unknown, shaped, throttled, told
from services.providers.ids import NUMBER, TIKTOK_USERNAME, fitting
from services.providers.protocol import Access, ProviderRow, Values
from services.providers.values import first_with, pick, values_at
from services.transport import (
    Answer,
    HTTPPolicy,
    ProviderClient,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnreadable,
    Rate,
    Request,
)

# Within the object that holds the statistics, wherever the API has put it.
PATHS = {
    "tiktok_followers": ("statsV2.followerCount", "stats.followerCount", "followerCount"),
    "tiktok_likes": (
        "statsV2.heartCount",
        "statsV2.heart",
        "stats.heartCount",
        "stats.heart",
        "heartCount",
        "heart",
    ),
}


@dataclass(frozen=True, slots=True)
class _Form:
    """How an API of the marketplace is asked: a path, and the parameter with it."""

    by_username: tuple[str, str]
    by_id: tuple[str, str] | None


FORMS = {
    "tiktok-api23.p.rapidapi.com": _Form(("/api/user/info", "uniqueId"), ("/api/user/info-by-id", "userId")),
    "tiktok-api45.p.rapidapi.com": _Form(("/api/v1/user/detail", "unique_id"), None),
}
# As `tiktok-scraper7` and `tiktok-video-no-watermark2` are asked.
USUAL_FORM = _Form(("/user/info", "unique_id"), ("/user/info", "user_id"))

# What APIs of the marketplace say of an account that isn't there.
NO_SUCH_ACCOUNT = (10202, 10221, -1)


class _Statistics(TypedDict, total=False):
    followerCount: object
    heartCount: object
    heart: object


class _Holder(TypedDict, total=False):
    stats: _Statistics | None
    statsV2: _Statistics | None


_HOLDER = TypeAdapter(_Holder)


@dataclass(frozen=True, slots=True)
class TikTok:
    """What the marketplace's API says of a TikTok account."""

    client: ProviderClient
    access: Access

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's account is known, by an id that the API can be asked by."""
        return self._request(artist) is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """One call."""
        request = self._request(artist)
        return {} if request is None else await self.client.ask(request, _values, deadline=deadline)

    def _request(self, artist: Artist) -> Request | None:
        host = urlsplit(self.access.base_url).hostname or ""
        form = FORMS.get(host, USUAL_FORM)
        stored = artist.platform_id(Platform.TIKTOK)
        if account := fitting(NUMBER, stored):
            asked = form.by_id
        elif account := fitting(TIKTOK_USERNAME, stored):
            asked = form.by_username
        if not account or not asked:
            return None
        path, parameter = asked
        headers = {"X-RapidAPI-Key": self.access.secret("rapidapi_key"), "X-RapidAPI-Host": host}
        return Request(path, params={parameter: account.removeprefix("@")}, headers=headers)


def _values(answer: Answer) -> Values:
    _raise_by_status(answer)
    if is_unknown(answer):
        return {}
    body = body_of(answer)
    for holder in first_with(body, "stats"):
        return values_at(PATHS, shaped(_HOLDER, holder))
    for statistics in first_with(body, "followerCount"):
        return values_at(PATHS, statistics)
    return _unknown_or_raised(answer, body)


def _raise_by_status(answer: Answer) -> None:
    """Raises what the marketplace itself says, before the API that is sold there."""
    if answer.status == 404 and '"endpoint' in told(answer):
        raise ProviderRefused("has no such endpoint: its address may be that of another API")
    left = answer.headers.get("x-ratelimit-requests-remaining")
    if answer.status == 429 and (left == "0" or "quota" in told(answer)):
        raise throttled(answer, lasting=True)
    if answer.status == 429 and left:
        # The wait that its headers tell is that of the quota, of which there is some left.
        raise ProviderThrottled("has too many calls at once")


def _unknown_or_raised(answer: Answer, body: object) -> Values:
    code = next((found for member in ("statusCode", "code") for found in _codes(body, member)), None)
    if code in NO_SUCH_ACCOUNT:
        if "limit" in told(answer):
            raise ProviderThrottled("has too many calls at once")
        return {}
    if code != 0 or (pick(body, "userInfo") is None and pick(body, "data") is None):
        raise ProviderUnreadable("answered something else than promised at stats")
    return {}


def _codes(body: object, member: str) -> list[object]:
    return [found[member] for found in first_with(body, member)]


ROW = ProviderRow(
    name="tiktok",
    tier=4,
    paths=PATHS,
    base_url="https://tiktok-scraper7.p.rapidapi.com",
    policy=HTTPPolicy(timeout_s=12.0, rate=Rate(calls=5, per_s=1.0)),
    make=lambda client, access, _: TikTok(client, access),
    credentials=("rapidapi_key",),
)
