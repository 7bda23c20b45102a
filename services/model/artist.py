"""An artist as Kisum knows it."""

from dataclasses import dataclass

from services.platforms import Platform

MAX_ARTIST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class PlatformId:
    """The artist's id on one platform."""

    platform: Platform
    id: str


@dataclass(frozen=True, slots=True)
class Artist:
    """A document of `artists_v2`, as far as it was asked for: the rest has its default."""

    id: int
    name: str | None = None
    sort_name: str | None = None
    image: str | None = None
    country: str | None = None
    genres: tuple[str, ...] = ()
    platforms: tuple[PlatformId, ...] = ()
    soundcharts_uuid: str | None = None
