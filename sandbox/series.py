"""Popularity day by day, as Soundcharts has it: from 2020 on, first every few days, then daily with holes.

It begins with weeks of 0, which means unknown there. Days on which a real value is known have that value.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sandbox.artists import Artist
from sandbox.chance import between, unit
from sandbox.demo import Real
from sandbox.numbers import POPULARITY, Numbers

FIRST_DAY = date(2020, 1, 1)
# Until then a point comes every two to six days.
DAILY_FROM = date(2021, 6, 15)
HOLES = 0.03
LAG = timedelta(days=1)

# How far below Spotify's a platform's figure lies, and the share of artists that have a series there.
PLATFORMS = {"spotify": (0, 1.0), "tidal": (9, 0.8), "deezer": (6, 0.85)}

Points = list[tuple[date, int]]


class PopularitySeries:
    """The series of all artists; each is computed once a day and kept."""

    def __init__(self, seed: int, numbers: Numbers, real: Real) -> None:
        self._seed = seed
        self._numbers = numbers
        self._real = real
        self._kept: dict[tuple[int, str, date], Points] = {}

    def points(self, artist: Artist, platform: str, today: date) -> Points:
        """All points until yesterday, ascending; none where the artist has no series there."""
        key = (artist.id, platform, today)
        if key not in self._kept:
            self._kept[key] = list(self._computed(artist, platform, today - LAG))
        return self._kept[key]

    def _computed(self, artist: Artist, platform: str, last: date) -> Iterator[tuple[date, int]]:
        below, share = PLATFORMS[platform]
        about = (self._seed, "series", artist.id, platform)
        if not artist.is_known_everywhere and unit(*about) >= share:
            return
        known_from = FIRST_DAY + timedelta(days=round(between(14, 90, "zeros", *about)))
        real = self._real.get((artist.id, POPULARITY), {}) if platform == "spotify" else {}
        for day in sorted({*_days(last, about), *(day for day in real if day <= last)}):
            if day in real:
                yield day, real[day]
            elif day < known_from:
                yield day, 0
            else:
                yield day, max(1, self._numbers.popularity(artist, day) - below)


def _days(last: date, about: tuple[object, ...]) -> Iterator[date]:
    day = FIRST_DAY
    while day <= last:
        yield day
        chance = unit(*about, day)
        is_sparse = day < DAILY_FROM
        day += timedelta(days=2 + int(chance * 5) if is_sparse else 1 + (chance < HOLES))
