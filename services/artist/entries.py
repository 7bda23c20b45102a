"""An artist and its audience, made into what it is searched by. Values in, values out."""

import math
from collections.abc import Collection, Mapping
from typing import Any

from services.artist.terms import name_terms
from services.metrics import METRIC_NAMES
from services.model.artist import Artist, PlatformId
from services.model.search import SearchEntry
from services.platforms import comparable_id

# Counts up when the same artist makes another entry: then all are made anew.
SHAPE = 3

# What is read of an artist, and of its stats, to make an entry.
ARTIST_FIELDS = frozenset({"name", "sort_name", "platforms"})
LISTENERS = "spotify_monthly_listeners"
AUDIENCES = frozenset(
    name for name in METRIC_NAMES if name.endswith(("_followers", "_subscribers", "_fans", "_listeners", "_trackers"))
)

_LONGEST_ID = 200
# So many steps to a doubling: an audience that changes a little from day to day leaves the index as it is.
_STEPS = 8


def search_entry(
    artist: Artist, values: Mapping[str, int | None], *, document: Any, known_by: Collection[str] = ()
) -> SearchEntry:
    """The entry of an artist with these stored metrics; `document` is the key of its document.

    `known_by` is what others look up whether any artist has it.
    """
    names = name_terms(artist.name, artist.sort_name)
    return SearchEntry(
        artist_id=artist.id,
        terms=names.terms,
        keys=names.keys,
        ids=tuple(map(id_term, artist.platforms)),
        weight=_weight(values),
        document=document,
        known_by=tuple(known_by),
    )


def id_term(platform_id: PlatformId) -> str:
    """What an artist with this id is found by."""
    comparable = comparable_id(platform_id.platform, platform_id.id)
    return f"{platform_id.platform.value}:{comparable[:_LONGEST_ID]}"


def _weight(values: Mapping[str, int | None]) -> int:
    """The monthly listeners on Spotify, or the most of any other audience, in steps that grow with it; 0 for none."""
    audience = values.get(LISTENERS) or max((values.get(name) or 0 for name in AUDIENCES), default=0)
    return round(_STEPS * math.log2(1 + audience))
