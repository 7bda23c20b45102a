"""The days of a picture's axis: how far along it one is, which are marked, how they are written, where a line breaks.

All of it is values in, values out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from services.model.popularity import Point

MOST_TICKS = 8
# What lies between two marks, in days and in months; the least that leaves few enough is taken.
DAY_STEPS = (1, 2, 7, 14)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12_000, 24_000)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Axis:
    """The days from `start` to `end`, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days after the first the last one is."""
        return (self.end - self.start).days

    def share(self, day: date) -> float:
        """How far along the axis the day is, from 0 to 1; in its middle where it has no other."""
        return (day - self.start).days / self.days if self.days else 0.5

    def unbroken(self, points: Sequence[Point]) -> list[list[Point]]:
        """The points, cut where days are missing, if so many that it is to be seen.

        A step is such a gap where it is over half as long again as nine in ten of the steps, and more than a
        hundredth of the axis. So a month of every day is cut at each day that it lacks, years of it at whole weeks.
        """
        steps = [(_day(after) - _day(before)).days for before, after in pairwise(points)]
        usual = sorted(steps)[(len(steps) - 1) * 9 // 10] if steps else 0
        longest = max(1.5 * usual, self.days / 100)
        runs = [[point] for point in points[:1]]
        for step, point in zip(steps, points[1:], strict=True):
            if step > longest:
                runs.append([])
            runs[-1].append(point)
        return runs

    def ticks(self) -> list[tuple[date, str]]:
        """The days to mark, ascending and at most nine, each with its label; January's is the year."""
        for step in DAY_STEPS:
            if self.days / step <= MOST_TICKS:
                days = (self.start + timedelta(days=past) for past in range(0, self.days + 1, step))
                return [(day, f"{day.day} {_month(day)}") for day in days]
        step = next(step for step in MONTH_STEPS if self.days / (step * _LONGEST_MONTH) <= MOST_TICKS)
        return [(day, str(day.year) if day.month == 1 else _month(day)) for day in self._firsts(step)]

    def _firsts(self, step: int) -> Iterator[date]:
        """The first days of every `step`-th month, counted from a January."""
        before, last = _months(self.start) - (self.start.day == 1), _months(self.end)
        for months in range((before // step + 1) * step, last + 1, step):
            yield date(months // 12, months % 12 + 1, 1)


def written(day: date) -> str:
    """The day as people in any country read it: `3 Nov 2025`."""
    return f"{day.day} {_month(day)} {day.year}"


def _day(point: Point) -> date:
    return date.fromisoformat(point["date"])


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month(day: date) -> str:
    return _MONTHS[day.month - 1]
