"""`kisum_data.artists_v2`, which others write and we read."""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import repeat
from typing import Any

import telemetry
from services.model.artist import Artist, PlatformId
from services.model.columns import rows
from services.platforms import Platform, platform_named
from services.store import decode
from services.store.driver import Document, Mongo
from services.store.shared import SharedFinds

COLLECTION = "kisum_data.artists_v2"
# What waits for a count is a page, which can do without.
COUNT_TIMEOUT_S = 1.0

# Where each field of an Artist is stored.
STORED: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "sort_name": ("sortName",),
    "image": ("image",),
    "country": ("country",),
    "genres": ("genres",),
    "platforms": ("platforms", "streamingPlatforms"),
    "viberate_uuid": ("external_data.viberate_uuid",),
    "songstats_id": ("external_data.songstats_id",),
    "soundcharts_uuid": ("external_data.soundcharts_uuid",),
}


class ArtistStore:
    """Artists by id."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._shared = SharedFinds(self._find)

    async def count(self) -> int:
        """How many artists there are, at no cost that grows with them."""
        return await self._mongo.estimated_count(COLLECTION, timeout_s=COUNT_TIMEOUT_S)

    async def find_many(self, ids: Collection[int], *, fields: frozenset[str]) -> dict[int, Artist]:
        """The artists that exist, by id, with `fields` of an Artist filled. One find, which others may share."""
        return await self._shared.find(ids, fields)

    async def find_among(self, ids: Collection[int], *, fields: frozenset[str]) -> dict[int, Artist]:
        """The same, maybe with artists that others asked for."""
        return await self._shared.find_among(ids, fields)

    async def _find(self, ids: Collection[int], fields: frozenset[str]) -> dict[int, Artist]:
        found = await self._mongo.find(COLLECTION, {"id": {"$in": list(ids)}}, _projection(fields))
        if fields <= _NAMES:
            return _named(found)
        artists = (_artist(document, fields) for document in found)
        return {artist.id: artist for artist in artists if artist is not None}


@lru_cache(100)
def _projection(fields: frozenset[str]) -> Document:
    return {"_id": 0, "id": 1} | {stored: 1 for field in fields for stored in STORED[field]}


def _named(documents: Sequence[Document]) -> dict[int, Artist]:
    """Artists of whom no more than the name is asked: what a roster asks of hundreds."""
    ids = [document["id"] for document in documents]
    names: list[Any] = [document.get("name") for document in documents]
    if set(map(type, ids)) != {int}:
        ids = [decode.whole(artist_id) for artist_id in ids]
    stripped: list[str | None] = [*map(str.strip, names)] if set(map(type, names)) == {str} else [None]
    if "" in stripped or None in stripped:
        stripped = [*map(decode.text, names)]
    artists = rows(Artist, ids, stripped, _NONES, _NONES, _NONES, _NOTHING, _NOTHING, _NONES, _NONES, _NONES)
    return {artist_id: artist for artist_id, artist in zip(ids, artists, strict=True) if artist_id is not None}


_NONES = repeat(None)
_NOTHING: Iterator[tuple[()]] = repeat(())


def _artist(document: Document, fields: frozenset[str]) -> Artist | None:
    artist_id = decode.whole(document["id"])
    if artist_id is None:
        return None
    external = decode.mapping(document.get("external_data"))
    return Artist(
        id=artist_id,
        name=decode.text(document.get("name")),
        sort_name=decode.text(document.get("sortName")),
        image=_image(document.get("image")),
        country=decode.text(document.get("country")),
        genres=_texts(document.get("genres")),
        platforms=_platforms(document) if "platforms" in fields else (),
        viberate_uuid=decode.text(external.get("viberate_uuid")),
        songstats_id=decode.text(external.get("songstats_id")),
        soundcharts_uuid=decode.text(external.get("soundcharts_uuid")),
    )


_NAMES = frozenset({"name"})


def _image(value: object) -> str | None:
    return decode.text(value if isinstance(value, str) else decode.mapping(value).get("url"))


def _texts(value: object) -> tuple[str, ...]:
    values: Sequence[object] = value if isinstance(value, list) else [value]
    return tuple(found for found in map(decode.text, values) if found is not None)


def _platforms(document: Document) -> tuple[PlatformId, ...]:
    """The ids of `platforms`, those of `streamingPlatforms` where it has none; in the order of the enum."""
    found: dict[Platform, PlatformId] = {}
    for place in ("platforms", "streamingPlatforms"):
        for key, entry in decode.mapping(document.get(place)).items():
            platform = platform_named(key)
            if platform is None:
                telemetry.UNKNOWN_PLATFORMS.inc()
            elif foreign_id := decode.identifier(entry.get("id") if isinstance(entry, dict) else entry):
                found.setdefault(platform, PlatformId(platform, foreign_id, place))
    return tuple(found[platform] for platform in Platform if platform in found)
