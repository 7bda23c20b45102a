"""Charts: their families, and by what a row of one is an artist's."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias


class ChartFamily(StrEnum):
    """What a chart counts and where; the order is that of answers."""

    SPOTIFY = "spotify"
    SPOTIFY_LISTENERS = "spotify_listeners"
    GLOBAL_ARTISTS = "global_artists"
    CURRENT = "current"
    ITUNES = "itunes"
    APPLE_MUSIC = "apple_music"
    RADIO = "radio"
    YOUTUBE = "youtube"
    SHAZAM = "shazam"
    DEEZER = "deezer"
    BILLBOARD = "billboard"


class MatchedBy(StrEnum):
    """By what a chart row was found to belong to the artist, the surest first."""

    ARTIST_ID = "artist_id"
    SPOTIFY_ID = "spotify_id"
    SLUG = "slug"
    NAME = "name"


class Key(NamedTuple):
    """One thing by which a row and an artist are compared: they meet in keys that are equal."""

    matched_by: MatchedBy
    value: str

    @property
    def term(self) -> str:
        """The key as one text, as it is stored: `name:novaruiz`."""
        return f"{self.matched_by}:{self.value}"

    @classmethod
    def of(cls, term: str) -> "Key":
        """The key of such a text."""
        matched_by, _, value = term.partition(":")
        return cls(MatchedBy(matched_by), value)


# Whose a row is, or the share of one artist in it: the keys that tell, in the order in which they decide.
Claim: TypeAlias = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class IdsFound:
    """Artists' ids by their paths in a stored document, and what was read of it, by path, that they were found by."""

    document: Any
    ids: Mapping[str, int]
    read: Mapping[str, object]
