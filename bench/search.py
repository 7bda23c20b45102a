"""Times the search over few artists and over many, and shows how many keys of an index each query reads.

`python -m bench.search` makes the artists in a MongoDB of its own, fills the index as the server does, and asks both
the same. The times must be the same within noise, and no plan may hold a scan.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from pymongo import AsyncMongoClient

import logs
from bench.plans import Asked, Document, explained, stages, values_of
from services import Services, embedded_mongodb, open_services
from services.artist.index_keeper import SearchIndexKeeper
from services.leases import Leases
from services.metrics import Metric
from services.model.instants import utc_now
from services.store.indexes import make_indexes
from settings import Settings

QUERIES = ("k", "ka", "mar", "marolu", "the t", "ka ma", "dj karo te", "tela maro", "https://www.deezer.com/artist/61")
METRICS = ("spotify_monthly_listeners", "deezer_fans")
FIELDS = frozenset({"name"})
ROUNDS = 50
BATCH = 5_000
SYLLABLES = [a + b for a in ("k", "m", "t", "l", "r", "s", "n", "d", "b", "v") for b in ("a", "e", "i", "o", "u")]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one query took, in milliseconds, and what MongoDB examined for it."""

    median_ms: float
    slowest_ms: float
    keys: int
    documents: int
    scans: bool


def main(
    few: Annotated[int, typer.Option(help="How many artists there are the first time.")] = 1_000,
    many: Annotated[int, typer.Option(help="How many there are the second time.")] = 1_000_000,
) -> None:
    """Make the artists, time the search, and print a table."""
    logs.set_up_logs(level="info", log_format="console")
    with tempfile.TemporaryDirectory() as folder, embedded_mongodb(Path(folder)) as uri:
        asyncio.run(_compare(uri, few, many))


async def _compare(uri: str, few: int, many: int) -> None:
    measured = []
    for number in (few, many):
        async with _filled(uri, number) as (services, asked):
            measured.append({query: await _measure(services, asked, uri, query) for query in (*QUERIES, *METRICS)})
    typer.echo(f"\n{'query':<34}{few:>24,} artists{many:>24,} artists   (median / slowest ms; keys; documents)")
    for query in measured[0]:
        cells = (one[query] for one in measured)
        shown = "".join(
            f"{cell.median_ms:>9.1f} /{cell.slowest_ms:>6.1f}{cell.keys:>7}{cell.documents:>7}"
            f"{' SCAN' if cell.scans else ''}"
            for cell in cells
        )
        typer.echo(f"{query:<34}{shown}")


@asynccontextmanager
async def _filled(uri: str, number: int) -> AsyncIterator[tuple[Services, Asked]]:
    """The services over so many artists, indexed."""
    prefix, asked = f"bench_{number}_", Asked()
    settings = Settings(_env_file=None, embedded_mongodb_uri=uri)
    began = time.monotonic()
    await _make(uri, prefix, number)
    typer.echo(f"{number:,} artists made in {time.monotonic() - began:.0f} s")
    async with open_services(settings, prefix=prefix, listeners=[asked], read_only=True) as services:
        began = time.monotonic()
        if not await SearchIndexKeeper(services.store, Leases(services.store), clock=utc_now).fill():
            raise typer.Exit(1)
        typer.echo(f"gone over in {time.monotonic() - began:.0f} s")
        # Afterwards, because sorted keys are written much faster than single ones.
        await make_indexes(services.store.mongo)
        typer.echo(f"indexed in {time.monotonic() - began:.0f} s")
        yield services, asked


async def _make(uri: str, prefix: str, number: int) -> None:
    async with AsyncMongoClient[Document](uri) as client:
        artists = client[f"{prefix}kisum_data"]["artists_v2"]
        stats = client[f"{prefix}data_analyst"]["artist_data"]
        await artists.create_index("id", unique=True)
        await stats.create_index("artist_id", unique=True)
        for documents in _batches(number):
            await artists.insert_many([artist for artist, _ in documents])
            await stats.insert_many([counted for _, counted in documents])


def _batches(number: int) -> Iterator[list[tuple[Document, Document]]]:
    chance = random.Random(61)  # noqa: S311  (made-up names)
    for first in range(1, number + 1, BATCH):
        yield [_made(artist_id, chance) for artist_id in range(first, min(first + BATCH, number + 1))]


def _made(artist_id: int, chance: random.Random) -> tuple[Document, Document]:
    """An artist of one to three words, and its stats; few have great audiences, and many names begin alike."""
    words = [
        "".join(chance.choice(SYLLABLES[: 5 + chance.randrange(45)]) for _ in range(chance.randint(2, 4)))
        for _ in range(chance.randint(1, 3))
    ]
    opening = chance.choice(["The ", "DJ ", "MC ", "Los ", *[""] * 12])
    platforms = {"spotify": {"id": f"{artist_id:022}"}, "deezer": {"id": str(artist_id)}}
    listeners = int(chance.paretovariate(0.6) * 10)
    return (
        {"id": artist_id, "name": opening + " ".join(words).title(), "platforms": platforms},
        {"artist_id": artist_id, "spotify_monthly_listeners": listeners, "deezer_fans": 1 + listeners // 7},
    )


async def _measure(services: Services, asked: Asked, uri: str, query: str) -> Measured:
    times = []
    for _ in range(ROUNDS):
        asked.sent.clear()
        began = time.perf_counter()
        if query in METRICS:
            await services.search.top(Metric(query), limit=50, fields=FIELDS)
        else:
            await services.search.find(query, limit=20, fields=FIELDS)
        times.append(1000 * (time.perf_counter() - began))
    plans = [await explained(uri, command) for command in asked.sent]
    return Measured(
        median_ms=statistics.median(times),
        slowest_ms=max(times),
        keys=sum(max(values_of("totalKeysExamined", plan), default=0) for plan in plans),
        documents=sum(max(values_of("totalDocsExamined", plan), default=0) for plan in plans),
        scans=any(stages(plan) & {"COLLSCAN", "SORT"} for plan in plans),
    )


if __name__ == "__main__":
    typer.run(main)
