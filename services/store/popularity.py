"""`data_analyst.artist_popularity`: a document a point.

Others write here too, so a day may be a text or a BSON date, a value an int or a double, and a day may stand there
twice: then its highest value counts. Values outside 1 to 100 are no points. Every read is served by the index
{artist_id, platform, date, value}.
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any

from services.model.instants import tolerance
from services.model.popularity import (
    Interval,
    Point,
    PopularityPlatform,
    PopularitySummary,
    PopularityYear,
    Window,
)
from services.store import decode
from services.store.driver import Document, Mongo

COLLECTION = "data_analyst.artist_popularity"

_FIELDS = {"_id": 0, "artist_id": 1, "date": 1, "value": 1}
_ORDER = (("artist_id", 1), ("platform", 1), ("date", 1), ("value", 1))
_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)


class PopularityStore:
    """Series of popularity by artist; each method is one command, whatever the number of artists."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def points(
        self, artist_ids: Collection[int], platform: PopularityPlatform, window: Window
    ) -> dict[int, list[Point]]:
        """The points of each artist that has any, ascending by day."""
        query = _within(artist_ids, platform, window)
        found: dict[int, list[Point]] = {}
        for row in await self._mongo.find(COLLECTION, query, _FIELDS, sort=_ORDER):
            artist_id, point = decode.whole(row.pop("artist_id")), _point(row)
            if artist_id is not None and point is not None:
                _add(found.setdefault(artist_id, []), point)
        return found

    async def stored_at(
        self, artist_ids: Collection[int], platform: PopularityPlatform, window: Window
    ) -> dict[int, dict[str, datetime]]:
        """When each artist's days were last written, for the days that tell it."""
        query, fields = _within(artist_ids, platform, window), {"_id": 0, "artist_id": 1, "date": 1, "updatedAt": 1}
        found: dict[int, dict[str, datetime]] = {}
        for row in await self._mongo.find(COLLECTION, query, fields):
            artist_id, day = decode.whole(row["artist_id"]), decode.day(row["date"])
            at = decode.instant(row.get("updatedAt"))
            if artist_id is not None and day is not None and at is not None:
                days = found.setdefault(artist_id, {})
                days[day] = max(at, days.get(day, at))
        return found

    async def means(
        self, artist_ids: Collection[int], platform: PopularityPlatform, window: Window, interval: Interval
    ) -> dict[int, list[Point]]:
        """The mean of each week (from Monday) or month, rounded half up, by the interval's first day."""
        start = {"$dateTrunc": {"date": "$at", "unit": interval.value, "startOfWeek": "monday"}}
        rows = await self._mongo.aggregate(
            COLLECTION,
            [
                *_days(artist_ids, platform, window),
                {"$group": {"_id": {"artist": "$_id.artist", "start": start}, "mean": {"$avg": "$value"}}},
                {"$sort": {"_id": 1}},
            ],
        )
        found: dict[int, list[Point]] = {}
        for row in rows:
            point = Point(date=_written(row["_id"]["start"]), value=int(row["mean"] + 0.5))
            found.setdefault(row["_id"]["artist"], []).append(point)
        return found

    async def last_days(
        self, artist_ids: Collection[int], platform: PopularityPlatform, *, since: date | None = None
    ) -> dict[int, str]:
        """The newest day of each artist that has any point, or any from `since` on, which costs no more than those."""
        rows = await self._mongo.aggregate(
            COLLECTION,
            [
                *_usable(artist_ids, platform, Window(since)),
                {"$group": {"_id": "$artist", "last": {"$max": "$at"}}},
            ],
        )
        return {row["_id"]: _written(row["last"]) for row in rows}

    async def summaries(
        self, artist_ids: Collection[int], platform: PopularityPlatform
    ) -> dict[int, PopularitySummary]:
        """All points summed up, for each artist that has any.

        A change compares the newest point with the one nearest to so many days before it, at most a quarter of them
        (and no less than 3 days) off. Of equal peaks the first counts.
        """
        rows = await self._mongo.aggregate(
            COLLECTION,
            [
                *_days(artist_ids, platform, Window()),
                {"$setWindowFields": {"partitionBy": "$_id.artist", "output": {"last": {"$max": "$at"}}}},
                {"$set": {"age": {"$dateDiff": {"startDate": "$at", "endDate": "$last", "unit": "day"}}}},
                {
                    "$group": {
                        "_id": {"artist": "$_id.artist", "year": {"$year": "$at"}},
                        "average": {"$avg": "$value"},
                        "peak": {"$min": {"fall": {"$subtract": [0, "$value"]}, "at": "$at"}},
                        "current": {"$max": {"at": "$at", "value": "$value"}},
                        "month": _nearest(30),
                        "year": _nearest(365),
                    }
                },
                {"$sort": {"_id": 1}},
                {
                    "$group": {
                        "_id": "$_id.artist",
                        "years": {"$push": {"year": "$_id.year", "average": "$average", "peak": "$peak"}},
                        "peak": {"$min": "$peak"},
                        "current": {"$max": "$current"},
                        "month": {"$min": "$month"},
                        "year": {"$min": "$year"},
                    }
                },
            ],
        )
        return {row["_id"]: _summary(row) for row in rows}

    async def last_values(
        self, artist_ids: Collection[int], platform: PopularityPlatform, *, start: date, end: date, spans: int
    ) -> dict[int, list[int | None]]:
        """The last value in each of `spans` equal parts of the days from `start` to `end`; None where there is none."""
        days = (end - start).days + 1
        passed = {"$dateDiff": {"startDate": _midnight(start), "endDate": "$at", "unit": "day"}}
        span = {"$toInt": {"$floor": {"$divide": [{"$multiply": [passed, spans]}, days]}}}
        rows = await self._mongo.aggregate(
            COLLECTION,
            [
                *_days(artist_ids, platform, Window(start, end)),
                {
                    "$group": {
                        "_id": {"artist": "$_id.artist", "span": span},
                        "last": {"$max": {"at": "$at", "value": "$value"}},
                    }
                },
                {"$group": {"_id": "$_id.artist", "spans": {"$push": {"i": "$_id.span", "v": "$last.value"}}}},
            ],
        )
        found: dict[int, list[int | None]] = {}
        for row in rows:
            values: list[int | None] = [None] * spans
            for part in row["spans"]:
                values[part["i"]] = part["v"]
            found[row["_id"]] = values
        return found


def _point(row: Document) -> Point | None:
    """The row as a point, itself where it is one already."""
    day, value = row.get("date"), row.get("value")
    if type(day) is str and type(value) is int and 0 < value <= 100 and _written_day(day) == day:
        return row  # type: ignore[return-value]
    read_day, read_value = decode.day(day), decode.whole(value)
    if read_day is None or read_value is None or not 0 < read_value <= 100:
        return None
    return Point(date=read_day, value=read_value)


# The days of all series are few, and reading one is what a long series costs most.
_written_day = lru_cache(maxsize=65_536)(decode.day)


def _add(series: list[Point], point: Point) -> None:
    """Keep the series ascending with one point a day, the highest; all but foreign rows come in that order."""
    if not series or series[-1]["date"] < point["date"]:
        series.append(point)
        return
    place = bisect_left(series, point["date"], key=itemgetter("date"))
    if series[place]["date"] == point["date"]:
        series[place] = max(series[place], point, key=itemgetter("value"))
    else:
        series.insert(place, point)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _written(at: datetime) -> str:
    return at.date().isoformat()


def _within(artist_ids: Collection[int], platform: PopularityPlatform, window: Window) -> dict[str, Any]:
    """The rows of the window. Days outside are left out in both notations, which one scan of the index can do; an
    `$or` of what is inside would have every document fetched. What is no day passes, for the reader to drop.
    """
    first, past = window.start or _FIRST, min(window.end or _LAST, _LAST) + timedelta(days=1)
    outside = [
        {"$lt": first.isoformat()},
        {"$gte": past.isoformat()},
        {"$lt": _midnight(first)},
        {"$gte": _midnight(past)},
    ]
    return {
        "artist_id": {"$in": list(artist_ids)},
        "platform": platform.value,
        "$and": [{"date": {"$not": days}} for days in outside],
    }


def _usable(artist_ids: Collection[int], platform: PopularityPlatform, window: Window) -> list[Mapping[str, Any]]:
    """One document a row that is a point: `artist`, `at` (the day's midnight), `value`. No row makes it fail."""
    return [
        {"$match": _within(artist_ids, platform, window) | {"value": {"$gte": 1, "$lte": 100}}},
        {"$project": {"_id": 0, "artist": _whole("$artist_id"), "at": _AT, "value": _whole("$value")}},
        {"$match": {"artist": {"$ne": None}, "at": {"$ne": None}, "value": {"$ne": None}}},
    ]


def _days(artist_ids: Collection[int], platform: PopularityPlatform, window: Window) -> list[Mapping[str, Any]]:
    """One document a day: `_id.artist`, `at` (the day's midnight), `value`."""
    return [
        *_usable(artist_ids, platform, window),
        {"$group": {"_id": {"artist": "$artist", "at": "$at"}, "value": {"$max": "$value"}}},
        {"$set": {"at": "$_id.at"}},
    ]


def _whole(field: str) -> dict[str, Any]:
    """The field as an int32 where it is a number that is one, else null: `decode.whole` as MongoDB does it."""
    number = {"$convert": {"input": field, "to": "int", "onError": None, "onNull": None}}
    is_whole = {"$and": [{"$in": [{"$type": field}, ["int", "long", "double"]]}, {"$eq": [number, field]}]}
    return {"$cond": [is_whole, number, None]}


# `decode.day` as MongoDB does it. The length tells `2026-1-5`, which the format would take, from a day.
_TEXT = {"$substrCP": ["$date", 0, 10]}
_READ = {"$dateFromString": {"dateString": _TEXT, "format": "%Y-%m-%d", "onError": None}}
_AT = {
    "$switch": {
        "branches": [
            {"case": {"$eq": [{"$type": "$date"}, "date"]}, "then": {"$dateTrunc": {"date": "$date", "unit": "day"}}},
            {
                "case": {"$eq": [{"$type": "$date"}, "string"]},
                "then": {"$cond": [{"$eq": [{"$strLenCP": _TEXT}, 10]}, _READ, None]},
            },
        ],
        "default": None,
    }
}


def _nearest(days: int) -> dict[str, Any]:
    off = {"$abs": {"$subtract": ["$age", days]}}
    near = {"$lte": [off, tolerance(days)]}
    return {"$min": {"$cond": [near, {"off": off, "at": "$at", "value": "$value"}, None]}}


def _summary(row: Document) -> PopularitySummary:
    current = Point(date=_written(row["current"]["at"]), value=row["current"]["value"])

    def change(before: Document | None) -> int | None:
        return current["value"] - int(before["value"]) if before else None

    return PopularitySummary(
        current=current,
        peak=_peak(row["peak"]),
        years=tuple(
            PopularityYear(year["year"], round(year["average"], 1), _peak(year["peak"])) for year in row["years"]
        ),
        change_30d=change(row["month"]),
        change_365d=change(row["year"]),
    )


def _peak(found: Document) -> Point:
    return Point(date=_written(found["at"]), value=-found["fall"])
