"""Times how series of popularity are written and read, beside the driver alone doing the same in the same run.

`python -m bench.popularity` takes a MongoDB of its own. Points are written page by page as a fetch lands them, and read
as every surface reads them; beside it PyMongo upserts the same documents plainly, and finds them. The two take turns,
round by round. The last line is JSON.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from pymongo import AsyncMongoClient, UpdateOne

import logs
from services import Services, embedded_mongodb, open_services
from services.model.backfill import SeriesKey
from services.model.popularity import Interval, Point, PopularityPlatform, Window
from services.store.indexes import make_indexes
from settings import Settings

Document = dict[str, Any]
Doing = Callable[[], Awaitable[Any]]

PLATFORM = PopularityPlatform.SPOTIFY
SOURCE, UUID = "soundchart", "11e81bcc-9c1c-ce38-b96b-a0369fe50396"
FIRST = date(2020, 1, 1)
AT = datetime(2026, 11, 24, tzinfo=UTC)
PAGE = 100
PREFIX = "bench_"
# A series for a table's line, and one from the beginning.
FEW, SHORT, LONG = 20, 400, 2_100
LONG_ID = 1_000


@dataclass(frozen=True, slots=True)
class Measured:
    """What took how long: the points of one round, and the median of all rounds, ours and the driver's own."""

    what: str
    points: int
    ours_ms: float
    driver_ms: float | None

    @property
    def ratio(self) -> float | None:
        """How many times the driver's own time ours is."""
        return round(self.ours_ms / self.driver_ms, 2) if self.driver_ms else None

    @property
    def points_per_s(self) -> int:
        """How many points a second ours is."""
        return round(1000 * self.points / self.ours_ms)


def main(
    rounds: Annotated[int, typer.Option(min=1, help="How often each is done; medians are told.")] = 15,
    others: Annotated[int, typer.Option(help="How many artists more are stored, so that indexes have a size.")] = 200,
) -> None:
    """Write and read series of popularity, and print a table and its figures as JSON."""
    logs.set_up_logs(level="warning", log_format="console")
    with tempfile.TemporaryDirectory() as folder, embedded_mongodb(Path(folder)) as uri:
        measured = asyncio.run(_measure_all(uri, rounds, others))
    typer.echo(f"{'':<44}{'points':>8}{'ms':>9}{'points/s':>11}{'driver ms':>11}{'ratio':>7}")
    for row in measured:
        driver = "" if row.driver_ms is None else f"{row.driver_ms:.1f}"
        figures = f"{row.points:>8,}{row.ours_ms:>9.1f}{row.points_per_s:>11,}{driver:>11}{row.ratio or '':>7}"
        typer.echo(f"{row.what:<44}{figures}")
    told = [asdict(row) | {"ratio": row.ratio, "points_per_s": row.points_per_s} for row in measured]
    typer.echo(json.dumps({"rounds": rounds, "measured": told}))


async def _measure_all(uri: str, rounds: int, others: int) -> list[Measured]:
    settings = Settings(_env_file=None, embedded_mongodb_uri=uri)
    async with (
        AsyncMongoClient[Document](uri, w="majority", journal=True, tz_aware=True) as client,
        open_services(settings, prefix=PREFIX, read_only=True) as services,
    ):
        await make_indexes(services.store.mongo)
        collection = client[f"{PREFIX}data_analyst"]["artist_popularity"]
        for artist_id in (*range(1, FEW + 1), *range(LONG_ID + 1, LONG_ID + 1 + others)):
            await collection.insert_many([_document(artist_id, point) for point in _points(SHORT)])
        return [
            *await _written(services, collection, rounds),
            *[
                await _compared(what, points, ours, raw, rounds)
                for what, points, ours, raw in _reads(services, collection)
            ],
        ]


async def _written(services: Services, collection: Any, rounds: int) -> list[Measured]:
    """A series from the beginning, page by page: new, and the same once more."""
    points = _points(LONG)
    ways: tuple[Doing, Doing] = (lambda: _land(services, points)), (lambda: _upsert(collection, points))
    new: tuple[list[float], list[float]] = [], []
    again: tuple[list[float], list[float]] = [], []
    for _ in range(rounds):
        for way, first, second in zip(ways, new, again, strict=True):
            await collection.delete_many({"artist_id": LONG_ID})
            first.append(await _took(way))
            second.append(await _took(way))
    what = f"written, 1 x {LONG:,} in pages of {PAGE}"
    return [
        Measured(f"{what}, {name}", LONG, *map(statistics.median, took))
        for name, took in (("new", new), ("again", again))
    ]


def _reads(services: Services, collection: Any) -> Iterator[tuple[str, int, Doing, Doing | None]]:
    """What is read, how many points that looks at, how we do it and how the driver alone does."""
    for ids, length in ((tuple(range(1, FEW + 1)), SHORT), ((LONG_ID,), LONG)):
        what, points = f"{len(ids)} x {length:,}", len(ids) * length
        yield f"points, {what}", points, partial(_points_of, services, ids), partial(_find, collection, ids)
        for name, read in _SUMMED_UP.items():
            yield f"{name}, {what}", points, partial(read, services, ids), None


async def _compared(what: str, points: int, ours: Doing, raw: Doing | None, rounds: int) -> Measured:
    mine, others = [], []
    for _ in range(rounds):
        mine.append(await _took(ours))
        if raw:
            others.append(await _took(raw))
    return Measured(what, points, statistics.median(mine), statistics.median(others) if others else None)


async def _took(doing: Doing) -> float:
    began = time.perf_counter()
    await doing()
    return 1000 * (time.perf_counter() - began)


async def _land(services: Services, points: list[Point]) -> None:
    series = SeriesKey(LONG_ID, PLATFORM, UUID)
    for page in _pages(points):
        await services.store.backfills.land(series, page, source=SOURCE, at=AT)


async def _upsert(collection: Any, points: list[Point]) -> None:
    """The same documents by their unique key, as somebody who is alone in the collection would write them."""
    for page in _pages(points):
        documents = [_document(LONG_ID, point) for point in page]
        await collection.bulk_write(
            [UpdateOne(_key(one), {"$set": one}, upsert=True) for one in documents], ordered=False
        )


async def _points_of(services: Services, ids: Sequence[int]) -> Any:
    return await services.store.popularity.points(ids, PLATFORM, Window())


async def _weeks_of(services: Services, ids: Sequence[int]) -> Any:
    return await services.store.popularity.means(ids, PLATFORM, Window(), Interval.WEEK)


async def _summaries_of(services: Services, ids: Sequence[int]) -> Any:
    return await services.store.popularity.summaries(ids, PLATFORM)


async def _newest_days_of(services: Services, ids: Sequence[int]) -> Any:
    return await services.store.popularity.last_days(ids, PLATFORM)


async def _sparklines_of(services: Services, ids: Sequence[int]) -> Any:
    last = FIRST + timedelta(days=SHORT - 1)
    start = last - timedelta(days=364)
    return await services.store.popularity.last_values(ids, PLATFORM, start=start, end=last, spans=30)


_SUMMED_UP = {
    "weeks": _weeks_of,
    "summaries": _summaries_of,
    "newest days": _newest_days_of,
    "sparklines of a year": _sparklines_of,
}


async def _find(collection: Any, ids: Sequence[int]) -> list[Document]:
    query = {"artist_id": {"$in": list(ids)}, "platform": PLATFORM.value}
    fields, order = {"_id": 0, "artist_id": 1, "date": 1, "value": 1}, [("artist_id", 1), ("platform", 1), ("date", 1)]
    found: list[Document] = await collection.find(query, fields, sort=order, batch_size=1_000_000).to_list(None)
    return found


def _pages(points: list[Point]) -> Iterator[list[Point]]:
    return (points[first : first + PAGE] for first in range(0, len(points), PAGE))


def _points(number: int) -> list[Point]:
    """So many days from the first on, going up and down."""
    days = (FIRST + timedelta(days=past) for past in range(number))
    return [Point(date=day.isoformat(), value=40 + day.toordinal() * 7 % 45) for day in days]


def _document(artist_id: int, point: Point) -> Document:
    about = {"source": SOURCE, "soundcharts_uuid": UUID, "updatedAt": AT}
    return {"artist_id": artist_id, "platform": PLATFORM.value, **point, **about}


def _key(document: Document) -> Document:
    return {name: document[name] for name in ("artist_id", "platform", "date", "source")}


if __name__ == "__main__":
    typer.run(main)
