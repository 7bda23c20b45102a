"""`data_analyst.artist_popularity`: a document a point.

Others write here too, so a day may be a text or a BSON date, a value an int or a double, and a day may stand there
twice: then its highest value counts. Values outside 1 to 100 are no points. Every read is served by the index
{artist_id, platform, date, value}.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from bson import Decimal128

from services.model.popularity import (
    Interval,
    Point,
    PopularityPlatform,
    PopularitySummary,
    PopularityYear,
    Window,
)
from services.store import decode
from services.store.backfill_states import StatesBeside
from services.store.driver import Document, Mongo
from services.store.layouts import Columns, Layout
from services.store.popularity_pipelines import (
    FIRST,
    LAST,
    ORDER,
    Stage,
    aims,
    days,
    each_artist,
    last_day,
    midnight,
    nearest,
    within,
)

COLLECTION = "data_analyst.artist_popularity"

_FIELDS = {"_id": 0, "artist_id": 1, "date": 1, "value": 1}
# As we write them.
_ALIKE = Layout({"artist_id": 0, "date": FIRST.isoformat(), "value": 0})
_DAY_LENGTH = len(FIRST.isoformat())
_FOUND: Stage = {"$match": {"found": {"$ne": []}}}


class PopularityStore:
    """Series of popularity by artist; each method is one command, whatever the number of artists."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def points(
        self, artist_ids: Collection[int], platform: PopularityPlatform, window: Window
    ) -> dict[int, list[Point]]:
        """The points of each artist that has any, ascending by day."""
        query = within(artist_ids, platform, window)
        found = await self._mongo.find_alike(COLLECTION, query, _FIELDS, _ALIKE, sort=list(ORDER.items()))
        return _of_columns(found) if isinstance(found, Columns) else _of_rows(found)

    async def stored_at(
        self, artist_ids: Collection[int], platform: PopularityPlatform, window: Window
    ) -> dict[int, dict[str, datetime]]:
        """When each artist's days were last written, for the days that tell it."""
        query, fields = within(artist_ids, platform, window), {"_id": 0, "artist_id": 1, "date": 1, "updatedAt": 1}
        found: dict[int, dict[str, datetime]] = {}
        for row in await self._mongo.find(COLLECTION, query, fields):
            artist_id, day = _artist_id(row["artist_id"]), decode.day(row["date"])
            at = decode.instant(row.get("updatedAt"))
            if artist_id is not None and day is not None and at is not None:
                days = found.setdefault(artist_id, {})
                days[day] = max(at, days.get(day, at))
        return found

    async def means(
        self, artist_ids: Collection[int], platform: PopularityPlatform, window: Window, interval: Interval
    ) -> dict[int, list[Point]]:
        """The mean of each week (from Monday) or month, rounded half up, by the interval's first day."""
        start = {"$dateTrunc": {"date": "$_id", "unit": interval.value, "startOfWeek": "monday"}}
        means = days(platform, window, {"$group": {"_id": start, "mean": {"$avg": "$value"}}})
        return {
            artist_id: sorted((_mean(row) for row in found), key=itemgetter("date"))
            for artist_id, found in (await self._found(artist_ids, platform, means)).items()
        }

    async def last_days(
        self, artist_ids: Collection[int], platform: PopularityPlatform, *, beside: StatesBeside | None = None
    ) -> dict[int, str]:
        """The newest day of each artist that has any point; so many keys of an index are read as there are artists.

        The states `beside` it are found too.
        """
        has_any = {"$match": {"last": {"$ne": None}}}
        rows = await self._each(artist_ids, platform, *last_day(platform), has_any, beside=beside)
        return {row["_id"]: _written(row["last"]) for row in rows}

    async def summaries(
        self, artist_ids: Collection[int], platform: PopularityPlatform, *, beside: StatesBeside | None = None
    ) -> dict[int, PopularitySummary]:
        """All points summed up, for each artist that has any; the states `beside` them are found too.

        A change compares the newest point with the one nearest to so many days before it, at most a quarter of them
        (and no less than 3 days) off. Of equal peaks the first counts.
        """
        a_year = {
            "_id": {"$year": "$_id"},
            "average": {"$avg": "$value"},
            "peak": {"$min": {"fall": {"$subtract": [0, "$value"]}, "at": "$_id"}},
            "current": {"$max": {"at": "$_id", "value": "$value"}},
            "before_30d": nearest(30),
            "before_365d": nearest(365),
        }
        years = days(platform, Window(), {"$group": a_year}, let=aims(30, 365))
        found = await self._found(artist_ids, platform, *last_day(platform), years, beside=beside)
        return {artist_id: _summary(sorted(years, key=itemgetter("_id"))) for artist_id, years in found.items()}

    async def last_values(
        self, artist_ids: Collection[int], platform: PopularityPlatform, *, start: date, end: date, spans: int
    ) -> dict[int, list[int | None]]:
        """The last value in each of `spans` equal parts of the days from `start` to `end`; None where there is none."""
        length = (end - start).days + 1
        passed = {"$dateDiff": {"startDate": midnight(start), "endDate": "$_id", "unit": "day"}}
        span = {"$toInt": {"$floor": {"$divide": [{"$multiply": [passed, spans]}, length]}}}
        lasts = {"$group": {"_id": span, "last": {"$max": {"at": "$_id", "value": "$value"}}}}
        found = await self._found(artist_ids, platform, days(platform, Window(start, end), lasts))
        values: dict[int, list[int | None]] = {artist_id: [None] * spans for artist_id in found}
        for artist_id, rows in found.items():
            for row in rows:
                values[artist_id][row["_id"]] = row["last"]["value"]
        return values

    async def _found(
        self,
        artist_ids: Collection[int],
        platform: PopularityPlatform,
        *stages: Stage,
        beside: StatesBeside | None = None,
    ) -> dict[int, list[Document]]:
        """What the stages found, for each artist of whom they found anything."""
        rows = await self._each(artist_ids, platform, *stages, _FOUND, beside=beside)
        return {row["_id"]: row["found"] for row in rows}

    async def _each(
        self,
        artist_ids: Collection[int],
        platform: PopularityPlatform,
        *stages: Stage,
        beside: StatesBeside | None,
    ) -> list[Document]:
        """What the stages make of each artist."""
        pipeline = each_artist(artist_ids, platform, *stages)
        if beside is None:
            return await self._mongo.aggregate(COLLECTION, pipeline)
        return beside.taken_from(await self._mongo.aggregate(COLLECTION, [*pipeline, *beside.stages]))


def _of_columns(columns: Columns) -> dict[int, list[Point]]:
    """The points of each artist, of rows in the order of the index."""
    values, days = columns.numbers("value"), columns.fields["date"]
    # Series that are kept up to date have the same days, and to read those is most of the work.
    read: dict[bytes, list[str] | None] = {}
    found: dict[int, list[Point]] = {}
    start = 0
    for artist_id, same in groupby(columns.numbers("artist_id")):
        end = start + len(list(same))
        own_values, own_days = values[start:end], days[start * _DAY_LENGTH : end * _DAY_LENGTH]
        if own_days not in read:
            read[own_days] = _days(own_days)
        texts = read[own_days]
        if texts is not None and min(own_values) > 0 and max(own_values) <= 100:
            found[artist_id] = [{"date": day, "value": value} for day, value in zip(texts, own_values, strict=True)]
        else:
            rows = zip(_texts(own_days), own_values, strict=True)
            found |= _of_rows([{"artist_id": artist_id, "date": day, "value": value} for day, value in rows])
        start = end
    return found


def _of_rows(rows: Iterable[Document]) -> dict[int, list[Point]]:
    """The points of each artist, of rows in the order of the index, whatever they hold."""
    found: dict[int, list[Point]] = {}
    for row in rows:
        artist_id, point = _artist_id(row["artist_id"]), _point(row.get("date"), row.get("value"))
        if artist_id is not None and point is not None:
            _add(found.setdefault(artist_id, []), point)
    return found


def _texts(days: bytes) -> list[str]:
    text = days.decode("ascii")
    return [text[at : at + _DAY_LENGTH] for at in range(0, len(text), _DAY_LENGTH)]


def _days(days: bytes) -> list[str] | None:
    """The days, where each is one of its own as we write it; MongoDB has put them in order."""
    texts = _texts(days)
    unique = set(texts)
    return texts if len(unique) == len(texts) and all(_usable_day(text) == text for text in unique) else None


def _artist_id(value: object) -> int | None:
    """MongoDB finds an artist's rows by its number, of whatever type that is there."""
    return decode.whole(float(value.to_decimal()) if isinstance(value, Decimal128) else value)


def _point(day: object, value: object) -> Point | None:
    read_day, read_value = _usable_day(day), decode.whole(value)
    if read_day is None or read_value is None or not 0 < read_value <= 100:
        return None
    return Point(date=read_day, value=read_value)


def _usable_day(value: object) -> str | None:
    if type(value) is str and value in _known_days:
        return value
    day = decode.day(value)
    if day is None or not FIRST.isoformat() <= day <= LAST.isoformat():
        return None
    _known_days.add(day)
    return day


# The days that there can be are some hundred thousand, those of all series few; and reading one costs most of a point.
_known_days: set[str] = set()


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


def _written(at: datetime) -> str:
    return at.date().isoformat()


def _mean(row: Document) -> Point:
    return Point(date=_written(row["_id"]), value=int(row["mean"] + 0.5))


def _summary(years: Sequence[Document]) -> PopularitySummary:
    current = max((year["current"] for year in years), key=itemgetter("at"))

    def change(name: str) -> int | None:
        near = [year[name] for year in years if year[name]]
        return current["value"] - min(near, key=itemgetter("off", "at"))["value"] if near else None

    return PopularitySummary(
        current=Point(date=_written(current["at"]), value=current["value"]),
        peak=_peak(min((year["peak"] for year in years), key=itemgetter("fall", "at"))),
        years=tuple(PopularityYear(year["_id"], round(year["average"], 1), _peak(year["peak"])) for year in years),
        change_30d=change("before_30d"),
        change_365d=change("before_365d"),
    )


def _peak(found: Document) -> Point:
    return Point(date=_written(found["at"]), value=-found["fall"])
