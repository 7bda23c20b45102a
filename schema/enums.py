"""The model's enums, given GraphQL names and descriptions; a value's comes from its table where it has one."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from services.metrics import BY_NAME, Metric
from services.model.charts import ChartFamily, MatchedBy
from services.model.popularity import Interval, PopularityPlatform
from services.model.providers import BreakerState
from services.model.refresh import RefreshRequest
from services.platforms import Platform


def _register(enum: type[Enum], description: str, values: Mapping[Any, str], *, name: str | None = None) -> None:
    strawberry.enum(enum, name=name, description=description)
    for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[enum[value.name]]


_register(Metric, "One audience number; the rows of `metrics`.", {m: BY_NAME[m.value].description for m in Metric})
_register(
    Platform,
    "Where metrics and ids come from.",
    {platform: f"{platform.label}." for platform in Platform},
)
_register(
    PopularityPlatform,
    "A platform whose popularity is kept.",
    {
        PopularityPlatform.SPOTIFY: "Spotify's popularity, 0 to 100.",
        PopularityPlatform.TIDAL: "TIDAL's popularity, 0 to 100.",
        PopularityPlatform.DEEZER: "Deezer's popularity as Soundcharts scores it, 0 to 100.",
    },
)
_register(
    Interval,
    "How points are gathered.",
    {
        Interval.DAY: "Every day as it is stored.",
        Interval.WEEK: "The mean of each week, by its Monday.",
        Interval.MONTH: "The mean of each month, by its first day.",
    },
)

_register(
    ChartFamily,
    "What a chart counts, and where.",
    {
        ChartFamily.SPOTIFY: "Streams on Spotify: by country, by period, of all time.",
        ChartFamily.SPOTIFY_LISTENERS: "Monthly listeners on Spotify.",
        ChartFamily.GLOBAL_ARTISTS: "Artists over all platforms that Kworb counts.",
        ChartFamily.CURRENT: "The number one of each current chart.",
        ChartFamily.ITUNES: "Sales on iTunes.",
        ChartFamily.APPLE_MUSIC: "Streams on Apple Music.",
        ChartFamily.RADIO: "Airplay.",
        ChartFamily.YOUTUBE: "Views on YouTube.",
        ChartFamily.SHAZAM: "Recognitions on Shazam.",
        ChartFamily.DEEZER: "Streams on Deezer.",
        ChartFamily.BILLBOARD: "Billboard's charts.",
    },
)
_register(
    MatchedBy,
    "By what a chart row was found to belong to the artist.",
    {
        MatchedBy.ARTIST_ID: "The row carries the artist's own id.",
        MatchedBy.SPOTIFY_ID: "It carries the artist's id on Spotify.",
        MatchedBy.SLUG: "It carries the slug that Kworb makes from the name.",
        MatchedBy.NAME: "The names are the same but for spelling.",
    },
)
_register(
    BreakerState,
    "Whether a provider is asked.",
    {
        BreakerState.CLOSED: "It is asked.",
        BreakerState.OPEN: "It is left alone for a while, after failures.",
        BreakerState.HALF_OPEN: "It has rested: the next call tries it.",
    },
)
_register(
    RefreshRequest,
    "What became of a request for a refresh.",
    {
        RefreshRequest.STARTED: "It was begun, or waits its turn.",
        RefreshRequest.JOINED: "One was under way already.",
        RefreshRequest.REFUSED: "It was not begun; `error` says why.",
    },
    name="RefreshState",
)

__all__ = [
    "BreakerState",
    "ChartFamily",
    "Interval",
    "MatchedBy",
    "Metric",
    "Platform",
    "PopularityPlatform",
    "RefreshRequest",
]
