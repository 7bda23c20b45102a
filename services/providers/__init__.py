"""The providers, and THE table of tiers: who is asked for metrics, in what order.

A provider is a file beside this one, which says what it is asked, with what credentials, and which metric stands where
in its answer; and a line of `TIERS`.
"""

from services.providers import (
    bandsintown,
    deezer,
    genius,
    instagram,
    lastfm,
    netease,
    qq,
    songstats,
    soundcharts,
    spotify,
    spotify_listeners,
    tiktok,
    viberate,
    youtube,
)
from services.providers.opened import OpenProvider, open_providers
from services.providers.protocol import Access, PartlyRead, Provider, ProviderRow, Stored, UUIDMemory, Values
from services.providers.soundcharts_popularity import PopularityPage, SoundchartsPopularity

# In the order of tiers; within the last, whose rows are asked at once, in that of the metric table.
TIERS: tuple[ProviderRow, ...] = (
    viberate.ROW,
    songstats.ROW,
    soundcharts.ROW,
    spotify.ROW,
    spotify_listeners.ROW,
    youtube.ROW,
    instagram.ROW,
    tiktok.ROW,
    deezer.ROW,
    genius.ROW,
    lastfm.ROW,
    netease.ROW,
    qq.ROW,
    bandsintown.ROW,
)

__all__ = [
    "TIERS",
    "Access",
    "OpenProvider",
    "PartlyRead",
    "PopularityPage",
    "Provider",
    "ProviderRow",
    "SoundchartsPopularity",
    "Stored",
    "UUIDMemory",
    "Values",
    "open_providers",
]
