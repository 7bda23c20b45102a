"""What artists are searched by: an entry of the index, and how far the index is in step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """What one artist is found by.

    `terms` are what is looked up, `keys` the whole names for what is typed beyond a term, `ids` those on platforms, as
    `spotify:06HL…`. The greater the `weight`, the sooner it is found. `document` is the artist's key in MongoDB.
    `known_by` are the keys by which a row of a chart may be the artist's.
    """

    artist_id: int
    terms: tuple[str, ...]
    keys: tuple[str, ...]
    ids: tuple[str, ...]
    weight: int
    document: Any
    known_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An artist that was found, with its whole names."""

    artist_id: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the index is in step: in which shape, when all artists were gone over last, what followed since."""

    shape: int = 0
    passed_at: datetime | None = None
    position: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ArtistPage:
    """Artists in the order of their ids: the keys of their documents by id, and the id that was reached."""

    documents: Mapping[int, Any]
    reached: Any
    is_last: bool


@dataclass(frozen=True, slots=True)
class ArtistChange:
    """An artist's document that was written or removed; `is_all` where the collection itself was replaced.

    `artist_id` is None where the document no longer tells it.
    """

    document: Any
    artist_id: int | None
    position: Mapping[str, Any]
    is_all: bool = False
