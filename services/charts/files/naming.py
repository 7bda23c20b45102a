"""What a file's name tells of the chart in it, where the file itself doesn't say: `us_radio_pop_2015.csv.gz`."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import PurePath

from services.charts.pages import CHARTS, COUNTRIES
from services.charts.pages.cells import day

WORLD = frozenset({"global", "world", "worldwide"})
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class FileName:
    """A file by its path, as far as that was given: folders may tell something too."""

    path: PurePath

    @property
    def chart(self) -> str | None:
        """The chart of Billboard that it is named for, or that its folder is (`hot_100_2022_2024.csv`: hot-100)."""
        parts = ["-".join(_words(part)) for part in reversed(self.path.parts)]
        return next((chart for part in parts for chart in CHARTS if f"-{chart}-" in f"-{part}-"), None)

    @property
    def country(self) -> str | None:
        """The country, or that it is the world."""
        words = _words(self.path.name)
        if WORLD & set(words):
            return "global"
        return next((word for word in words if word in COUNTRIES), None)

    @property
    def radio_format(self) -> str | None:
        """The format of radio: the word that follows that one."""
        words = _words(self.path.name)
        return next((word for before, word in pairwise(words) if before == "radio" and word.isalpha()), None)

    @property
    def years(self) -> str | None:
        """The years that it is over: `2010-2020`, or one."""
        found = _YEAR.findall(" ".join(_words(self.path.name)))
        return "-".join(dict.fromkeys((found[0], found[-1]))) if found else None

    @property
    def day(self) -> date | None:
        """The day in it."""
        return day(self.path.name.replace("_", " "))


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name.lower())
