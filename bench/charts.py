"""Times where artists stand in the charts over few stored rows and over many, by the index and by the scan.

`python -m bench.charts` makes the charts in a MongoDB of its own, builds the index as the server does, and asks for
the same artists, who have the same rows in both. The index's times must be the same within noise, the scan's are not;
no plan of the index's may hold a scan.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from pymongo import AsyncMongoClient

import logs
from bench.plans import Asked, Document, explained, stages
from services import Services, embedded_mongodb, open_services
from services.charts import ChartPresenceReader
from services.model.artist import Artist, PlatformId
from services.model.instants import utc_now
from services.platforms import Platform
from services.store.indexes import make_indexes
from settings import Settings

ROWS_A_CHART = 200
ARTISTS = 20_000
# Those who are asked for; the first has as many rows whatever the number of the others'.
ROSTERS = (1, 50, 500)
ROUNDS = 30
SCAN_TIMEOUT_S = 600.0
BATCH = 100
COUNTRIES = ("us", "gb", "de", "fr", "es", "br", "in", "kr", "za", "se")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one question took over so many rows, in milliseconds."""

    rows: int
    way: str
    artists: int
    charts: int
    median_ms: float
    slowest_ms: float
    scans: bool


def main(
    few: Annotated[int, typer.Option(help="How many rows there are the first time.")] = 10_000,
    many: Annotated[int, typer.Option(help="How many there are the second time.")] = 1_000_000,
    as_json: Annotated[bool, typer.Option("--json", help="The same for programs.")] = False,
) -> None:
    """Make the charts, time the answers, and print a table."""
    logs.set_up_logs(level="error" if as_json else "info", log_format="console")
    with tempfile.TemporaryDirectory() as folder, embedded_mongodb(Path(folder)) as uri:
        measured = asyncio.run(_compared(uri, few, many))
    if as_json:
        typer.echo(orjson.dumps([asdict(one) for one in measured], option=orjson.OPT_INDENT_2))
        return
    typer.echo(f"\n{'way':<8}{'artists':>8}{'rows stored':>14}{'charts':>8}{'median ms':>12}{'slowest ms':>12}")
    for one in sorted(measured, key=lambda one: (one.way, one.artists, one.rows)):
        times = f"{one.median_ms:>12.1f}{one.slowest_ms:>12.1f}{'  COLLSCAN' if one.scans else ''}"
        typer.echo(f"{one.way:<8}{one.artists:>8}{one.rows:>14,}{one.charts:>8}{times}")


async def _compared(uri: str, few: int, many: int) -> list[Measured]:
    measured = []
    for number in (few, many):
        async with _filled(uri, number) as (services, asked):
            for size in ROSTERS:
                measured.append(await _by_index(services, asked, uri, number, size))
            measured.append(await _by_scan(services, uri, number))
    return measured


@asynccontextmanager
async def _filled(uri: str, number: int) -> AsyncIterator[tuple[Services, Asked]]:
    """The services over so many rows, indexed."""
    prefix, asked = f"bench_{number}_", Asked()
    began = time.monotonic()
    async with AsyncMongoClient[Document](uri) as client:
        await _make(client[f"{prefix}charts"]["kworb_spotify_country_charts"], number)
    typer.echo(f"{number:,} rows made in {time.monotonic() - began:.0f} s", err=True)
    settings = Settings(_env_file=None, embedded_mongodb_uri=uri)
    async with open_services(settings, prefix=prefix, listeners=[asked], read_only=True) as services:
        await make_indexes(services.store.mongo)
        began = time.monotonic()
        rows = await services.presence_index.rebuild()
        typer.echo(f"index of {rows:,} rows built in {time.monotonic() - began:.0f} s", err=True)
        async with AsyncMongoClient[Document](uri) as client:
            # What was just written is on its way to the disk: that would be measured too.
            await client.admin.command("fsync")
        yield services, asked


async def _make(charts: Any, number: int) -> None:
    documents = _documents(number)
    while batch := [document for document, _ in zip(documents, range(BATCH), strict=False)]:
        await charts.insert_many(batch)


def _documents(number: int) -> Iterator[Document]:
    """Daily charts of countries. Those who are asked for stand in the first of them alone, three rows each."""
    chance = random.Random(61)  # noqa: S311  (made-up charts)
    asked_for = [artist_id for artist_id in range(1, max(ROSTERS) + 1) for _ in range(3)]
    for chart in range(number // ROWS_A_CHART):
        day = date(2026, 1, 1) + timedelta(days=chart // len(COUNTRIES))
        rows = [_row(rank, asked_for, chance) for rank in range(1, ROWS_A_CHART + 1)]
        yield {
            "country": COUNTRIES[chart % len(COUNTRIES)],
            "period": "daily",
            "date": day.isoformat(),
            "scrapedAt": utc_now(),
            "data": rows,
        }


def _row(rank: int, asked_for: list[int], chance: random.Random) -> Document:
    artist_id = asked_for.pop() if asked_for else chance.randint(max(ROSTERS) + 1, ARTISTS)
    # A third is found by its id, a third by its Spotify id, a third by its name.
    return {
        "rank": rank,
        "title": f"Song {chance.randrange(10**6)}",
        "artist": f"{_name(artist_id)} feat. {_name(chance.randint(max(ROSTERS) + 1, ARTISTS))}",
        "artist_id": artist_id if rank % 3 == 0 else None,
        "spotifyArtistId": _spotify_id(artist_id) if rank % 3 == 1 else None,
    }


def _name(artist_id: int) -> str:
    return f"Nova {artist_id:x}"


def _spotify_id(artist_id: int) -> str:
    return f"{artist_id:022}"


def _artists(size: int) -> list[Artist]:
    return [
        Artist(number, _name(number), platforms=(PlatformId(Platform.SPOTIFY, _spotify_id(number)),))
        for number in range(1, size + 1)
    ]


async def _by_index(services: Services, asked: Asked, uri: str, number: int, size: int) -> Measured:
    artists, reader = _artists(size), services.chart_presence
    asked.sent.clear()
    charts = await _read(reader, artists)
    plans = [await explained(uri, command) for command in asked.sent]
    times = await _timed(lambda: _read(reader, artists))
    return _measured(number, "index", size, charts, times, is_scan=any("COLLSCAN" in stages(plan) for plan in plans))


async def _by_scan(services: Services, uri: str, number: int) -> Measured:
    """The same without the index, which goes for that, and without the limit of time that requests have."""
    reader = ChartPresenceReader(services.store, longest_scan_s=SCAN_TIMEOUT_S)
    artists = _artists(1)
    async with AsyncMongoClient[Document](uri) as client:
        await client[f"bench_{number}_charts"]["artist_chart_presence"].drop()
    began = time.perf_counter()
    charts = await _read(reader, artists)
    return _measured(number, "scan", 1, charts, [1000 * (time.perf_counter() - began)], is_scan=True)


def _measured(rows: int, way: str, size: int, charts: int, times: Sequence[float], *, is_scan: bool) -> Measured:
    return Measured(rows, way, size, charts, statistics.median(times), max(times), is_scan)


async def _timed(read: Callable[[], Awaitable[object]]) -> list[float]:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await read()
        times.append(1000 * (time.perf_counter() - began))
    return times


async def _read(reader: ChartPresenceReader, artists: Sequence[Artist]) -> int:
    """Where the artists stand, with the placements; in how many charts."""
    charts = [chart for presence in await reader.many(artists) for chart in presence.charts]
    await reader.placements(charts, limit=100)
    return len(charts)


if __name__ == "__main__":
    typer.run(main)
