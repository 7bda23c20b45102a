"""What a refresh came to: the values to store, and where each came from."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """What one provider said of one artist: positive whole numbers by stored name. `source` is as in provenance."""

    source: str
    values: Mapping[str, int]
    native: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one provider could not be read, in one line fit for a person."""

    source: str
    told: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The values that the readings brought, each with its source; and what gave a value, in tier order."""

    values: Mapping[str, int]
    sources: Mapping[str, str]
    refresh_source: str | None
