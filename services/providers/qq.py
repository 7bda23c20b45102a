"""QQ Music, native: the followers of an artist, from QQ itself or from a wrapper that somebody runs.

Asked by the singermid in `platforms.qq.id`: at `c.y.qq.com` in its own form, anywhere else in that of the wrapper
(qq-music-api), which puts the same answer into `response`. Both were seen in several callers. QQ may wrap its JSON
into a callback, under any content type.
"""

import re
from dataclasses import dataclass, replace
from typing import NotRequired
from urllib.parse import urlsplit

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from services.model.artist import Artist
from services.platforms import Platform
from services.providers.answers import body_of, is_unknown, shaped
from services.providers.ids import QQ_MID, fitting
from services.providers.protocol import Access, ProviderRow, Values
from services.providers.values import values_at
from services.transport import Answer, HTTPPolicy, ProviderClient, ProviderUnreadable, Rate, Request

PATHS = {"qq_followers": ("response.num", "num")}

DIRECT_HOST = "c.y.qq.com"
_CALLBACK = re.compile(rb"(?:\xef\xbb\xbf)?\s*[A-Za-z_$][\w$.]*\s*\((.*)\)\s*;?\s*", re.DOTALL)


class _Count(TypedDict):
    code: object
    num: NotRequired[object]


class _Wrapped(TypedDict):
    response: _Count


_COUNT, _WRAPPED = TypeAdapter(_Count), TypeAdapter(_Wrapped)


@dataclass(frozen=True, slots=True)
class QQ:
    """What QQ Music counts of an artist."""

    client: ProviderClient
    access: Access

    def can_ask(self, artist: Artist) -> bool:
        """Whether the artist's singermid is known."""
        return _mid(artist) is not None

    async def read(self, artist: Artist, wanted: frozenset[str], *, deadline: float) -> Values:
        """One call."""
        mid = _mid(artist)
        if mid is None:
            return {}
        is_direct = urlsplit(self.access.base_url).hostname == DIRECT_HOST
        return await self.client.ask(_direct(mid) if is_direct else _wrapped(mid), _values, deadline=deadline)


def _mid(artist: Artist) -> str | None:
    return fitting(QQ_MID, artist.platform_id(Platform.QQ))


def _direct(mid: str) -> Request:
    return Request(
        "/rsc/fcgi-bin/fcg_order_singer_getnum.fcg",
        params={"singermid": mid, "utf8": 1, "format": "json", "outCharset": "utf-8"},
        # Without it the answer may be empty, or a page.
        headers={"Referer": "https://y.qq.com/"},
    )


def _wrapped(mid: str) -> Request:
    return Request("/getSingerStarNum", params={"singermid": mid})


def _values(answer: Answer) -> Values:
    if is_unknown(answer):
        return {}
    if callback := _CALLBACK.fullmatch(answer.body):
        answer = replace(answer, body=callback[1])
    body = body_of(answer)
    is_wrapped = isinstance(body, dict) and "response" in body
    said = shaped(_WRAPPED, body)["response"] if is_wrapped else shaped(_COUNT, body)
    if said["code"] != 0:
        raise ProviderUnreadable("answered a code other than 0")
    return values_at(PATHS, body)


ROW = ProviderRow(
    name="qq",
    tier=4,
    paths=PATHS,
    base_url=f"https://{DIRECT_HOST}",
    policy=HTTPPolicy(rate=Rate(calls=5, per_s=1.0)),
    make=lambda client, access, _: QQ(client, access),
)
