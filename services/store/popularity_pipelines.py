"""Aggregations over the points of many artists, artist by artist.

Days have to be told apart before they are counted, as one may stand there twice. Done for one artist at a time, what is
held at once is a series; over all of them it would be every day of all, for which MongoDB goes to its disk. Keys of the
index {artist_id, platform, date, value} are all that is read, and nothing is sorted.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.model.instants import tolerance
from services.model.popularity import PopularityPlatform, Window

Stage = Mapping[str, Any]

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
ORDER = {"artist_id": 1, "platform": 1, "date": 1, "value": 1}
_DAY_MS = 86_400_000


def midnight(day: date) -> datetime:
    """The day's first instant."""
    return datetime.combine(day, time(), UTC)


def within(artist_ids: Collection[int], platform: PopularityPlatform, window: Window) -> dict[str, Any]:
    """The query for the artists' rows in the window; what is no day passes, for the reader to drop.

    With the window open at both ends days are not tested at all: that costs more than to read them.
    """
    rows = _rows(platform, window) if window.start or window.end else {"platform": platform.value}
    return {"artist_id": {"$in": list(artist_ids)}} | rows


def each_artist(artist_ids: Collection[int], platform: PopularityPlatform, *stages: Stage) -> list[Stage]:
    """A document for each artist with its id as `_id`, where any of them has a row; then the stages."""
    ids = list(dict.fromkeys(artist_ids))
    return [
        {"$match": {"artist_id": {"$in": ids}, "platform": platform.value}},
        {"$limit": 1},
        {"$project": {"_id": {"$literal": ids}}},
        {"$unwind": "$_id"},
        *stages,
    ]


def days(platform: PopularityPlatform, window: Window, *stages: Stage, let: Mapping[str, Any] | None = None) -> Stage:
    """The artist's days in the window (`_id` being its midnight, `value`) as the stages leave them, in `found`."""
    pipeline = [
        {"$match": _rows(platform, window) | _VALUES},
        {"$group": {"_id": _POINT["at"], "value": {"$max": _POINT["value"]}}},
        # What no point was made of.
        {"$match": {"_id": {"$ne": None}, "value": {"$ne": None}}},
        *stages,
    ]
    return _looked_up("found", pipeline, let)


def last_day(platform: PopularityPlatform) -> list[Stage]:
    """The midnight of the artist's newest day, in `last`; null where it has none.

    Texts and dates are apart in the index, so the newest of each is looked for, from the end.
    """
    kinds = ("string", "date")
    return [*(_last_of(platform, kind) for kind in kinds), {"$set": {"last": {"$max": [*map(_at_of, kinds)]}}}]


def nearest(days: int) -> Stage:
    """An accumulator: of the artist's days the nearest to so many before its last, None where none is near enough."""
    off = {"$abs": {"$subtract": ["$_id", f"$${_aim(days)}"]}}
    near = {"$lte": [off, tolerance(days) * _DAY_MS]}
    return {"$min": {"$cond": [near, {"off": off, "at": "$_id", "value": "$value"}, None]}}


def aims(*days: int) -> Stage:
    """What `nearest` needs to know: the days that are so many before the artist's last."""
    return {_aim(past): {"$dateSubtract": {"startDate": "$last", "unit": "day", "amount": past}} for past in days}


def _aim(days: int) -> str:
    return f"days{days}"


def _last_of(platform: PopularityPlatform, kind: str) -> Stage:
    # What is usable is asked for in the query itself, so that it ends at the first row that is.
    usable = {"$expr": {"$and": [{"$ne": [value, None]} for value in _POINT.values()]}}
    query = _rows(platform, Window()) | {"date": {"$type": kind}} | _VALUES | usable
    return _looked_up(
        kind, [{"$match": query}, {"$sort": {"date": -1}}, {"$limit": 1}, {"$project": {"_id": 0} | _POINT}]
    )


def _at_of(kind: str) -> Stage:
    return {"$first": f"${kind}.at"}


def _looked_up(name: str, pipeline: Sequence[Stage], let: Mapping[str, Any] | None = None) -> Stage:
    return {
        "$lookup": {
            "from": "artist_popularity",
            "localField": "_id",
            "foreignField": "artist_id",
            "pipeline": list(pipeline),
            "as": name,
        }
        | ({"let": let} if let else {})
    }


def _rows(platform: PopularityPlatform, window: Window) -> dict[str, Any]:
    """An artist's rows in the window. Days outside are left out in both notations, which one scan of the index can do;
    an `$or` of what is inside would have every document fetched.
    """
    first, past = window.start or FIRST, min(window.end or LAST, LAST) + timedelta(days=1)
    outside = [
        {"$lt": first.isoformat()},
        {"$gte": past.isoformat()},
        {"$lt": midnight(first)},
        {"$gte": midnight(past)},
    ]
    return {"platform": platform.value, "$and": [{"date": {"$not": days}} for days in outside]}


def _is_number(field: str) -> Stage:
    """Whether `decode.whole` would take the field's type."""
    return {"$in": [{"$type": field}, ["int", "long", "double"]]}


def _whole(field: str) -> Stage:
    """The field as an int32 where it is a number that is one, else null: `decode.whole` as MongoDB does it."""
    number = {"$convert": {"input": field, "to": "int", "onError": None, "onNull": None}}
    return {"$cond": [{"$and": [_is_number(field), {"$eq": [number, field]}]}, number, None]}


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
_VALUES = {"value": {"$gte": 1, "$lte": 100}}
# Of a row that is none, one of these is null. Lists of an artist's number are found with it.
_POINT = {"at": {"$cond": [{"$isNumber": "$artist_id"}, _AT, None]}, "value": _whole("$value")}
