"""Who stands where in the charts that the sandbox plays: its artists, in an order that the day and the seed make.

Artists are ordered by their listeners, which a chart's own taste shifts; songs are made up.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sandbox.artists import Artist
from sandbox.chance import between, unit
from sandbox.world import World

LISTENERS = "spotify_monthly_listeners"
COUNTRIES = ("global", "br", "de", "es", "fr", "gb", "id", "in", "it", "jp", "kr", "mx", "us", "za")
SONGS = 100
FIRST_WORDS = ("Blue", "Golden", "Last", "Little", "Midnight", "Paper", "Quiet", "Summer", "Velvet", "Wild")
SECOND_WORDS = ("Coast", "Dance", "Engine", "Garden", "Hearts", "Letters", "River", "Signal", "Static", "Windows")


@dataclass(frozen=True, slots=True)
class Song:
    """A song in a chart: its rank, whose it is, how it is called, how long it has stood there, how much it counts."""

    rank: int
    artist: Artist
    title: str
    guest: Artist | None
    days: int
    peak: int
    count: int
    change: str


def listeners(world: World) -> Sequence[tuple[Artist, int]]:
    """The artists that Spotify has, with their monthly listeners of the day, the most first."""
    return _listeners(world, world.today)


@lru_cache(4)
def _listeners(world: World, day: date) -> Sequence[tuple[Artist, int]]:
    counted = [
        (artist, world.numbers.true(artist, LISTENERS, day))
        for artist in world.directory.artists
        if "spotify" in artist.ids
    ]
    return sorted(counted, key=lambda one: (-one[1], one[0].id))


def songs(world: World, chart: str, *, day: date | None = None, most: int = SONGS) -> Sequence[Song]:
    """The songs of the chart on the day, today without one, the first first."""
    on = day or world.today

    def weight(one: tuple[Artist, int]) -> float:
        artist, count = one
        taste = between(-1.2, 1.2, world.seed, "taste", chart, artist.id)
        return -(math.log10(max(count, 1)) + taste + between(-0.1, 0.1, world.seed, chart, artist.id, on))

    ordered = sorted(listeners(world), key=weight)[:most]
    return [_song(world, chart, rank, artist, ordered, on) for rank, (artist, _) in enumerate(ordered, 1)]


def _song(
    world: World, chart: str, rank: int, artist: Artist, ordered: Sequence[tuple[Artist, int]], day: date
) -> Song:
    about = (world.seed, "song", chart, artist.id)
    guest = ordered[int(unit(*about, "guest") * len(ordered))][0] if unit(*about, "has a guest") < 0.15 else None
    moved = int(between(-9, 10, *about, day))
    return Song(
        rank=rank,
        artist=artist,
        title=_title(*about),
        guest=guest if guest is not artist else None,
        days=int(between(1, 400, *about, "days")),
        peak=max(1, rank - int(between(0, rank, *about, "peak"))),
        count=round(1_500_000 / math.sqrt(rank) * between(0.97, 1.0, *about, day)),
        change="=" if moved == 0 else f"{moved:+d}",
    )


def _title(*about: object) -> str:
    first = FIRST_WORDS[int(unit(*about, "first") * len(FIRST_WORDS))]
    second = SECOND_WORDS[int(unit(*about, "second") * len(SECOND_WORDS))]
    return f"{first} {second}"
