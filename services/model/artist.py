"""An artist as Kisum knows it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from services.platforms import Platform, page_of

MAX_ARTIST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class PlatformId:
    """The artist's id on one platform; `place` is the field of the document that it stands in."""

    platform: Platform
    id: str
    place: str = field(default="platforms", compare=False)

    @property
    def url(self) -> str | None:
        """The address of the artist's page there; None where its form isn't known."""
        return page_of(self.platform, self.id)


# Hundreds of these are made for one answer: a frozen dataclass would cost ten times as much.
class Artist(NamedTuple):
    """A document of `artists_v2`, as far as it was asked for: the rest has its default."""

    id: int
    name: str | None = None
    sort_name: str | None = None
    image: str | None = None
    country: str | None = None
    genres: tuple[str, ...] = ()
    platforms: tuple[PlatformId, ...] = ()
    viberate_uuid: str | None = None
    songstats_id: str | None = None
    soundcharts_uuid: str | None = None

    def platform_id(self, platform: Platform) -> str | None:
        """The artist's id there; None where none is stored."""
        return next((found.id for found in self.platforms if found.platform is platform), None)
