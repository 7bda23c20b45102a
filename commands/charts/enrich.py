"""`charts enrich`: the artists' ids written into chart rows that are stored without."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import logs
from commands.database import database_to_read
from commands.terminal import table
from services import open_services
from services.chart_collections import BY_NAME, COLLECTIONS, ChartCollection
from services.charts import Enriched, StoredEnrichment, read_roster
from settings import Settings, load_settings


def _collection(name: str) -> ChartCollection:
    if name not in BY_NAME:
        raise typer.BadParameter(f"{name} is none of {', '.join(BY_NAME)}.")
    return BY_NAME[name]


def enrich(
    collections: Annotated[
        list[ChartCollection] | None,
        typer.Option("--collection", parser=_collection, metavar="NAME", help="This collection alone; repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same for programs.")] = False,
) -> None:
    """Give chart rows that carry no artist_id the one that is sure, and list the names that several artists have.

    By the Spotify id where the row has one, else by the name or sort name, whatever its spelling. Ids that are there
    stay. The database is DB_MONGO_PROD_KISUM's, else the one that `make run` keeps, whether that runs or not.
    """
    settings = load_settings()
    logs.set_up_logs(level="error", log_format=settings.log_format)
    with database_to_read(settings) as found:
        enriched = asyncio.run(_enriched(found, collections or COLLECTIONS))
    if as_json:
        typer.echo(orjson.dumps(list(map(_told, enriched)), option=orjson.OPT_INDENT_2))
        return
    counts = [
        [*map(str, (one.collection, one.rows, one.carried, one.given, _sum(one), one.missed))] for one in enriched
    ]
    for line in table(
        [("COLLECTION", "ROWS", "HAD AN ID", "GIVEN ONE", "AMBIGUOUS", "MISSED"), *counts], right=range(1, 6)
    ):
        typer.echo(line)
    for line in _ambiguous(enriched):
        typer.echo(line)


async def _enriched(settings: Settings, collections: Sequence[ChartCollection]) -> list[Enriched]:
    async with open_services(settings, read_only=True) as services:
        enrichment = StoredEnrichment(services.store, await read_roster(services.store))
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            enriched = [await _one(enrichment, collection, progress) for collection in collections]
        await services.presence_index.charts_stored()
        return enriched


async def _one(enrichment: StoredEnrichment, collection: ChartCollection, progress: Progress) -> Enriched:
    task = progress.add_task(collection.name, total=await enrichment.size(collection))
    return await enrichment.enrich(collection, on_documents=lambda count: progress.advance(task, count))


def _told(enriched: Enriched) -> dict[str, Any]:
    return {
        "collection": enriched.collection,
        "rows": enriched.rows,
        "carried": enriched.carried,
        "given": enriched.given,
        "missedDocuments": enriched.missed,
        "ambiguous": [
            {"name": name, "artistIds": enriched.ambiguous[name], "rows": rows}
            for name, rows in enriched.ambiguous_rows.most_common()
        ],
    }


def _ambiguous(enriched: Sequence[Enriched]) -> list[str]:
    rows = [
        (name, str(count), one.collection, " ".join(map(str, one.ambiguous[name])))
        for one in enriched
        for name, count in one.ambiguous_rows.most_common()
    ]
    return ["", *table([("AMBIGUOUS NAME", "ROWS", "COLLECTION", "ARTISTS"), *rows], right={1})] if rows else []


def _sum(enriched: Enriched) -> int:
    return enriched.ambiguous_rows.total()
